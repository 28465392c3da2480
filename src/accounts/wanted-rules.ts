import type { FactorKind } from '../factors/factor.ts'
import { sentTo } from '../factors/sent-code.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { fulfils, provenNumber, sentBy } from '../sign-in/login-code.ts'
import type { Policy } from '../sign-in/policy.ts'
import { isUsable } from '../sign-in/standing.ts'
import type { Account } from '../store/accounts.ts'
import type { Enrolment } from '../store/enrolments.ts'
import type { LoginCode } from '../store/tables.ts'

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

/** What somebody else wants of a person, and what of it is to be proven next: `null` when it counts. */
export type OwnWanted = {
  readonly code: LoginCode
  readonly missing: 'email' | 'sms' | 'app' | null
  /** It was guessed at too often, and is only proven anew. */
  readonly isDisabled: boolean
  readonly phone: string | null
}

/** Pure. */
export function wantedOf(
  { wantedCode: code, wantedPhone: phone }: Pick<Account, 'wantedCode' | 'wantedPhone'>,
  enrolled: readonly Pick<Enrolment, 'kind' | 'state' | 'disabledAt'>[],
): OwnWanted | null {
  if (code === null) return null
  const working = enrolled.filter(({ disabledAt }) => disabledAt === null)
  const kinds = working.map(({ kind }) => kind)
  const other = sentBy(code).find(
    (kind) =>
      !kinds.includes(kind) ||
      (kind === 'sms' && phone !== null && phone !== provenNumber(working)),
  )
  const missing = other ?? (fulfils(code, kinds) ? null : 'app')
  const isDisabled = enrolled.some(
    ({ kind, disabledAt, state }) =>
      kind === missing && disabledAt !== null && (phone === null || sentTo(state) === phone),
  )
  return { code, missing, isDisabled, phone }
}
