import type { App } from '../app.ts'
import { factorOf } from '../factors/all.ts'
import type { FactorKind, Send } from '../factors/factor.ts'
import { sentTo } from '../factors/sent-code.ts'
import { holdAccount, type Account } from '../store/accounts.ts'
import { findAgain, insertAttempt, spendSend, type Attempt } from '../store/attempts.ts'
import { enrolmentsOf, type Enrolment } from '../store/enrolments.ts'
import { mailboxWait, toolsFor, type Refusal } from './attempt.ts'
import { change, note, type Change } from './change.ts'
import { asKept, isDrafting } from './draft.ts'
import { provesDraft, waysOf } from './next-step.ts'
import { isForPolicy } from './policy.ts'
import { resendWait } from './rules.ts'
import { clearSends, sendAll } from './send-codes.ts'
import { isAllowed, standingWith, stepIn } from './standing.ts'
import type { Visit } from './visit.ts'

/** What is kept of a factor of this attempt; `enrolment` is `null` for what is being set up in it. */
export type Held = { readonly state: unknown; readonly enrolment: Enrolment | null }

/**
 * A new address is proven by a code, whether or not codes by mail may be used to sign in. While a factor
 * is set up on the way in, nothing is asked but that one: what may be set up, its beginning has decided.
 */
export const isOpenTo = ({ config }: App, attempt: Attempt, kind: FactorKind): boolean =>
  !isDrafting(attempt) && (attempt.purpose === 'new-email' || isAllowed(config, kind))

/** All that could answer as a factor of this kind: what is being set up, or what is set up and counts. */
export function heldOf(
  app: App,
  attempt: Attempt,
  enrolments: readonly Enrolment[],
  kind: FactorKind,
): readonly Held[] {
  if (!isOpenTo(app, attempt, kind)) return []
  if (provesDraft.includes(attempt.purpose)) {
    // The recovery codes of a draft were shown by us a moment ago: they prove nothing.
    const state = kind === 'recovery' ? undefined : attempt.draft?.[kind]
    return state === undefined ? [] : [{ state, enrolment: null }]
  }
  return enrolments
    .filter((each) => each.kind === kind && each.disabledAt === null)
    .map((enrolment) => ({ state: enrolment.state, enrolment }))
}

/**
 * Writes a new attempt down, and asks at once where there is but one way to answer, beside recovery
 * codes: a message that may not be wanted is not sent unasked.
 */
export async function insertWithWays(
  change: Change,
  attempt: Attempt,
  account: Account,
  ways: readonly FactorKind[],
  enrolments: readonly Enrolment[],
): Promise<void> {
  const [only, another] = ways.filter((kind) => kind !== 'recovery')
  const [held] = only && !another ? heldOf(change.app, attempt, enrolments, only) : []
  if (!only || !held) return insertAttempt(change.db, attempt)
  const also = alsoTo(change.app, attempt, account, enrolments, only)
  await insertAsking(change, attempt, account, only, held.state, also)
}

/**
 * Writes a new attempt down, with its first question. Past the limits for sending it is written
 * without: the person may still ask later, or use a recovery code.
 */
export async function insertAsking(
  change: Change,
  attempt: Attempt,
  account: Account,
  kind: FactorKind,
  state: unknown,
  also: string | null = null,
): Promise<void> {
  const { app, db, now } = change
  const asked = factorOf(kind).challenge(state, null, toolsFor(app, attempt, now))
  if (!asked?.send) return insertAttempt(db, attempt)
  const cleared = await clearSends(change, account, attempt, wantedOf(asked.send, also))
  if ('refused' in cleared) {
    await note(change, 'code_not_sent', {
      accountId: account.id,
      attemptId: attempt.id,
      detail: { reason: cleared.refused },
    })
    return insertAttempt(db, attempt)
  }
  await cleared.count()
  await insertAttempt(db, {
    ...attempt,
    asked: askedNow(attempt, kind, asked.question, also === null ? null : cleared.sends),
    sends: 1,
    nextSendAt: now + resendWait(app.config.limits, 1),
  })
  await sendAll(change, attempt, account, cleared.sends)
}

