import type { App } from '../../app.ts'
import { wrongSecondStepsOfDay } from '../../sign-in/rules.ts'
import type { UsersRules } from '../../store/users-filter.ts'

/** By which rules accounts are told apart now. */
export function usersRules({ config, now }: Pick<App, 'config' | 'now'>): UsersRules {
  const { rule } = wrongSecondStepsOfDay(config.limits, '')
  return {
    kinds: config.factors,
    wrong: { prefix: `${rule.name}:`, most: rule.free },
    now: now(),
  }
}
