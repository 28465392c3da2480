import { factorOf } from '../factors/all.ts'
import type { FactorKind } from '../factors/factor.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { isOutOfReach, type WhyMute } from '../sign-in/reach.ts'
import type { Policy } from '../sign-in/policy.ts'
import { isAllowed, isUsable } from '../sign-in/standing.ts'
import type { Enrolment } from '../store/enrolments.ts'

/** Which kinds may be used: by the policy of the account. */
type Rules = Pick<Policy, 'factors'>

/** Why there cannot be another one of this kind; `null` when there can. Pure. */
export function whyNotOneMore(
  rules: Rules,
  enrolments: readonly Enrolment[],
  kind: FactorKind,
): (Refusal & { readonly refused: 'factor_not_allowed' | 'too_many_factors' }) | null {
  if (!isAllowed(rules, kind)) return { refused: 'factor_not_allowed' }
  const count = enrolments.filter((each) => each.kind === kind).length
  return count >= factorOf(kind).most ? { refused: 'too_many_factors' } : null
}

/** The one that gives way to another of its kind: of numbers there is one, and it can be another. Pure. */
export const givesWay = (
  enrolments: readonly Enrolment[],
  kind: FactorKind,
): Enrolment | undefined =>
  kind === 'sms' ? enrolments.find((each) => each.kind === kind) : undefined

const own = (enrolments: readonly Enrolment[]): Enrolment[] =>
  enrolments.filter(({ kind }) => kind !== 'recovery')

/** Why this one cannot be taken away; `null` when it can. `mute`: why the number gets no codes. Pure. */
export function whyNotRemoved(
  rules: Rules,
  enrolments: readonly Enrolment[],
  id: string,
  mute: WhyMute | null = null,
): Refusal | null {
  const all = own(enrolments)
  const others = all.filter((each) => each.id !== id)
  if (others.length === all.length) return { refused: 'no_such_factor' }
  // What lets nobody in is no way in that is left. What does so again tomorrow is one.
  const counts = (each: Enrolment): boolean =>
    isUsable(rules, each) && !(each.kind === 'sms' && isOutOfReach(mute))
  const isLast = others.length === 0 || (all.some(counts) && !others.some(counts))
  return isLast ? { refused: 'last_factor' } : null
}

/**
 * Is it the last strong factor that may be used here, or the last of those that lets in? One that is
 * switched off for the moment still keeps a weak one from being enough. Pure.
 */
export function isLastStrong(rules: Rules, enrolments: readonly Enrolment[], id: string): boolean {
  const strong = enrolments.filter(
    ({ kind }) => isAllowed(rules, kind as FactorKind) && factorOf(kind).isStrong,
  )
  const isOnly = (all: readonly Enrolment[]): boolean => all.length === 1 && all[0]!.id === id
  return isOnly(strong) || isOnly(strong.filter((each) => isUsable(rules, each)))
}
