import { longestLifetimeOf } from '../sign-in/attempt.ts'
import { note, tell, type Change } from '../sign-in/change.ts'
import type { FactorKind } from '../factors/factor.ts'
import { endSessionsOf } from '../store/account-sessions.ts'
import type { Account } from '../store/accounts.ts'
import { endAttemptsOf } from '../store/attempts.ts'
import { forgetDevices } from '../store/devices.ts'
import { deleteEnrolment, type Enrolment } from '../store/enrolments.ts'

/**
 * A factor lets nobody in any more, at once, and with it ends whatever it may have opened: what is under
 * way, the trust in devices, and every session but the one that takes it away. False, and nothing has
 * changed, when it is gone already. In a transaction that holds the account.
 */
export async function takeAway(
  change: Change,
  account: Account,
  factor: Enrolment,
  sessionId: string | null,
): Promise<boolean> {
  if (!(await endFactor(change, account, factor, sessionId))) return false
  const { name } = factor
  const by = factor.kind as Exclude<FactorKind, 'recovery'>
  await note(change, 'factor_removed', { accountId: account.id, detail: { by, name } })
  await tell(change, account, { kind: 'factor_removed', by, called: name })
  return true
}

/** The same, and nobody is told of it here. */
export async function endFactor(
  { app, db, now }: Change,
  account: Account,
  factor: Enrolment,
  sessionId: string | null,
): Promise<boolean> {
  if (!(await deleteEnrolment(db, factor))) return false
  await endAttemptsOf(db, account.id, longestLifetimeOf(app), now)
  await forgetDevices(db, account.id, 0, now)
  await endSessionsOf(db, account.id, now, sessionId)
  return true
}
