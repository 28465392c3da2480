import type { Change } from '../../sign-in/change.ts'
import type { Account } from '../../store/accounts.ts'
import { endLinksOf } from '../../store/links.ts'
import { endKeysOf } from '../../store/keys.ts'
import { barAccount } from '../../store/users.ts'
import type { Outcome } from '../deeds/deed.ts'
import { stopWaiting } from '../stop-change.ts'
import type { By } from './do-user-change.ts'
import { endAccess } from './end-access.ts'
import { noteDone, tellDone } from './told.ts'

const done = { done: 'user_changed' } as const

/** Nobody gets in any more, by anything, and at the door it is as if there were no such account. */
export async function disable(change: Change, by: By, target: Account): Promise<Outcome> {
  const { db, now } = change
  if (target.disabledAt !== null) return done
  await barAccount(db, target.id, now)
  await endAccess(change, target.id)
  // What they have made works no longer either, and not again when they are enabled.
  await endKeysOf(db, target.id, now)
  await endLinksOf(db, target.id, now)
  await stopWaiting(change, target.id, 'administrator')
  await noteDone(change, by, target, 'account_disabled')
  await tellDone(change, by, target, 'disabled')
  return done
}

export async function enable(change: Change, by: By, target: Account): Promise<Outcome> {
  if (target.disabledAt === null) return done
  await barAccount(change.db, target.id, null)
  await noteDone(change, by, target, 'account_enabled')
  await tellDone(change, by, target, 'enabled')
  return done
}
