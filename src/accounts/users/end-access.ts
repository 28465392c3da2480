import { longestLifetimeOf } from '../../sign-in/attempt.ts'
import type { Change } from '../../sign-in/change.ts'
import { endSessionsThere } from '../../sign-in/end-sessions.ts'
import { endSessionsOf } from '../../store/account-sessions.ts'
import type { Account } from '../../store/accounts.ts'
import { endAttemptsOf } from '../../store/attempts.ts'
import { forgetDevices, removeDevices } from '../../store/devices.ts'
import { askNewPassword } from '../../store/users.ts'
import type { Outcome } from '../deeds/deed.ts'
import type { By } from './do-user-change.ts'
import { noteDone, tellDone } from './told.ts'

/**
 * Nobody is in any more, or on the way, and no device is trusted. What is under way ends first, so that no
 * sign-in which is faster than us leaves a session behind. In a transaction that holds the account.
 */
export async function endAccess({ app, db, now }: Change, accountId: string): Promise<void> {
  await endAttemptsOf(db, accountId, longestLifetimeOf(app), now)
  await forgetDevices(db, accountId, 0, now)
  await endSessionsOf(db, accountId, now)
}

/** What there is to say where it may have been the one who asks. */
const doneTo = (by: By, { id }: Account): Outcome => ({
  done: by.id === id ? 'signed_out' : 'user_changed',
})

export async function signOutEverywhere(change: Change, by: By, target: Account): Promise<Outcome> {
  await endAccess(change, target.id)
  await noteDone(change, by, target, 'signed_out_everywhere')
  await tellDone(change, by, target, 'signed_out')
  return doneTo(by, target)
}

/** Takes these devices off their list, or all; whoever is signed in there is out. */
export async function endDevices(
  change: Change,
  by: By,
  target: Account,
  ids: readonly string[] | null,
): Promise<Outcome> {
  const { app, db, now } = change
  // No id is empty: then it is all of them.
  const which = ids === null ? { allBut: '' } : { ids }
  if (ids === null) await endAttemptsOf(db, target.id, longestLifetimeOf(app), now)
  const removed = await removeDevices(db, target.id, which, now)
  await endSessionsThere(change, target.id, which, 'removed')
  if (removed.length === 0) return { done: 'user_changed' }
  await noteDone(change, by, target, 'device_removed', { others: removed.length })
  await tellDone(change, by, target, 'devices')
  const isOwn = removed.includes(change.visit.session?.deviceId ?? '')
  return isOwn ? doneTo(by, target) : { done: 'user_changed' }
}

/** They choose another password at their next sign-in. Who has none yet chooses one anyway. */
export async function askPassword(change: Change, by: By, target: Account): Promise<Outcome> {
  const done = { done: 'user_changed' } as const
  if (target.passwordHash === '' || target.passwordDueAt !== null) return done
  await askNewPassword(change.db, target.id, change.now)
  await noteDone(change, by, target, 'password_due')
  await tellDone(change, by, target, 'password_due')
  return done
}
