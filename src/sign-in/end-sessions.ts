import {
  endSessions,
  endSessionsOn,
  livingSessionsOn,
  sessionsBeyond,
} from '../store/account-sessions.ts'
import { findAccount } from '../store/accounts.ts'
import { endAttemptsIn, type Attempt } from '../store/attempts.ts'
import type { Which } from '../store/devices.ts'
import { longestLifetimeOf } from './attempt.ts'
import { note, tell, type Change } from './change.ts'
import { spend } from './limits.ts'
import { notices } from './rules.ts'
import { timeoutsOf } from './session.ts'

/**
 * Ends the oldest sessions of an account when this attempt has made one too many, and says so, a
 * few times a day. In a transaction that holds the account, so that of two sign-ins at once each
 * counts the other.
 */
export async function endOldest(change: Change, attempt: Attempt): Promise<void> {
  const { app, db, now } = change
  const { accountId, id: attemptId } = attempt
  const most = app.config.limits.sessions
  const beyond = await sessionsBeyond(db, accountId, most, timeoutsOf(app.config), now)
  if (beyond.length === 0) return
  for (const { id, deviceId } of beyond) {
    // Who signs out at this moment may be faster.
    if ((await endSessions(db, [id], now)) === 0) continue
    await note(change, 'session_ended', {
      accountId,
      attemptId,
      sessionId: id,
      deviceId,
      detail: { why: 'limit' },
    })
  }
  const account = await findAccount(db, accountId)
  if (!account || !(await spend(db, notices('session_ended', accountId), now))) return
  await tell(change, account, { kind: 'session_ended' }, { attemptId })
}

/**
 * Ends who is signed in on some devices of an account, and what is under way in their sessions. In a
 * transaction that holds the account, after the devices were dealt with.
 */
export async function endSessionsThere(
  change: Change,
  accountId: string,
  which: Which,
  why: 'removed' | 'copied',
): Promise<void> {
  const { app, db, now } = change
  const living = await livingSessionsOn(db, accountId, which, timeoutsOf(app.config), now)
  const ids = living.map(({ id }) => id)
  if (ids.length > 0) await endAttemptsIn(db, ids, longestLifetimeOf(app), now)
  await endSessionsOn(db, accountId, which, now)
  for (const { id, deviceId } of living) {
    const about = { accountId, sessionId: id, deviceId, detail: { why } }
    await note(change, 'session_ended', about)
  }
}
