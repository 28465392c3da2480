import { longestLifetimeOf } from '../../sign-in/attempt.ts'
import type { Change } from '../../sign-in/change.ts'
import { endAttemptsOf } from '../../store/attempts.ts'
import type { Case } from '../../store/cases.ts'

/**
 * The pass of this case counts no more: whoever has used it and set nothing up yet is stopped. In a transaction
 * that holds the account, so that nobody uses it meanwhile.
 */
export async function endUse({ app, db, now }: Change, it: Case): Promise<void> {
  if (it.passUsedAt !== null) await endAttemptsOf(db, it.accountId, longestLifetimeOf(app), now)
}
