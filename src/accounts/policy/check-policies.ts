import type { App } from '../../app.ts'
import { policyFrom, rulesOrNull } from '../../sign-in/policy.ts'
import { allPolicies, INSTALLATION } from '../../store/policies.ts'
import { LocksOut } from '../lock-out.ts'

/**
 * Before the first request: can every policy be read, and can what it requires be set up at all? Where FACTORS
 * holds none of it, nobody would be asked for anything, though the policy says so: it throws then, and where
 * nobody at all would get in. Where only the people of one main account would not, it gives what there is to say.
 */
export async function checkPolicies({
  config,
  db,
  log,
}: Pick<App, 'config' | 'db' | 'log'>): Promise<string[]> {
  const warnings: string[] = []
  for (const { owner, rules: text } of await allPolicies(db)) {
    const rules = rulesOrNull(text)
    if (rules === null) {
      if (owner === INSTALLATION)
        throw new LocksOut(
          `${named(owner)} cannot be read, and nobody would get in. Take it away with: nightlatch policy ` +
            'reset --installation --yes',
        )
      log.warn({ policy: owner }, 'policy that cannot be read')
      warnings.push(
        `Nobody gets in whom ${named(owner)} concerns: it cannot be read. Write it anew on its page, or ` +
          'take it away with: nightlatch policy reset LOGIN --yes',
      )
      continue
    }
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
  return warnings
}

const named = (owner: string): string =>
  owner === '' ? 'the policy of the installation' : `the policy of the main account ${owner}`
