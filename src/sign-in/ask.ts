import type { App } from '../app.ts'
import { factorOf } from '../factors/all.ts'
import type { FactorKind, Send } from '../factors/factor.ts'
import { holdAccount, type Account } from '../store/accounts.ts'
import { findAgain, insertAttempt, spendSend, type Attempt } from '../store/attempts.ts'
import { enrolmentsOf, type Enrolment } from '../store/enrolments.ts'
import { mailboxWait, toolsFor, type Refusal } from './attempt.ts'
import { change, note, tell, type Change } from './change.ts'
import { hold, type Limit } from './limits.ts'
import { provesDraft, waysOf } from './next-step.ts'
import { newEmailSends, resendWait, sends, stoppedSends } from './rules.ts'
import { isAllowed, standingFrom, stepIn, type Standing } from './standing.ts'
import type { Visit } from './visit.ts'

/** What is kept of a factor of this attempt; `enrolment` is `null` for what is being set up in it. */
export type Held = { readonly state: unknown; readonly enrolment: Enrolment | null }

/** A new address is proven by a code, whether or not codes by mail may be used to sign in. */
export const isOpenTo = ({ config }: App, { purpose }: Attempt, kind: FactorKind): boolean =>
  purpose === 'new-email' || isAllowed(config, kind)

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
  if (only && held) await insertAsking(change, attempt, account, only, held.state)
  else await insertAttempt(change.db, attempt)
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
): Promise<void> {
  const { app, db, now } = change
  const asked = factorOf(kind).challenge(state, null, toolsFor(app, attempt, now))
  if (!asked) return insertAttempt(db, attempt)
  if (asked.send) {
    const limits = sendsOf(change, attempt, asked.send)
    const stopped = stoppedSends(account.id)
    const held = await hold(db, [...limits, stopped], now)
    if (held.wait > 0) {
      const reason = held.left(stopped) === 0 ? 'sends_stopped' : 'send_limited'
      await note(change, 'code_not_sent', {
        accountId: account.id,
        attemptId: attempt.id,
        detail: { reason },
      })
      return insertAttempt(db, attempt)
    }
    await held.count(limits)
  }
  await insertAttempt(db, {
    ...attempt,
    asked: { kind, question: asked.question },
    sends: 1,
    nextSendAt: now + resendWait(app.config.limits, 1),
  })
  if (asked.send) await send(change, attempt, account, asked.send)
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
    const standing = standingFrom(app.config, account, enrolments)
    // All was shown: nothing but a new password is due.
    if (stepIn(app, attempt, standing, now).kind === 'new-password')
      return { refused: 'attempt_over' }
    const closed = kind === 'email' ? mailboxWait(app, attempt, account, now) : 0
    if (closed > 0) return { refused: 'mailbox_shown', wait: closed }
    const isDue = held.enrolment === null || isWay(attempt.purpose, standing, kind)
    if (!isDue) return { refused: 'attempt_over' }
    const open = attempt.asked?.kind === kind ? attempt.asked.question : null
    const asked = factorOf(kind).challenge(held.state, open, toolsFor(app, attempt, now))
    if (!asked?.send) return { refused: 'attempt_over' }

    const { limits } = app.config
    const counted = sendsOf(change, attempt, asked.send)
    const stopped = stoppedSends(account.id)
    const used = await hold(db, [...counted, stopped], now)
    if (used.left(stopped) === 0) return { refused: 'sends_stopped', wait: used.wait }
    if (used.wait > 0) return { refused: 'send_limited', wait: used.wait }
    const nextSendAt = now + resendWait(limits, attempt.sends + 1)
    const next = { asked: { kind, question: asked.question }, nextSendAt }
    if (!(await spendSend(db, attempt, next, limits.codeSends, now)))
      return whyNot(await findAgain(db, attempt), limits.codeSends, now)
    await used.count(counted)
    await send(change, attempt, account, asked.send)
    return 'asked'
  })
}

const isWay = (purpose: Attempt['purpose'], standing: Standing, kind: FactorKind): boolean =>
  waysOf(purpose, { ...standing, isFromMail: false }).includes(kind)

/** What a code of this attempt counts in. */
const sendsOf = ({ app, visit }: Change, attempt: Attempt, { to }: Send): Limit[] =>
  attempt.purpose === 'new-email'
    ? newEmailSends(app.config.limits, to, attempt.accountId, visit.address)
    : sends(app.config.limits, to, visit.address)

function whyNot(attempt: Attempt | null, most: number, now: number): Refusal {
  if (!attempt || attempt.endedAt !== null || attempt.expiresAt <= now || attempt.triesLeft <= 0)
    return { refused: 'attempt_over' }
  if (attempt.sends >= most) return { refused: 'no_more_sends' }
  return { refused: 'send_wait', wait: Math.max(1000, attempt.nextSendAt - now) }
}

async function send(change: Change, attempt: Attempt, account: Account, what: Send) {
  const minutes = Math.max(1, Math.ceil((what.until - change.now) / 60_000))
  const message = await tell(
    change,
    account,
    { kind: 'code', purpose: attempt.purpose, code: what.code, minutes },
    { recipient: what.to, attemptId: attempt.id, until: what.until },
  )
  await note(change, 'code_sent', {
    accountId: account.id,
    attemptId: attempt.id,
    detail: { by: what.by, purpose: attempt.purpose, message },
  })
}
