import type { App } from '../../app.ts'
import { rulesOrNull, type PolicyRules } from '../../sign-in/policy.ts'
import type { Database } from '../../store/open.ts'
import { allPolicies } from '../../store/policies.ts'

/**
 * What everybody has written, by main account (the installation: ''). One that cannot be read lets its own
 * people not in, and is no reason to keep the others from theirs: it is left out here, and said in the log.
 */
export async function rulesByOwner(
  app: Pick<App, 'log'>,
  db: Database,
): Promise<Map<string, PolicyRules>> {
  return (await readAll(app, db)).rules
}

/** The same, and whose cannot be read. */
export async function readAll(app: Pick<App, 'log'>, db: Database) {
  const rules = new Map<string, PolicyRules>()
  const unreadable: string[] = []
  for (const { owner, rules: text } of await allPolicies(db)) {
    const read = rulesOrNull(text)
    if (read) rules.set(owner, read)
    else unreadable.push(owner)
  }
  sayOnce(app, unreadable)
  return { rules, unreadable }
}

const said = new WeakMap<App['log'], ReadonlySet<string>>()

/** Once in this process, until it was mended. */
function sayOnce({ log }: Pick<App, 'log'>, unreadable: readonly string[]): void {
  const before = said.get(log)
  for (const owner of unreadable)
    if (!before?.has(owner)) log.error({ policy: owner }, 'policy that cannot be read')
  said.set(log, new Set(unreadable))
}
