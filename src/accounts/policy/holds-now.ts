import type { App } from '../../app.ts'
import type { kinds } from '../../factors/all.ts'
import { policyFrom, type PolicyRules } from '../../sign-in/policy.ts'
import type { Privilege } from '../../store/tables.ts'

/** What makes it so: the settings, one of the policies, or both together. */
export type Source = 'settings' | 'installation' | 'main' | 'both'

type Values = {
  readonly protection: { readonly is: PolicyRules['protection']; readonly from: number }
  /** Who needs an app or a passkey. */
  readonly strongFor: readonly Privilege[]
  readonly factors: readonly (typeof kinds)[number][]
  readonly rememberDays: number
  readonly idleMinutes: number
  readonly sessionHours: number
  readonly caseKnownHours: number | null
  readonly caseHours: number | null
}

/** What holds now, and by what, for people without a privilege. */
export type Holding = {
  readonly [Name in keyof Values]: { readonly value: Values[Name]; readonly by: Source }
}

/** What holds where the installation and a main account have written this (`null`: nothing). Pure. */
export function holdsNow(
  config: Pick<App['config'], 'factors' | 'limits'>,
  installation: PolicyRules | null,
  main: PolicyRules | null,
): Holding {
  const written = (...all: (PolicyRules | null)[]) => all.filter((each) => each !== null)
  const all = written(installation, main)
  function said<T>(of: (rules: readonly PolicyRules[]) => T): { value: T; by: Source } {
    const value = of(all)
    const isSo = (some: readonly PolicyRules[]) =>
      JSON.stringify(of(some)) === JSON.stringify(value)
    if (isSo([])) return { value, by: 'settings' }
    if (isSo(written(installation))) return { value, by: 'installation' }
    return { value, by: isSo(written(main)) ? 'main' : 'both' }
  }
  const policyBy = (rules: readonly PolicyRules[]) => policyFrom(config, rules, null)
  const live = (rules: readonly PolicyRules[]) =>
    rules.filter(({ shadowSince }) => shadowSince === null)
  const { limits } = config
  return {
    protection: said((rules) => {
      const { protection, requiredFrom } = policyBy(rules)
      return { is: protection, from: protection === 'required' ? requiredFrom : 0 }
    }),
    strongFor: said((rules) => {
      const named = new Set(live(rules).flatMap(({ strongFor }) => strongFor))
      return (['operator', 'manage', 'support'] as const).filter((each) => named.has(each))
    }),
    factors: said((rules) => policyBy(rules).factors),
    rememberDays: said((rules) => policyBy(rules).rememberDays),
    idleMinutes: said((rules) =>
      shorter(policyBy(rules).longestIdle, limits.sessionIdleMinutes, 60_000),
    ),
    sessionHours: said((rules) =>
      shorter(policyBy(rules).longestLife, limits.sessionHours, 3_600_000),
    ),
    // A longer wait is the stricter one.
    caseKnownHours: said((rules) => longest(rules.map((each) => each.caseKnownHours))),
    caseHours: said((rules) => longest(rules.map((each) => each.caseHours))),
  }
}

const shorter = (ms: number | null, usual: number, unit: number): number =>
  Math.min(usual, ms === null ? Infinity : ms / unit)

const longest = (all: readonly (number | null)[]): number | null => {
  const some = all.filter((each) => each !== null)
  return some.length === 0 ? null : Math.max(...some)
}
