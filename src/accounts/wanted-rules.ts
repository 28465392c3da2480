import type { FactorKind } from '../factors/factor.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { fulfils } from '../sign-in/login-code.ts'
import type { Policy } from '../sign-in/policy.ts'
import { isUsable } from '../sign-in/standing.ts'
import type { Account } from '../store/accounts.ts'
import type { Enrolment } from '../store/enrolments.ts'

const theirs = { refused: 'wanted_by_administrator' } as const

type Wanted = Pick<Account, 'wantedCode'>
type Rules = Pick<Policy, 'factors' | 'protection'>

/** Why a person cannot switch protection off: somebody else wants it to be on. Pure. */
export const whyNotUnprotected = (
  { wantedCode }: Wanted,
  { protection }: Pick<Rules, 'protection'>,
): Refusal | null => (wantedCode !== null || protection === 'required' ? theirs : null)

/**
 * Why a person cannot take this one away: it is the last that does what an administrator, or the policy,
 * wants of them. What does not do so yet keeps nothing. Pure.
 */
export function whyNotGivenUp(
  { wantedCode }: Wanted,
  policy: Rules,
  enrolments: readonly Pick<Enrolment, 'id' | 'kind' | 'disabledAt'>[],
  id: string,
): Refusal | null {
  const working = enrolments.filter((each) => isUsable(policy, each) && each.kind !== 'recovery')
  const does = (all: typeof working): boolean => {
    const kinds = all.map(({ kind }) => kind as FactorKind)
    return wantedCode === null || fulfils(wantedCode, kinds)
  }
  const left = working.filter((each) => each.id !== id)
  const isLast = does(working) && !does(left)
  const isBare = policy.protection === 'required' && working.length > 0 && left.length === 0
  return isLast || isBare ? theirs : null
}
