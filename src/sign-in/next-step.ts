import { strongest } from '../factors/all.ts'
import type { FactorKind, Proof } from '../factors/factor.ts'
import type { Purpose } from '../store/attempts.ts'

export type Step =
  | { readonly kind: 'first' }
  | { readonly kind: 'second' }
  /** All is shown, but others know the password: a new one is due before anything else. */
  | { readonly kind: 'new-password' }
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
  /** The factors the account has set up, and those of them that can be shown now. */
  readonly enrolled: readonly FactorKind[]
  readonly usable: readonly FactorKind[]
  /** The password was reset through a mail not long ago: a code by mail shows nothing more. */
  readonly isFromMail: boolean
  /** Others know the password. */
  readonly isKnown: boolean
  readonly now: number
}

/** What must happen next? Every door asks this, and nothing else decides it. Pure. */
export function nextStep(facts: Facts): Step {
  const { attempt, enrolled, usable, isKnown, now } = facts
  if (attempt.endedAt !== null) return { kind: 'ended', why: 'used' }
  if (attempt.expiresAt <= now) return { kind: 'ended', why: 'expired' }
  if (attempt.triesLeft <= 0) return { kind: 'ended', why: 'too_many' }

  if (attempt.purpose === 'step-up') {
    const isSure = isFresh(attempt.proofs, { enrolled, usable }, Infinity, now)
    return { kind: isSure ? 'passed' : 'second' }
  }
  if (attempt.purpose !== 'sign-in') {
    // A change in the account of a living session: something must be shown anew, and that this
    // browser was remembered once is not something shown.
    const fresh = attempt.proofs.some(
      ({ by, shows }) => by !== 'device' && shows.includes('has') && !mustBeProvenAnew(by, facts),
    )
    return fresh ? { kind: 'passed' } : { kind: 'second' }
  }

  const counting = attempt.proofs.filter((proof) => counts(proof, facts))
  const shown = new Set(counting.flatMap((proof) => proof.shows))
  const needed = enrolled.length > 0 ? 2 : 1
  if (shown.size >= needed) return isKnown ? { kind: 'new-password' } : { kind: 'passed' }
  return shown.has('knows') ? { kind: 'second' } : { kind: 'first' }
}

function counts({ by }: Proof, facts: Facts): boolean {
  if (mustBeProvenAnew(by, facts)) return false
  if (by === 'email') return !facts.isFromMail
  // Whoever knows the password may have been at the device too.
  if (by === 'device') return !facts.isKnown
  return true
}

/** Set up, and guessed at too often since. What is being set up proves itself. */
function mustBeProvenAnew(by: Proof['by'], { attempt, enrolled, usable }: Facts): boolean {
  if (provesDraft.includes(attempt.purpose) || by === 'password' || by === 'device') return false
  return enrolled.includes(by) && !usable.includes(by)
}

/** What is being set up must be shown, not what is set up already. */
export const provesDraft: readonly Purpose[] = ['protect', 'new-email', 'bind-anew']

/**
 * Has somebody shown within `freshness` (ms) that they are the one whose account it is? By the
 * strongest factor there is, or a recovery code in its place; by the password alone only where
 * there is nothing else; by a remembered device never. Pure.
 */
export function isFresh(
  proofs: readonly Proof[],
  { enrolled, usable }: Pick<Facts, 'enrolled' | 'usable'>,
  freshness: number,
  now: number,
): boolean {
  const best = enrolled.length === 0 ? 'password' : strongest(usable)
  return proofs.some(
    ({ by, at }) => (by === best || by === 'recovery') && at <= now && now - at < freshness,
  )
}
