import { factorOf, factors, kinds } from '../factors/all.ts'
import type { FactorKind, Proof } from '../factors/factor.ts'
import type { Purpose } from '../store/attempts.ts'
import type { Due } from './policy.ts'

export type Step =
  | { readonly kind: 'first' }
  | { readonly kind: 'second' }
  /** All is shown, but others know the password: a new one is due before anything else. */
  | { readonly kind: 'new-password' }
  /** All is shown that there is, but more must be set up before anybody is in. */
  | { readonly kind: 'set-up'; readonly due: Due }
  | { readonly kind: 'passed' }
  | { readonly kind: 'ended'; readonly why: 'used' | 'expired' | 'too_many' }

export type Facts = {
  readonly attempt: {
    readonly purpose: Purpose
    readonly proofs: readonly Proof[]
    readonly triesLeft: number
    readonly expiresAt: number
    readonly endedAt: number | null
    /** `later`: what is due was put off this time; `made`: what was set up in it. */
    readonly draft: Readonly<Record<string, unknown>> | null
  }
  /**
   * The factors the account has set up; those of them that may be used here; those of these that can
   * be shown now, and need not be proven anew.
   */
  readonly enrolled: readonly FactorKind[]
  readonly allowed: readonly FactorKind[]
  readonly usable: readonly FactorKind[]
  /** The password was reset through a mail not long ago: a code by mail shows nothing more. */
  readonly isFromMail: boolean
  /** What is asked for by mail goes by text message too: one code, right from either. */
  readonly isBoth: boolean
  /** Others know the password. */
  readonly isKnown: boolean
  /** An administrator wants another one. */
  readonly isPasswordDue: boolean
  /** May a remembered device stand for the second step? */
  readonly remembers: boolean
  readonly due: Due | null
  readonly now: number
}

/** What must happen next? Every door asks this, and nothing else decides it. Pure. */
export function nextStep(facts: Facts): Step {
  const { attempt, enrolled, isKnown, isPasswordDue, now } = facts
  if (attempt.endedAt !== null) return { kind: 'ended', why: 'used' }
  if (attempt.expiresAt <= now) return { kind: 'ended', why: 'expired' }
  if (attempt.triesLeft <= 0) return { kind: 'ended', why: 'too_many' }

  if (provesDraft.includes(attempt.purpose)) {
    const isShown = attempt.proofs.some(({ by, shows }) => by !== 'device' && shows.includes('has'))
    return { kind: isShown ? 'passed' : 'second' }
  }
  if (attempt.purpose !== 'sign-in') {
    // A change in the account of a living session: something must be shown anew, and that this
    // browser was remembered once is not something shown.
    const isSure = isFresh(attempt.proofs, facts, Infinity, now)
    return { kind: isSure ? 'passed' : 'second' }
  }

  const counting = attempt.proofs.filter((proof) => counts(proof, facts))
  const shown = new Set(counting.flatMap((proof) => proof.shows))
  const needed = enrolled.length > 0 ? 2 : 1
  if (shown.size < needed) {
    const instead = shown.has('knows') ? insteadOf(facts) : null
    if (instead) return { kind: 'set-up', due: instead }
    return { kind: shown.has('knows') ? 'second' : 'first' }
  }
  const due = dueNow(facts)
  if (due) return { kind: 'set-up', due }
  return { kind: isKnown || isPasswordDue ? 'new-password' : 'passed' }
}

/**
 * What an administrator wants may stand for the second step that is missing. Whoever cannot show it is
 * asked as before; and where the mailbox was all that was shown, it is not shown again.
 */
function insteadOf({ attempt, due, isFromMail }: Facts): Due | null {
  const kinds = (due?.instead ?? []).filter((kind) => kind !== 'email' || !isFromMail)
  if (!due || kinds.length === 0 || attempt.draft?.['later'] === true) return null
  return { ...due, kinds, until: Infinity, isInstead: true }
}

