import type { App } from '../app.ts'
import { factorOf } from '../factors/all.ts'
import { codesLeft } from '../factors/recovery.ts'
import type { FactorKind } from '../factors/factor.ts'
import { findAccount, forgetReset, holdAccount, lockAccount } from '../store/accounts.ts'
import { addProof, spendTry, type Attempt } from '../store/attempts.ts'
import { forgetDevices } from '../store/devices.ts'
import { enrolmentsOfKind, forgetFailures, replaceState } from '../store/enrolments.ts'
import { heldOf } from './ask.ts'
import { mailboxWait, toolsFor, type Refusal } from './attempt.ts'
import { change, note, tell, undo, type Change } from './change.ts'
import { knownDevice } from './device.ts'
import { hold } from './limits.ts'
import { requests, wrongSecondSteps, wrongSecondStepsFrom, wrongSecondStepsOfDay } from './rules.ts'
import type { Visit } from './visit.ts'
import { countInARow, sawWrongSecondStep } from './wrong-second-step.ts'

/** Which factor answers, and what was typed. */
export type Answer = { readonly kind: FactorKind; readonly text: string }

/**
 * An answer to a factor's question, for whatever the attempt is about. When it is right, `then` goes
 * on in the same transaction: the proof and what comes of it are written together or not at all.
 *
 * The factor looks at the answer first, since that may take a while; nobody learns what it saw but
 * through the transaction, where a try is paid for. The account is held in it.
 */
export async function answer<T>(
  app: App,
  visit: Visit,
  attempt: Attempt,
  given: Answer,
  then: (change: Change, attempt: Attempt) => Promise<T>,
): Promise<T | Refusal> {
  const enrolments = await enrolmentsOfKind(app.db, attempt.accountId, given.kind)
  const held = heldOf(attempt, enrolments, given.kind)
  const factor = factorOf(given.kind)
  const question = attempt.asked?.kind === given.kind ? attempt.asked.question : null
  const tools = toolsFor(app, attempt, app.now())
  const device = await knownDevice(app.db, visit, attempt.accountId, tools.now)
  const caller = device ? { device: device.id } : { address: visit.address }
  const state = held && (await factor.check(held.state, question, given.text, tools))
  // A code that was never sent cannot be guessed, and somebody who tries is no danger to the account.
  const isGuess = given.kind !== 'email' || question !== null
  const closed = isGuess || attempt.endedAt !== null ? 0 : await closedFor(app, attempt)

  return change(app, visit, async (change) => {
    const { db, now } = change
    const each = requests(app.config.limits, caller)
    const wrong = wrongSecondSteps(app.config.limits, attempt.accountId, caller)
    const limits = await hold(db, [...each, ...wrong], now)
    if (limits.wait > 0) return { refused: 'slow_down', wait: limits.wait }
    if (closed > 0) {
      await limits.count(each)
      return { refused: 'mailbox_shown', wait: closed }
    }
    // Before the attempt: who revokes holds the account first, and then ends attempts.
    await lockAccount(db, attempt.accountId)
    const paid = factor.reads(given.text, tools) ? await spendTry(db, attempt, now) : null
    if (!paid) {
      await limits.count(each)
      return { refused: 'wrong_code' }
    }

    if (!isGuess) {
      await limits.count([...each, ...wrongSecondStepsFrom(app.config.limits, caller)])
      return { refused: 'wrong_code' }
    }
    if (!held || state === null) {
      await limits.count([...each, ...wrong])
      await note(change, 'second_step_refused', {
        accountId: attempt.accountId,
        attemptId: attempt.id,
        detail: { by: given.kind, purpose: attempt.purpose },
      })
      const ofDay = wrongSecondStepsOfDay(app.config.limits, attempt.accountId)
      await sawWrongSecondStep(change, attempt, limits.countOf(ofDay) + 1)
      if (held?.enrolment) await countInARow(change, attempt, held.enrolment)
      return { refused: 'wrong_code' }
    }
    await limits.count(each)
    if (held.enrolment && held.enrolment.failures > 0) await forgetFailures(db, held.enrolment)
    if (held.enrolment && state !== held.state) {
      if (!(await replaceState(db, held.enrolment, state))) return { refused: 'wrong_code' }
    }
    const proof = { by: given.kind, shows: factor.shows, at: now }
    const proven = await addProof(db, paid, attempt.accountId, proof)
    // Whoever was faster has proven the attempt: what this answer has used up is given back.
    if (!proven) return undo({ refused: 'wrong_code' })
    if (given.kind === 'recovery') await recoveryCodeUsed(change, proven, codesLeft(state))
    return then(change, proven)
  })
}

/** After a reset by mail no code is sent for a while, so there is no question such a code could answer. */
async function closedFor(app: App, attempt: Attempt): Promise<number> {
  const account = await findAccount(app.db, attempt.accountId)
  return account ? mailboxWait(app, attempt, account, app.now()) : 0
}

/**
 * Whoever uses one may have lost a device: no browser is trusted on its word any more. And after a
 * reset by mail, the mailbox is not all that was shown.
 */
async function recoveryCodeUsed(change: Change, attempt: Attempt, left: number): Promise<void> {
  // Held before the devices are, as everywhere.
  const account = await holdAccount(change.db, attempt.accountId)
  if (!account) return
  if (account.passwordResetAt !== null) await forgetReset(change.db, account.id)
  await forgetDevices(change.db, account.id, 0, change.now)
  await note(change, 'recovery_code_used', {
    accountId: account.id,
    attemptId: attempt.id,
    detail: { left },
  })
  await tell(change, account, { kind: 'recovery_code_used', left }, { attemptId: attempt.id })
}
