import type { App } from '../../app.ts'
import { policyFrom, rulesIn, type PolicyRules } from '../../sign-in/policy.ts'
import { allPolicies } from '../../store/policies.ts'
import { LocksOut } from '../lock-out.ts'

/**
 * Before the first request: can every policy be read, and can what it requires be set up at all? Where FACTORS
 * holds none of it, nobody would be asked for anything, though the policy says so. It throws then.
 */
export async function checkPolicies({ config, db }: Pick<App, 'config' | 'db'>): Promise<void> {
  for (const { owner, rules: text } of await allPolicies(db)) {
    const rules = readable(owner, text)
    if (rules.shadowSince !== null) continue
    const whom = [null, ...rules.strongFor].find(
      (privilege) => policyFrom(config, [rules], privilege).factors.length === 0,
    )
    if (whom === undefined) continue
    const who = whom === null ? 'everybody' : `those with the privilege ${whom}`
    throw new LocksOut(
      `${named(owner)} requires of ${who} what FACTORS does not hold. Add passkey or totp to FACTORS, ` +
        'start, and change the policy first.',
    )
  }
}

function readable(owner: string, text: string): PolicyRules {
  try {
    return rulesIn(text)
  } catch {
    throw new LocksOut(
      `${named(owner)} cannot be read, and nobody would get in. Delete its row in the table policies ` +
        '(owner is the id of the main account, or empty), and set it anew.',
    )
  }
}

const named = (owner: string): string =>
  owner === '' ? 'the policy of the installation' : `the policy of the main account ${owner}`