/**
 * What must be set up first: not what was put off, while that is allowed; but always after a pass. Then it may
 * be of any kind: what is wished for could be what was lost.
 */
function dueNow({ attempt, usable, due, now }: Facts): Due | null {
  if (isPassOpen(attempt, usable)) return { kinds, until: null, why: 'pass', instead: [] }
  const isPutOff = attempt.draft?.['later'] === true && due !== null && (due.until ?? 0) > now
  return isPutOff ? null : due
}

/** Was a pass shown, and nothing set up by it yet? `usable`: what can be shown now. Pure. */
export function isPassOpen(
  { proofs }: Pick<Facts['attempt'], 'proofs'>,
  usable: readonly FactorKind[],
): boolean {
  const own = proofs.some(({ by }) => by !== 'recovery' && usable.some((kind) => kind === by))
  return !own && proofs.some(({ by }) => by === 'pass')
}

function counts({ by }: Proof, facts: Facts): boolean {
  const { attempt, usable, isFromMail, isKnown, remembers } = facts
  // A pass was given by support, after a wait: it stands for what was lost, and lets nobody in by itself.
  if (by === 'password' || by === 'pass') return true
  // Whoever knows the password may have been at the device too.
  if (by === 'device') return !isKnown && remembers
  // Removed since, or guessed at too often, or not allowed here any more.
  if (!usable.includes(by)) return false
  // What was set up on the way in came after all that was there to show.
  const made = attempt.draft?.['made']
  return by !== 'email' || !isFromMail || (Array.isArray(made) && made.includes(by))
}

/** What is being set up must be shown, not what is set up already. */
export const provesDraft: readonly Purpose[] = [
  'protect',
  'add-factor',
  'new-email',
  'bind-anew',
  'set-up',
]

type SetUp = Pick<Facts, 'enrolled' | 'allowed' | 'usable'>

/**
 * Has somebody shown within `freshness` (ms) that they are the one whose account it is? By a strong
 * factor where there is one, by a weak one where there is not, or a recovery code in its place; by the
 * password alone only where there is nothing else; by a remembered device never. Pure.
 */
export function isFresh(
  proofs: readonly Proof[],
  setUp: SetUp,
  freshness: number,
  now: number,
): boolean {
  const enough: readonly Proof['by'][] =
    setUp.enrolled.length === 0
      ? ['password']
      : waysOf('step-up', { ...setUp, isFromMail: false, isBoth: false })
  return proofs.some(({ by, at }) => enough.includes(by) && at <= now && now - at < freshness)
}

/**
 * Strong factors; weak ones only where no strong one is set up, be it switched off for the moment.
 * Recovery codes are neither.
 */
function bestOf({ allowed, usable }: Pick<Facts, 'allowed' | 'usable'>): FactorKind[] {
  const isStrong = (kind: FactorKind): boolean => factorOf(kind).isStrong
  const own = usable.filter((kind) => kind !== 'recovery')
  return allowed.some(isStrong) ? own.filter(isStrong) : own
}

/**
 * The factors of which one is due now: the strongest first, recovery codes last. Not for what is being
 * set up. Pure.
 */
export function waysOf(
  purpose: Purpose,
  {
    allowed,
    usable,
    isFromMail,
    isBoth,
  }: Pick<Facts, 'allowed' | 'usable' | 'isFromMail' | 'isBoth'>,
): FactorKind[] {
  const own = purpose === 'sign-in' ? usable : bestOf({ allowed, usable })
  const open = own.filter((kind) => kind !== 'email' || !isFromMail)
  // The code by mail is the same one then, and the weaker of the two is what the proof says.
  const isOne = isBoth && open.includes('email')
  const due = open.filter((kind) => kind !== 'sms' || !isOne)
  return factors
    .map(({ kind }) => kind)
    .filter((kind) => due.includes(kind) || (kind === 'recovery' && usable.includes(kind)))
}
