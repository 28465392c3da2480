import { insertAsking } from '../../sign-in/ask.ts'
import { longestLifetimeOf, openAttempt } from '../../sign-in/attempt.ts'
import type { Change } from '../../sign-in/change.ts'
import { endAttemptsIn } from '../../store/attempts.ts'
import type { Asker } from './deed.ts'

/**
 * Sends a code to an address, in an attempt that takes the place of any other of this session.
 * `state` is that of the factor, as it will be when the code was right. Gives the attempt's secret.
 */
export async function proveAddress(
  change: Change,
  { account, sessionId }: Asker,
  purpose: 'new-email' | 'bind-anew',
  state: unknown,
): Promise<string> {
  const { app, db, now } = change
  const { attempt, secret } = openAttempt(app, now, {
    purpose,
    accountId: account.id,
    sessionId,
    proofs: [],
    draft: { email: state },
    goal: null,
  })
  await endAttemptsIn(db, sessionId, longestLifetimeOf(app), now)
  await insertAsking(change, attempt, account, 'email', state)
  return secret
}
