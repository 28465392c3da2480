import type { App } from '../../app.ts'
import { factorOf, kinds } from '../../factors/all.ts'
import { wrongSecondStepsOfDay } from '../../sign-in/rules.ts'
import type { UsersRules } from '../../store/users-filter.ts'
import type { User } from '../../store/users-list.ts'
import type { LoginCode } from '../../store/tables.ts'

/** By which rules accounts are told apart now. */
export function usersRules({ config, now }: Pick<App, 'config' | 'now'>): UsersRules {
  const { rule } = wrongSecondStepsOfDay(config.limits, '')
  return {
    kinds: config.factors,
    wrong: { prefix: `${rule.name}:`, most: rule.free },
    now: now(),
  }
}

/** The login code as administrators know it; `waits`: it is not proven yet. */
export type SeenCode = { readonly code: LoginCode | null; readonly waits: boolean }

type Coded = Pick<User, 'factors' | 'bothSince' | 'wantedCode' | 'wantedPhone' | 'wantedAt'>

/** Pure. */
export function codeOf(user: Coded, allowed: readonly string[]): SeenCode {
  const working = user.factors
    .filter(({ kind, isDisabled }) => !isDisabled && allowed.includes(kind))
    .map(({ kind }) => kind)
  if (user.wantedCode === null)
    return { code: codeBy(working, user.bothSince !== null), waits: false }
  const isThere = gives(working, user.wantedCode)
  const waits = !isThere || user.wantedAt !== null || user.wantedPhone !== null
  return { code: user.wantedCode, waits }
}

const strong: readonly string[] = kinds.filter((kind) => factorOf(kind).isStrong)
const isStrong = (kind: string): boolean => strong.includes(kind)

function gives(working: readonly string[], code: LoginCode): boolean {
  if (code === 'app') return working.some(isStrong)
  const needed = code === 'both' ? ['email', 'sms'] : [code]
  return needed.every((kind) => working.includes(kind))
}

function codeBy(working: readonly string[], isBoth: boolean): LoginCode | null {
  if (working.some(isStrong)) return 'app'
  if (isBoth && gives(working, 'both')) return 'both'
  if (working.includes('sms')) return 'sms'
  return working.includes('email') ? 'email' : null
}

/** What is to be known of an account at a glance. */
export type UserState = 'disabled' | 'invited' | 'locked' | 'password_due' | 'unproven'

/** Those that are so, what matters most first. Pure. */
export function statesOf(user: User): readonly UserState[] {
  const states = {
    disabled: user.disabledAt !== null,
    invited: user.invitedAt !== null && !user.hasPassword,
    locked: user.isLocked,
    password_due: user.passwordDueAt !== null,
    unproven: !user.isProven,
  } satisfies Record<UserState, boolean>
  return (Object.keys(states) as UserState[]).filter((state) => states[state])
}
