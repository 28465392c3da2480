import type { FactorKind } from '../../factors/factor.ts'
import { insertAsking } from '../../sign-in/ask.ts'
import { longestLifetimeOf, openAttempt } from '../../sign-in/attempt.ts'
import type { Change } from '../../sign-in/change.ts'
import { endAttemptsIn, type Attempt } from '../../store/attempts.ts'
import type { Asker } from './deed.ts'

/**
 * Asks for something that is being set up, in an attempt that takes the place of any other of this
 * session. `state` is that of the factor, which counts when the answer was right; `more` is kept with
 * it. Gives the attempt's secret.
 */
export async function openDraft(
  change: Change,
  { account, sessionId }: Asker,
  purpose: 'new-email' | 'bind-anew' | 'protect' | 'add-factor',
  kind: FactorKind,
  stateFor: (attempt: Attempt) => unknown,
  more: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const { app, db, now } = change
  const { attempt, secret } = openAttempt(app, now, {
    purpose,
    accountId: account.id,
    sessionId,
    proofs: [],
    draft: null,
    goal: null,
  })
  await endAttemptsIn(db, sessionId, longestLifetimeOf(app), now)
  const state = stateFor(attempt)
  await insertAsking(
    change,
    { ...attempt, draft: { [kind]: state, ...more } },
    account,
    kind,
    state,
  )
  return secret
}
