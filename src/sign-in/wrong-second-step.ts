import type { FactorKind } from '../factors/factor.ts'
import { findAccount, markKnown } from '../store/accounts.ts'
import type { Attempt } from '../store/attempts.ts'
import { countFailure, readStanding, type Enrolment } from '../store/enrolments.ts'
import { hasHappened } from '../store/events.ts'
import { note, tell, type Change } from './change.ts'
import { provesDraft } from './next-step.ts'

const DAY = 24 * 60 * 60 * 1000

/** Wrong second steps within a day after which the person is told. */
const TOLD_AFTER = 3

/**
 * What follows from a wrong second step, which is the `count`th of its account within a day. The
 * person is told at the third, once in a window, since each number comes once; not by a code for
 * what is only being set up, where people mistype what they got themselves. From the tenth on, a wrong
 * one at sign-in makes the password known to others, once in a day: there it was given. That of
 * somebody who is signed in says nothing of it.
 */
export async function sawWrongSecondStep(
  change: Change,
  { id: attemptId, accountId, purpose }: Attempt,
  count: number,
): Promise<void> {
  const { app, db, now } = change
  const isMany = purpose === 'sign-in' && count >= app.config.limits.secondStepFailuresDay
  const isTold = count === TOLD_AFTER && !provesDraft.includes(purpose)
  if (!isMany && !isTold) return
  const account = await findAccount(db, accountId)
  const standing = await readStanding(db, accountId)
  // Where nothing is set up, a password is all there is, and nobody was kept out by a code.
  if (!account || !standing || standing.enrolled.length === 0) return
  if (!isMany) {
    await tell(change, account, { kind: 'second_step_failures' }, { attemptId })
    return
  }
  // It was, and there is a new password since: these are still the wrong codes of before.
  const isSame = count > app.config.limits.secondStepFailuresDay
  if (isSame && (await hasHappened(db, accountId, 'password_known', now - DAY))) return
  if (!(await markKnown(db, accountId, now))) return
  await note(change, 'password_known', { accountId, attemptId })
  await tell(change, account, { kind: 'password_known' }, { attemptId })
}

/**
 * So many wrong answers in a row, over any time and all attempts, and the factor must be proven anew
 * (NIST SP 800-63B-4 §3.2.2). Not recovery codes: 80 random bits are not guessed in a hundred tries,
 * nor in a billion, and they are the way back. Nor passkeys, where there is nothing to guess.
 */
export async function countInARow(
  change: Change,
  { id: attemptId, accountId }: Attempt,
  by: Exclude<FactorKind, 'recovery'>,
  enrolments: readonly Enrolment[],
): Promise<void> {
  const { app, db, now } = change
  const most = app.config.limits.secondStepFailuresInARow
  let areOff = false
  for (const enrolment of enrolments) {
    if (!(await countFailure(db, enrolment, most, now))) continue
    areOff = true
    const { name } = enrolment
    await note(change, 'factor_disabled', { accountId, attemptId, detail: { by, name } })
  }
  const account = areOff ? await findAccount(db, accountId) : null
  if (account) await tell(change, account, { kind: 'factor_disabled', by }, { attemptId })
}
