import { longestLifetimeOf } from '../sign-in/attempt.ts'
import { note, tell, type Change } from '../sign-in/change.ts'
import { countAnew, spend } from '../sign-in/limits.ts'
import { reports, stoppedSends } from '../sign-in/rules.ts'
import { timeoutsOf } from '../sign-in/session.ts'
import {
  endSessions,
  endSessionsOf,
  sessionsFrom,
  livingSessionsOn,
} from '../store/account-sessions.ts'
import { holdAccount, operators, type Account } from '../store/accounts.ts'
import { endAttempt, endAttemptsIn, endAttemptsOf, sessionOfAttempt } from '../store/attempts.ts'
import { endDevice, forgetDevices } from '../store/devices.ts'
import { stopWaiting } from './stop-change.ts'

const MOST_OPERATORS = 20

/** What somebody says "this was not me" about, and what it came from. */
type Cause = {
  readonly accountId: string
  readonly attemptId: string | null
  readonly sessionId: string | null
  /** The kind of the message, or of the event. */
  readonly what: string
  /** Ids of what it was said about, for whoever asks later. */
  readonly about: Readonly<Record<'message' | 'event', string | null>>
  /** The session that says so: it is not ended. */
  readonly keep: string | null
  /** Said by somebody who may be a stranger to the account: then only the attempt is theirs to end. */
  readonly isStranger: boolean
}

/**
 * Ends what this came from: its attempt, what signed in from it, the session it was opened in, who is
 * signed in on the same devices, and the trust in those. An address that waits does not come, and no
 * code is sent to the account for an hour. It lets nobody in and changes nothing else, since whoever
 * reads the mail can cause it. False: there is no such account any more.
 */
export async function endWhatWasNotMe(change: Change, cause: Cause): Promise<boolean> {
  const { app, db, now } = change
  const { accountId, attemptId } = cause
  const account = await holdAccount(db, accountId)
  if (!account) return false
  const hasEnded = attemptId !== null && (await endAttempt(db, attemptId, now))
  const ended = cause.isStranger ? { sessions: 0, forgotten: 0 } : await endAll(change, cause)
  await note(change, 'not_me', {
    accountId,
    ...(attemptId && { attemptId }),
    detail: { kind: cause.what, ...cause.about, attempt: hasEnded, ...ended },
  })
  if (!cause.isStranger) await tellOperators(change, account, cause.what)
  change.afterwards.push(() => {
    app.log.warn({ accountId, kind: cause.what, ...ended }, 'somebody says: this was not me')
    app.metrics.alarm('not_me')
  })
  return true
}

async function endAll(change: Change, cause: Cause) {
  const { app, db, now } = change
  const { accountId, attemptId, keep } = cause
  await countAnew(db, stoppedSends(accountId), now)
  await stopWaiting(change, accountId, 'not-me', keep)
  if (cause.what === 'password_changed' && attemptId === null && cause.sessionId === null) {
    // Set through a mailed link, which is no session and no attempt: whoever is in may have set it.
    await endAttemptsOf(db, accountId, longestLifetimeOf(app), now)
    const forgotten = await forgetDevices(db, accountId, 0, now)
    return { sessions: await endSessionsOf(db, accountId, now, keep), forgotten }
  }
  const openedIn = attemptId === null ? null : await sessionOfAttempt(db, accountId, attemptId)
  const named = [cause.sessionId, openedIn].filter((id) => id !== null)
  const from = await sessionsFrom(db, accountId, attemptId, named)
  const devices = from.filter(({ id }) => id !== keep).map(({ deviceId }) => deviceId)
  const on = { ids: devices }
  const there = await livingSessionsOn(db, accountId, on, timeoutsOf(app.config), now)
  const living = there.map(({ id }) => id).filter((id) => id !== keep)
  for (const id of living) await endAttemptsIn(db, id, longestLifetimeOf(app), now)
  let forgotten = 0
  for (const id of new Set(devices)) if (await endDevice(db, id, now)) forgotten += 1
  return { sessions: await endSessions(db, living, now), forgotten }
}

/** A few times a day for each account: one person could fill their mailboxes. The log goes on. */
async function tellOperators(change: Change, { id, login }: Account, what: string): Promise<void> {
  const { db, now } = change
  const others = (await operators(db, MOST_OPERATORS)).filter((operator) => operator.id !== id)
  if (others.length === 0 || !(await spend(db, reports(id), now))) return
  for (const operator of others) await tell(change, operator, { kind: 'reported', login, what })
}
