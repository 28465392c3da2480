import type { z } from 'zod'
import type { App } from '../../app.ts'
import { codeOf } from '../../accounts/users/seen-user.ts'
import { codesLeft } from '../../factors/recovery.ts'
import type { Language } from '../../lib/language.ts'
import { rememberedUntil } from '../../sign-in/device.ts'
import { timeoutsOf } from '../../sign-in/session.ts'
import { useOfDevices } from '../../store/account-sessions.ts'
import { devicesOf } from '../../store/devices.ts'
import { enrolmentsOf } from '../../store/enrolments.ts'
import type { User } from '../../store/users-list.ts'
import type { Account, Devices, Factors } from './schemas.ts'

const at = (time: number): string => new Date(time).toISOString()
const orNull = (time: number | null): string | null => (time === null ? null : at(time))

/** An account as programs see it. Pure. */
export function shownAccount({ config }: App, user: User): z.output<typeof Account> {
  const { code, waits } = codeOf(user, config.factors)
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    country: user.country,
    language: user.language,
    phone: user.phone,
    privilege: user.privilege,
    mainId: user.mainId,
    createdAt: at(user.createdAt),
    invitedAt: orNull(user.invitedAt),
    isProven: user.isProven,
    disabledAt: orNull(user.disabledAt),
    passwordDueAt: orNull(user.passwordDueAt),
    lastSeenAt: orNull(user.lastSeenAt),
    hasPassword: user.hasPassword,
    isLocked: user.isLocked,
    loginCode: { code, isWaiting: waits, phone: user.wantedPhone },
    factors: user.factors.filter(({ kind }) => kind !== 'recovery').map((each) => ({ ...each })),
    recoveryCodesLeft: user.codesLeft,
  }
}

/** What is set up, without what it is known by. */
export async function shownFactors({ db }: App, id: string): Promise<z.output<typeof Factors>> {
  const factors = (await enrolmentsOf(db, id)).map((each) => ({
    id: each.id,
    kind: each.kind as z.output<typeof Factors>['factors'][number]['kind'],
    name: each.name,
    createdAt: at(each.createdAt),
    lastUsedAt: orNull(each.lastUsedAt),
    disabledAt: orNull(each.disabledAt),
    codesLeft: each.kind === 'recovery' ? codesLeft(each.state) : null,
  }))
  return { factors }
}

/** The devices on somebody's list, the latest first. */
export async function shownDevices(
  app: App,
  id: string,
  language: Language,
): Promise<z.output<typeof Devices>> {
  const { config, db } = app
  const now = app.now()
  const use = await useOfDevices(db, id, timeoutsOf(config), now)
  const uses = new Map(use.map((each) => [each.deviceId, each]))
  const seen = (await devicesOf(db, id)).map((device) => ({
    device,
    lastSeen: Math.max(device.lastSeenAt, uses.get(device.id)?.seenAt ?? 0),
  }))
  const devices = seen
    .toSorted((a, b) => b.lastSeen - a.lastSeen || (a.device.id < b.device.id ? 1 : -1))
    .map(({ device, lastSeen }) => ({
      id: device.id,
      name: device.name,
      userAgent: device.userAgent,
      address: device.address,
      place: app.placeOf(device.address, language),
      firstSeenAt: at(device.firstSeenAt),
      lastSeenAt: at(lastSeen),
      rememberedUntil: orNull(rememberedUntil(device, config.limits, now)),
      isSignedIn: uses.get(device.id)?.isIn ?? false,
    }))
  return { devices }
}
