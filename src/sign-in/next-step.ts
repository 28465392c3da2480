import type { FactorKind, Proof } from '../factors/factor.ts'
import type { Purpose } from '../store/attempts.ts'

export type Step =
  | { readonly kind: 'first' }
  | { readonly kind: 'second' }
  | { readonly kind: 'passed' }
  | { readonly kind: 'ended'; readonly why: 'used' | 'expired' | 'too_many' }

export type Facts = {
  readonly attempt: {
    readonly purpose: Purpose
    readonly proofs: readonly Proof[]
    readonly triesLeft: number
    readonly expiresAt: number
    readonly endedAt: number | null
  }
  /** The factors the account has set up. */
  readonly enrolled: readonly FactorKind[]
  readonly now: number
}

/** What must happen next? Every door asks this, and nothing else decides it. Pure. */
export function nextStep({ attempt, enrolled, now }: Facts): Step {
  if (attempt.endedAt !== null) return { kind: 'ended', why: 'used' }
  if (attempt.expiresAt <= now) return { kind: 'ended', why: 'expired' }
  if (attempt.triesLeft <= 0) return { kind: 'ended', why: 'too_many' }

  if (attempt.purpose !== 'sign-in') {
    // A change in the account of a living session: something must be shown anew, and that this
    // browser was remembered once is not something shown.
    const fresh = attempt.proofs.some(({ by, shows }) => by !== 'device' && shows.includes('has'))
    return fresh ? { kind: 'passed' } : { kind: 'second' }
  }

  const shown = new Set(attempt.proofs.flatMap((proof) => proof.shows))
  const needed = enrolled.length > 0 ? 2 : 1
  if (shown.size >= needed) return { kind: 'passed' }
  return shown.has('knows') ? { kind: 'second' } : { kind: 'first' }
}
