import { insertFactor, nameFor } from '../accounts/new-factor.ts'
import { takeAway } from '../accounts/take-away.ts'
import { loginCodeProven } from '../accounts/users/login-code-proven.ts'
import { factorOf } from '../factors/all.ts'
import { sentTo } from '../factors/sent-code.ts'
import { endSessionsOf } from '../store/account-sessions.ts'
import { chooseBoth, findAccount, type Account } from '../store/accounts.ts'
import { endAttemptsOf, type Attempt } from '../store/attempts.ts'
import { endRecovered } from '../store/cases.ts'
import { endTokens, forgetDevices } from '../store/devices.ts'
import { bindAnew, deleteEnrolments, enrolmentsOf, type Enrolment } from '../store/enrolments.ts'
import { longestLifetimeOf, type Refusal } from './attempt.ts'
import { note, tell, type Change } from './change.ts'
import { isPassOpen } from './next-step.ts'
import type { Kind } from './set-up.ts'
import { standingOf } from './standing.ts'

/** What was just shown: its state, its name, and the recovery codes that were saved with it, if any were. */
export type SetUp = {
  readonly kind: Kind
  readonly state: unknown
  readonly name: string
  readonly recovery: unknown
}

/**
 * Sets up what was shown on the way in. In a transaction that holds the account; when it is refused, the
 * caller undoes what was written.
 */
export async function enrol(
  change: Change,
  account: Account,
  attempt: Attempt,
  setUp: SetUp,
): Promise<Refusal | null> {
  const { app, db } = change
  const standing = await standingOf(app, db, account.id)
  if (!standing) return { refused: 'attempt_over' }
  const isPass = isPassOpen(attempt, standing.usable)
  if (isPass) await takeAllAway(change, account, attempt)
  const enrolled = await enrolmentsOf(db, account.id)
  const refused =
    enrolled.length === 0
      ? await insertFirst(change, account, attempt, setUp, isPass)
      : await insertMore(change, account, attempt, setUp, enrolled)
  if (refused) return refused
  const now = await findAccount(db, account.id)
  if (now) await loginCodeProven(change, now, setUp.kind, { attemptId: attempt.id })
  return null
}

/** With it comes the way back: the recovery codes that were saved. */
async function insertFirst(
  change: Change,
  account: Account,
  attempt: Attempt,
  { kind, state, name, recovery }: SetUp,
  isPass: boolean,
): Promise<Refusal | null> {
  const { app, db, now } = change
  if (recovery === undefined) return { refused: 'attempt_over' }
  // All of it is from this attempt: whoever says "this was not me" is rid of it again.
  const from = attempt.id
  const refused = await insertFactor(change, account, kind, state, name, from)
  if (refused) return refused
  await insertFactor(change, account, 'recovery', recovery, '', from)
  await endAttemptsOf(db, account.id, longestLifetimeOf(app), now, attempt.id)
  const about = { accountId: account.id, attemptId: attempt.id }
  await note(change, 'protected', { ...about, detail: { by: kind } })
  // One notice tells of a pass and all that came of it.
  if (!isPass) await tell(change, account, { kind: 'protected' }, { attemptId: attempt.id })
  return null
}

async function insertMore(
  change: Change,
  account: Account,
  attempt: Attempt,
  { kind, state, name: typed }: SetUp,
  enrolled: readonly Enrolment[],
): Promise<Refusal | null> {
  const isOne = factorOf(kind).most === 1
  const before = isOne ? enrolled.find((each) => each.kind === kind) : undefined
  const isSame = before && factorOf(kind).isSent && sentTo(before.state) === sentTo(state)
  const about = { accountId: account.id, attemptId: attempt.id }
  if (isSame) {
    // It is there already; if it was guessed at too often, it was just proven anew.
    if (await bindAnew(change.db, before, state))
      await note(change, 'factor_bound_anew', { ...about, detail: { by: kind } })
    return null
  }
  if (before) await takeAway(change, account, before, null, attempt.id)
  const refused = await insertFactor(change, account, kind, state, typed, attempt.id)
  if (refused) return refused
  const name = nameFor(account, kind, state, typed)
  await note(change, 'factor_added', { ...about, detail: { by: kind, name } })
  const notice = { kind: 'factor_added', by: kind, called: name } as const
  await tell(change, account, notice, { attemptId: attempt.id })
  return null
}

/** Support gave a pass to somebody who had lost everything: what was there lets nobody in any more. */
async function takeAllAway(change: Change, account: Account, { id }: Attempt): Promise<void> {
  const { app, db, now } = change
  await endRecovered(db, account.id, now)
  await deleteEnrolments(db, account.id)
  await chooseBoth(db, account.id, null)
  await endAttemptsOf(db, account.id, longestLifetimeOf(app), now, id)
  await forgetDevices(db, account.id, 0, now)
  // What was stolen is a known device no more, should whoever has it ask support.
  await endTokens(db, account.id, { allBut: '' })
  await endSessionsOf(db, account.id, now, null)
  await tell(change, account, { kind: 'pass_used' }, { attemptId: id })
}
