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
import { holdAccount, mainOf, operators, type Account } from '../store/accounts.ts'
import { endAttempt, endAttemptsIn, endAttemptsOf, sessionOfAttempt } from '../store/attempts.ts'
import { endTokens, forgetDevices, forgetThese } from '../store/devices.ts'
import { disableFrom } from '../store/enrolments.ts'
import type { Event } from '../store/events.ts'
import { endKeysOf } from '../store/keys.ts'
import { endLinksOf } from '../store/links.ts'
import { managersOf } from '../store/users.ts'
import { stopWaiting } from './stop-change.ts'

/** So many operators are told, and so many of those who manage. */
const MOST = 20

/**
 * What comes through a mailed link, or in its time, is of no session and no attempt: the kind of the
 * mail that tells of it, and what ends when somebody says that it was not them. Whoever is in may
 * have done it; who only asked for a link has got nothing but the link.
 */
const ofNobody: Readonly<Record<string, 'all' | 'links'>> = {
  password_changed: 'all',
  email_changed: 'all',
  password_reset: 'links',
}

/** The mail that tells of an event, where it is called otherwise. */
const mailOf: Readonly<Record<string, string>> = {
  code_sent: 'code',
  password_reset: 'password_changed',
  password_reset_asked: 'password_reset',
}

/** What an event tells of: the kind of its message, or its own. Pure. */
export const whatOf = ({ kind, detail }: Pick<Event, 'kind' | 'detail'>): string =>
  String(detail['kind'] ?? mailOf[kind] ?? kind)

const deniable = ['password_reset', 'password_reset_asked', 'notice_sent']

/** Can it be denied, though it is of no session and no attempt? Pure. */
export const isOfNobody = (event: Pick<Event, 'kind' | 'detail'>): boolean =>
  deniable.includes(event.kind) && Object.hasOwn(ofNobody, whatOf(event))

/** What somebody says "this was not me" about, and what it came from. */
type Cause = {
  readonly accountId: string
  readonly attemptId: string | null
  readonly sessionId: string | null
  /** The kind of the message, or of the event. */
  readonly what: string
  /** Ids of what it was said about, for whoever asks later. */
  readonly about: Readonly<Record<'message' | 'event', string | null>>
  /** The session that says so, and its device: they are not ended. */
  readonly keep: { readonly sessionId: string; readonly deviceId: string } | null
  /** Said by somebody who may be a stranger to the account: then only the attempt is theirs to end. */
  readonly isStranger: boolean
}

/**
 * Ends what this came from: its attempt, what signed in from it, the session it was opened in, who is
 * signed in on the same devices, and the trust in those. An address that waits does not come, and no
 * code is sent to the account for an hour. A factor that was added there lets nobody in until it is
 * proven anew, and all that is signed in or under way ends with it. It lets nobody in and changes
 * nothing else, since whoever reads the mail can cause it. False: there is no such account any more.
 */
export async function endWhatWasNotMe(change: Change, cause: Cause): Promise<boolean> {
  const { app, db, now } = change
  const { accountId, attemptId } = cause
  const account = await holdAccount(db, accountId)
  if (!account) return false
  const hasEnded = attemptId !== null && (await endAttempt(db, attemptId, now))
  const ended = cause.isStranger
    ? { sessions: 0, forgotten: 0, disabled: 0 }
    : await endAll(change, cause)
  await note(change, 'not_me', {
    accountId,
    ...(attemptId && { attemptId }),
    detail: { kind: cause.what, ...cause.about, attempt: hasEnded, ...ended },
  })
  if (!cause.isStranger) await tellWhoLooksAfter(change, account, cause.what)
  change.afterwards.push(() => {
    app.log.warn({ accountId, kind: cause.what, ...ended }, 'somebody says: this was not me')
    app.metrics.alarm('not_me')
  })
  return true
}

/**
 * What comes with something new that lets in: `case_told` is of an attempt only where a pass was used, and
 * what `protected` tells of only where it was set up on the way in.
 */
const adding = ['factor_added', 'protected', 'pass_used', 'case_told']

async function endAll(change: Change, cause: Cause) {
  const { app, db, now } = change
  const { accountId, attemptId, keep } = cause
  await countAnew(db, stoppedSends(accountId), now)
  await stopWaiting(change, accountId, 'not-me', keep?.sessionId ?? null)
  // Whoever added it can sign in by it, whatever else is ended, and may have: anything since may be theirs.
  const isAdded = adding.includes(cause.what) && attemptId !== null
  const disabled = isAdded ? await disableFrom(db, accountId, attemptId, now) : 0
  const isOfNone = attemptId === null && cause.sessionId === null
  const ends = disabled > 0 ? 'all' : isOfNone ? ofNobody[cause.what] : undefined
  if (ends) await endLinksOf(db, accountId, now, 'reset')
  // A program that asks in the name of this account was let in by whoever was in it.
  if (ends === 'all' || cause.what === 'key_made') await endKeysOf(db, accountId, now)
  if (ends === 'all') {
    await endAttemptsOf(db, accountId, longestLifetimeOf(app), now)
    const forgotten = await forgetDevices(db, accountId, 0, now)
    // No id is empty: where nobody is to be kept, it is all of them.
    await endTokens(db, accountId, { allBut: keep?.deviceId ?? '' })
    return {
      sessions: await endSessionsOf(db, accountId, now, keep?.sessionId),
      forgotten,
      disabled,
    }
  }
  const openedIn = attemptId === null ? null : await sessionOfAttempt(db, accountId, attemptId)
  const named = [cause.sessionId, openedIn].filter((id) => id !== null)
  const from = await sessionsFrom(db, accountId, attemptId, named)
  const isOther = ({ id }: { id: string }) => id !== keep?.sessionId
  const ids = [...new Set(from.filter(isOther).map(({ deviceId }) => deviceId))]
  if (ids.length === 0) return { sessions: 0, forgotten: 0, disabled }
  const there = await livingSessionsOn(db, accountId, { ids }, timeoutsOf(app.config), now)
  const living = there.filter(isOther).map(({ id }) => id)
  for (const id of living) await endAttemptsIn(db, id, longestLifetimeOf(app), now)
  const forgotten = (await forgetThese(db, accountId, ids, now)).length
  await endTokens(db, accountId, { ids })
  return { sessions: await endSessions(db, living, now), forgotten, disabled }
}

/**
 * The operators, and those who manage the accounts of their main account. A few times a day for each account:
 * one person could fill their mailboxes. The log goes on.
 */
async function tellWhoLooksAfter(change: Change, account: Account, what: string): Promise<void> {
  const { db, now } = change
  const { id, login } = account
  const all = [...(await operators(db, MOST)), ...(await managersOf(db, mainOf(account), MOST))]
  const others = all.filter((each) => each.id !== id)
  if (others.length === 0 || !(await spend(db, reports(id), now))) return
  for (const each of others) await tell(change, each, { kind: 'reported', login, what })
}
