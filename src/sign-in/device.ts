import { bucketOf } from '../lib/address.ts'
import { hashBearer, newBearer, newId, newToken, same, sha256 } from '../lib/random.ts'
import { findAccount, type Account } from '../store/accounts.ts'
import type { Attempt } from '../store/attempts.ts'
import {
  endDevice,
  findDevice,
  holdDevice,
  holdTrust,
  forgetDevices,
  insertDevice,
  rememberDevice,
  rotateDevice,
  type Device,
} from '../store/devices.ts'
import { hasSignedIn } from '../store/events.ts'
import type { Database } from '../store/open.ts'
import { note, tell, type Change } from './change.ts'
import { endSessionsThere } from './end-sessions.ts'
import { spend } from './limits.ts'
import { notices } from './rules.ts'
import type { Visit } from './visit.ts'

const DAY = 24 * 60 * 60 * 1000
/** Two tabs that sign in at once show the same token; from the same address that is no theft. */
const GRACE = 10_000

/** A browser keeps one token for each account; this tells them apart without naming the account. */
export const deviceTag = (accountId: string): string => sha256(accountId).slice(0, 12)

/**
 * `id.series.token`: the series stays, the token is new at each sign-in. Only hashes are kept. `late`:
 * another tab of this browser was given the next token a moment ago.
 */
type Shown = {
  readonly device: Device
  readonly series: string
  readonly token: 'current' | 'late' | 'old'
}

/** The device whose token this browser shows for this account, current or not. */
async function deviceOf(
  db: Database,
  visit: Visit,
  accountId: string,
  now: number,
  find = findDevice,
): Promise<Shown | null> {
  if (visit.deviceTokens.size === 0) return null
  const shown = visit.deviceTokens.get(deviceTag(accountId)) ?? ''
  const cut = shown.lastIndexOf('.')
  const series = shown.slice(0, Math.max(0, cut))
  const token = shown.slice(cut + 1)
  const seriesHash = hashBearer(series)
  const device = seriesHash && (await find(db, accountId, seriesHash))
  if (!device) return null
  const hash = sha256(token)
  if (same(device.tokenHash, hash)) return { device, series, token: 'current' }
  const isPrevious = device.previousHash !== null && same(device.previousHash, hash)
  const isNear = bucketOf(device.address) === bucketOf(visit.address)
  const inGrace = now < device.rotatedAt + GRACE && isNear
  return { device, series, token: isPrevious && inGrace ? 'late' : 'old' }
}

/** A device that has been here before, and shows it. */
export async function knownDevice(
  db: Database,
  visit: Visit,
  accountId: string,
  now: number,
): Promise<Device | null> {
  const shown = await deviceOf(db, visit, accountId, now)
  return shown && shown.token !== 'old' ? shown.device : null
}

type Days = { readonly rememberDays: number; readonly rememberIdleDays: number }

/** Until when a device is remembered, if it signs in no more; `null` when it is not. Pure. */
export function rememberedUntil(
  { rememberedAt, lastSeenAt }: Pick<Device, 'rememberedAt' | 'lastSeenAt'>,
  { rememberDays, rememberIdleDays }: Days,
  now: number,
): number | null {
  if (rememberedAt === null) return null
  const until = Math.min(rememberedAt + rememberDays * DAY, lastSeenAt + rememberIdleDays * DAY)
  return now < until ? until : null
}

/**
 * Is this a remembered device, for a person who has just given the right password? An old token
 * means that somebody has a copy: the trust of the device ends, who is signed in on it is out, and
 * the person is told.
 */
