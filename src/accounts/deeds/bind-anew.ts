import { insertAsking } from '../../sign-in/ask.ts'
import { longestLifetimeOf, openAttempt } from '../../sign-in/attempt.ts'
import { endAttemptsIn } from '../../store/attempts.ts'
import { enrolmentsOfKind } from '../../store/enrolments.ts'
import type { Doing } from './deed.ts'

/** Sends a code to the address that must be proven anew; what is set up stays as it is until then. */
export const bindAnew: Doing<'bind-anew'> = async (change, { account, sessionId }) => {
  const { app, db, now } = change
  const enrolments = await enrolmentsOfKind(db, account.id, 'email')
  const disabled = enrolments.find(({ disabledAt }) => disabledAt !== null)
  if (!disabled) return { refused: 'attempt_over' }
  const { attempt, secret } = openAttempt(app, now, {
    purpose: 'bind-anew',
    accountId: account.id,
    sessionId,
    proofs: [],
    draft: { email: disabled.state },
    goal: null,
  })
  await endAttemptsIn(db, sessionId, longestLifetimeOf(app), now)
  await insertAsking(change, attempt, account, 'email', disabled.state)
  return { opened: secret, path: '/account/security/code' }
}
