import type { App } from '../../app.ts'
import { policyFrom, type PolicyRules } from '../../sign-in/policy.ts'
import { timeoutsOf } from '../../sign-in/session.ts'
import type { Database } from '../../store/open.ts'
import { INSTALLATION } from '../../store/policies.ts'
import { limitSessions } from '../../store/policy-effect.ts'
import { rulesByOwner } from './effect-of.ts'

/**
 * Living sessions of those whom this policy concerns end as the policies say now: one statement, and one
 * for each kind of main accounts whose own policy says something else. What has run out until now stays so.
 */
export async function limitLiving(
  { config }: Pick<App, 'config'>,
  db: Database,
  owner: string,
  now: number,
): Promise<void> {
  const when = { since: now - timeoutsOf(config).absolute, now }
  const all = await rulesByOwner(db)
  const timesOf = (...some: (PolicyRules | undefined)[]) => {
    const rules = some.filter((each) => each !== undefined)
    const { longestIdle, longestLife } = policyFrom(config, rules, null)
    return { longestIdle, longestLife }
  }
  const general = all.get(INSTALLATION)
  if (owner !== INSTALLATION)
    return limitSessions(db, { mains: [owner] }, timesOf(general, all.get(owner)), when)

  const usual = timesOf(general)
  const others = new Map<string, { times: typeof usual; mains: string[] }>()
  for (const [main, rules] of all) {
    const times = timesOf(general, rules)
    const key = JSON.stringify(times)
    if (main === INSTALLATION || key === JSON.stringify(usual)) continue
    others.set(key, { times, mains: [...(others.get(key)?.mains ?? []), main] })
  }
  const but = [...others.values()].flatMap(({ mains }) => mains)
  await limitSessions(db, { but }, usual, when)
  for (const { times, mains } of others.values()) await limitSessions(db, { mains }, times, when)
}
