import type { App } from '../../app.ts'
import type { Refusal } from '../../sign-in/attempt.ts'
import { change } from '../../sign-in/change.ts'
import type { Visit } from '../../sign-in/visit.ts'
import { holdAccount } from '../../store/accounts.ts'
import { INSTALLATION, policyOfOwner } from '../../store/policies.ts'
import type { SignedIn } from '../../store/sessions.ts'
import { mayRule } from '../privileges.ts'
import { whenSure, type Sure } from '../step-up.ts'
import type { Effect } from './effect.ts'
import { effectOf } from './effect-of.ts'
import type { PolicyChange } from './set-policy.ts'

export const HOME = '/policy'

/** The page of a policy. */
export const policyPath = (owner: string): string =>
  owner === INSTALLATION ? HOME : `${HOME}?${new URLSearchParams({ main: owner }).toString()}`

/**
 * Saves a policy once it is sure who asks, and once they have seen what it does; else gives that first. The
 * numbers are looked up before the transaction, which nobody has to wait for.
 */
export async function changePolicy(
  app: App,
  visit: Visit,
  session: SignedIn,
  wanted: PolicyChange,
): Promise<Sure | Refusal | { readonly effect: Effect }> {
  const effect = await effectOf(app, app.db, wanted.owner, wanted.rules)
  if (effect.name !== wanted.seen) return { effect }
  return change(app, visit, async (change): Promise<Sure | Refusal> => {
    const account = await holdAccount(change.db, session.accountId)
    const whose = wanted.owner === INSTALLATION ? null : wanted.owner
    if (!account || !mayRule(account, whose)) return { refused: 'attempt_over' }
    const written = await policyOfOwner(change.db, wanted.owner)
    if ((written?.version ?? 0) !== wanted.version) return { refused: 'changed_meanwhile' }
    const goal = policyPath(wanted.owner)
    return whenSure(change, account, session, { kind: 'policy', change: wanted }, goal)
  })
}
