import type { App } from '../../app.ts'
import { policyFrom, type PolicyRules } from '../../sign-in/policy.ts'
import { timeoutsOf } from '../../sign-in/session.ts'
import type { Database } from '../../store/open.ts'
import { INSTALLATION } from '../../store/policies.ts'
import { limitSessions } from '../../store/policy-effect.ts'
import { readAll } from './rules-by-owner.ts'

/**
 * Living sessions of those whom this policy concerns end as the policies say now: one statement, and one
 * for each kind of main accounts whose own policy says something else. What has run out until now stays so.
 */
export async function limitLiving(
  app: Pick<App, 'config' | 'log'>,
  db: Database,
  owner: string,
  now: number,
): Promise<void> {
  const when = { since: now - timeoutsOf(app.config).absolute, now }
  const { rules: all, unreadable } = await readAll(app, db)
  // What cannot be read may be shorter than all that can: sessions stay as they are.
  if (unreadable.includes(INSTALLATION) || unreadable.includes(owner)) return
  const timesOf = (...some: (PolicyRules | undefined)[]) => {
    const rules = some.filter((each) => each !== undefined)
    const { longestIdle, longestLife } = policyFrom(app.config, rules, null)
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
  const but = [...unreadable, ...[...others.values()].flatMap(({ mains }) => mains)]
  await limitSessions(db, { but }, usual, when)
  for (const { times, mains } of others.values()) await limitSessions(db, { mains }, times, when)
}
