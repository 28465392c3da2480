import type { App } from '../app.ts'
import { factorOf } from '../factors/all.ts'
import { codesLeft } from '../factors/recovery.ts'
import type { FactorKind } from '../factors/factor.ts'
import { findAccount, lockAccount } from '../store/accounts.ts'
import { addProof, spendTry, type Attempt } from '../store/attempts.ts'
import { forgetDevices } from '../store/devices.ts'
import { enrolmentsOfKind, replaceState } from '../store/enrolments.ts'
import { heldOf } from './ask.ts'
import { toolsFor, type Refusal } from './attempt.ts'
import { change, note, tell, undo, type Change } from './change.ts'
import { knownDevice } from './device.ts'
import { hold } from './limits.ts'
import { requests, wrongSecondSteps } from './rules.ts'
import type { Visit } from './visit.ts'

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

  return change(app, visit, async (change) => {
    const { db, now } = change
    const each = requests(app.config.limits, caller)
    const wrong = wrongSecondSteps(app.config.limits, attempt.accountId, caller)
    const limits = await hold(db, [...each, ...wrong], now)
    if (limits.wait > 0) return { refused: 'slow_down', wait: limits.wait }
    // Before the attempt: who revokes holds the account first, and then ends attempts.
    await lockAccount(db, attempt.accountId)
    const paid = factor.reads(given.text, tools) ? await spendTry(db, attempt, now) : null
    if (!paid) {
      await limits.count(each)
      return { refused: 'wrong_code' }
    }

    if (!held || state === null) {
      await limits.count([...each, ...wrong])
      await note(change, 'second_step_refused', {
        accountId: attempt.accountId,
        attemptId: attempt.id,
        detail: { by: given.kind, purpose: attempt.purpose },
      })
      return { refused: 'wrong_code' }
    }
    await limits.count(each)
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

/** Whoever uses one may have lost a device: no browser is trusted on its word any more. */
async function recoveryCodeUsed(change: Change, attempt: Attempt, left: number): Promise<void> {
  const account = await findAccount(change.db, attempt.accountId)
  if (!account) return
  await forgetDevices(change.db, account.id, 0, change.now)
  await note(change, 'recovery_code_used', {
    accountId: account.id,
    attemptId: attempt.id,
    detail: { left },
  })
  await tell(change, account, { kind: 'recovery_code_used', left })
}