export async function trusts(
  change: Change,
  account: Account,
  days: Days,
  attemptId: string,
): Promise<boolean> {
  const { visit, db, now } = change
  const shown = await deviceOf(db, visit, account.id, now)
  if (!shown || rememberedUntil(shown.device, days, now) === null) return false
  // Held until the end: who ends the trust at this moment ends it before or after this sign-in.
  if (shown.token !== 'old') return holdTrust(db, shown.device.id)
  if (await endDevice(db, shown.device.id, now)) {
    await note(change, 'device_trust_ended', {
      accountId: account.id,
      attemptId,
      deviceId: shown.device.id,
    })
    // Either of the two who hold it may be the thief.
    await endSessionsThere(change, account.id, { ids: [shown.device.id] }, 'copied')
    await tell(change, account, { kind: 'device_trust_ended' }, { attemptId })
  }
  return false
}

/** What the browser must keep. */
export type DeviceToken = { readonly tag: string; readonly value: string }

/**
 * Writes down that this device signed in, and gives it a new token. A browser that shows none, or
 * one that is no longer good, is a new device. Held until the end: who removes it at this moment ends
 * the session too, or was faster, and then it is a new one.
 */
export async function seeDevice(
  change: Change,
  { accountId, proofs }: Pick<Attempt, 'accountId' | 'proofs'>,
  days: Days,
  remember: boolean,
): Promise<{ readonly id: string; readonly isNew: boolean; readonly token: DeviceToken | null }> {
  const { app, visit, db, now } = change
  const shown = await deviceOf(db, visit, accountId, now, holdDevice)
  const tag = deviceTag(accountId)
  const token = newToken(app.random)
  const lastFactor = factorIn(proofs) ?? shown?.device.lastFactor ?? null
  const { address, userAgent } = visit
  const seen = { tokenHash: sha256(token), address, userAgent, lastFactor }
  const isKnown = shown !== null && shown.token !== 'old'
  const id = isKnown ? shown.device.id : newId(app.random, now)
  const series = isKnown ? shown.series : newBearer(id, app.random)
  let isGiven = true

  if (shown?.token === 'current') {
    // Unused for too long, it is forgotten: that it is used again does not bring the trust back.
    const isOver = rememberedUntil(shown.device, days, now) === null
    const next = isOver ? { ...seen, rememberedAt: null } : seen
    isGiven = await rotateDevice(db, shown.device, next, now)
  } else if (shown?.token === 'late') {
    // The browser has the newest token from its other tab, or is about to.
    isGiven = false
  } else {
    await insertDevice(db, {
      ...seen,
      id,
      accountId,
      seriesHash: hashBearer(series)!,
      previousHash: null,
      rotatedAt: now,
      firstSeenAt: now,
      lastSeenAt: now,
      rememberedAt: remember ? now : null,
      forgottenAt: null,
      name: null,
      removedAt: null,
    })
  }
  if (remember) {
    if (isKnown) await rememberDevice(db, id, now)
    await forgetDevices(db, accountId, app.config.limits.rememberedDevices, now)
    await note(change, 'device_remembered', { accountId, deviceId: id })
  }
  return { id, isNew: !isKnown, token: isGiven ? { tag, value: `${series}.${token}` } : null }
}

/** The factor to be asked for again here: not a recovery code, which is for once. */
const factorIn = (proofs: Attempt['proofs']): string | null =>
  proofs.findLast(({ by }) => by !== 'password' && by !== 'device' && by !== 'recovery')?.by ?? null

/**
 * A browser that was never seen here, and is not the first: the person hears of it, a few times a
 * day. In a transaction that holds the account.
 */
export async function tellOfNewDevice(change: Change, attempt: Attempt): Promise<void> {
  const { app, db, now } = change
  if (!app.config.newDeviceMail) return
  const account = await findAccount(db, attempt.accountId)
  if (!account) return
  // Of one that is older than what is kept of events, nobody can say that this is the first.
  const isOld = account.createdAt < now - app.config.eventsDays * DAY
  if (!isOld && !(await hasSignedIn(db, attempt.accountId))) return
  if (!(await spend(db, notices('new_device', account.id), now))) return
  await tell(change, account, { kind: 'new_device' }, { attemptId: attempt.id })
}