/** The number that gets what is asked for in this way too, where the person wishes for both. Pure. */
export function alsoTo(
  app: App,
  attempt: Attempt,
  { bothSince }: Pick<Account, 'bothSince'>,
  enrolments: readonly Enrolment[],
  kind: FactorKind,
): string | null {
  if (kind !== 'email' || bothSince === null || provesDraft.includes(attempt.purpose)) return null
  const [number] = heldOf(app, attempt, enrolments, 'sms')
  return number ? sentTo(number.state) : null
}

const wantedOf = (send: Send, also: string | null): Send[] =>
  also === null ? [send] : [send, { ...send, by: 'sms', to: also }]

/** The question that is open now. `sent`: what went out for it, where that may be both. Pure. */
function askedNow(
  { asked }: Attempt,
  kind: FactorKind,
  question: unknown,
  sent: readonly Send[] | null,
): Attempt['asked'] {
  if (!sent) return { kind, question }
  // The same code may have gone out by the other of them before.
  const before = asked?.question === question ? (asked?.by ?? []) : []
  return { kind, question, by: [...new Set([...before, ...sent.map(({ by }) => by)])] }
}

/** Asks again: the same code while it lives. No new tries come with it. */
export async function askAgain(
  app: App,
  visit: Visit,
  attempt: Attempt,
  kind: FactorKind,
): Promise<'asked' | Refusal> {
  if (!isOpenTo(app, attempt, kind)) return { refused: 'factor_not_allowed' }
  return change(app, visit, async (change) => {
    const { db, now } = change
    // Before its factors are read: who changes them at this moment holds it too.
    const account = await holdAccount(db, attempt.accountId)
    const enrolments = await enrolmentsOf(db, attempt.accountId)
    const [held] = heldOf(app, attempt, enrolments, kind)
    if (!held || !account) return { refused: 'attempt_over' }
    const how = { skips: isForPolicy(attempt) }
    const standing = await standingWith(app, db, account, enrolments, how)
    const step = stepIn(app, asKept(attempt), standing, now)
    // All was shown: a new password is due, or something has to be set up.
    if (step.kind === 'new-password') return { refused: 'attempt_over' }
    if ((step.kind === 'set-up') !== (attempt.purpose === 'set-up'))
      return { refused: 'attempt_over' }
    const closed = mailboxWait(app, attempt, account, now)
    if (kind === 'email' && closed > 0) return { refused: 'mailbox_shown', wait: closed }
    const ways = waysOf(attempt.purpose, { ...standing, isFromMail: closed > 0 })
    const isDue = held.enrolment === null || ways.includes(kind)
    if (!isDue) return { refused: 'attempt_over' }
    const open = attempt.asked?.kind === kind ? attempt.asked.question : null
    const asked = factorOf(kind).challenge(held.state, open, toolsFor(app, attempt, now))
    if (!asked?.send) return { refused: 'attempt_over' }

    const { limits } = app.config
    const also = alsoTo(app, attempt, account, enrolments, kind)
    const cleared = await clearSends(change, account, attempt, wantedOf(asked.send, also))
    if ('refused' in cleared) return cleared
    const nextSendAt = now + resendWait(limits, attempt.sends + 1)
    const next = {
      asked: askedNow(attempt, kind, asked.question, also === null ? null : cleared.sends),
      nextSendAt,
    }
    if (!(await spendSend(db, attempt, next, limits.codeSends, now)))
      return whyNot(await findAgain(db, attempt), limits.codeSends, now)
    await cleared.count()
    await sendAll(change, attempt, account, cleared.sends)
    return 'asked'
  })
}

function whyNot(attempt: Attempt | null, most: number, now: number): Refusal {
  if (!attempt || attempt.endedAt !== null || attempt.expiresAt <= now || attempt.triesLeft <= 0)
    return { refused: 'attempt_over' }
  if (attempt.sends >= most) return { refused: 'no_more_sends' }
  return { refused: 'send_wait', wait: Math.max(1000, attempt.nextSendAt - now) }
}
