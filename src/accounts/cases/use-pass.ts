import type { App } from '../../app.ts'
import type { Proof } from '../../factors/factor.ts'
import type { Refusal } from '../../sign-in/attempt.ts'
import { change, note, undo, type Change } from '../../sign-in/change.ts'
import { knownDevice } from '../../sign-in/device.ts'
import { stepOf } from '../../sign-in/finish.ts'
import { hold } from '../../sign-in/limits.ts'
import type { Step } from '../../sign-in/next-step.ts'
import { requests, wrongSecondSteps, wrongSecondStepsOfDay } from '../../sign-in/rules.ts'
import type { Visit } from '../../sign-in/visit.ts'
import { sawWrongSecondStep } from '../../sign-in/wrong-second-step.ts'
import { holdAccount, type Account } from '../../store/accounts.ts'
import { addProof, findAgain, spendTry, type Attempt } from '../../store/attempts.ts'
import { caseWithPass, spendPassTry, usePass as useUp } from '../../store/cases.ts'
import { passCounts } from './case-rules.ts'
import { knowsPassword } from './open-case.ts'
import { isPassOf, readPass } from './pass.ts'
import { tellOwner } from './tell-all.ts'

/**
 * A pass, typed after the right password of the account it was given for. It is used up with it, and what is
 * missing then is a new factor, and nothing else. Each wrong one counts as a wrong second step.
 */
export async function usePass(
  app: App,
  visit: Visit,
  attempt: Attempt,
  typed: string,
): Promise<'used' | Refusal> {
  const { accountId } = attempt
  const device = await knownDevice(app.db, visit, accountId, app.now())
  const caller = device ? { device: device.id } : { address: visit.address }
  const digits = readPass(typed)
  return change(app, visit, async (change): Promise<'used' | Refusal> => {
    const { db, now } = change
    const each = requests(app.config.limits, caller)
    const wrong = wrongSecondSteps(app.config.limits, accountId, caller)
    const limits = await hold(db, [...each, ...wrong], now)
    if (limits.wait > 0) return { refused: 'slow_down', wait: limits.wait }
    const account = await holdAccount(db, accountId)
    const mine = await findAgain(db, attempt)
    const isDue = mine && knowsPassword(mine) && isSecond(await stepOf(change, mine))
    if (!account || !isDue) {
      await limits.count(each)
      return { refused: 'attempt_over' }
    }
    // What could not be a pass costs no try.
    const paid = digits === null ? null : await spendTry(db, mine, now)
    if (digits === null || !paid) {
      await limits.count(each)
      return { refused: 'wrong_pass' }
    }
    const right = await spend(change, account, digits)
    if (!right) {
      await limits.count([...each, ...wrong])
      const ofDay = wrongSecondStepsOfDay(app.config.limits, accountId)
      await noteWrong(change, mine, limits.countOf(ofDay) + 1)
      return { refused: 'wrong_pass' }
    }
    await limits.count(each)
    const proof: Proof = { by: 'pass', shows: ['has'], at: now }
    // Whoever was faster has proven the attempt: the pass is given back.
    if (!(await addProof(db, paid, accountId, proof))) return undo({ refused: 'wrong_pass' })
    await note(change, 'pass_used', { accountId, attemptId: mine.id, detail: { case: right } })
    await tellOwner(change, account, right, 'used', mine.id)
    return 'used'
  })
}

/** Is the second step missing, or what an administrator lets stand for it? Pure. */
const isSecond = (step: Step): boolean =>
  step.kind === 'second' || (step.kind === 'set-up' && step.due.isInstead === true)

/** Is it the pass of this account? Then it is used up. Gives the id of its case. */
async function spend(
  { app, db, now }: Change,
  account: Account,
  digits: string,
): Promise<string | null> {
  const it = await caseWithPass(db, account.id, now)
  if (!it || !passCounts(it, account)) return null
  if (!(await spendPassTry(db, it, now)) || !isPassOf(app.keys, it, digits)) return null
  return (await useUp(db, it, now)) ? it.id : null
}

async function noteWrong(change: Change, attempt: Attempt, count: number): Promise<void> {
  await note(change, 'second_step_refused', {
    accountId: attempt.accountId,
    attemptId: attempt.id,
    detail: { by: 'pass', purpose: attempt.purpose },
  })
  await sawWrongSecondStep(change, attempt, count)
}
