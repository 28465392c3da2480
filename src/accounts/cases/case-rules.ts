import type { Refusal } from '../../sign-in/attempt.ts'
import type { PolicyRules } from '../../sign-in/policy.ts'
import { PASS_TRIES, type Case } from '../../store/cases.ts'
import type { Account } from '../../store/accounts.ts'
import { reaches, type Actor } from '../privileges.ts'

const HOUR = 60 * 60_000
const DAY = 24 * HOUR

/** It is decided by then, or over. */
export const OPEN_FOR = 14 * DAY

/** In hours, where no policy says another. */
const USUAL = { known: 24, other: 72 }

/** What is known of whoever opens a case. */
type Opener = {
  readonly isKnownDevice: boolean
  readonly isKnownPlace: boolean
  /** The password was set through a mailed link, and nothing else was shown since. */
  readonly isFromMail: boolean
}

/**
 * How long a case waits (ms), so that the owner has time to cancel it. Of the rules of the installation and
 * of the main account the longer wait counts. Whoever came by the mailbox waits as strangers do: it is
 * where the owner is told. Pure.
 */
export function waitFor(rules: readonly PolicyRules[], opener: Opener): number {
  const known = longest(rules, 'caseKnownHours', USUAL.known)
  const other = Math.max(known, longest(rules, 'caseHours', USUAL.other))
  const isKnown = opener.isKnownDevice && opener.isKnownPlace && !opener.isFromMail
  return (isKnown ? known : other) * HOUR
}

function longest(
  rules: readonly PolicyRules[],
  name: 'caseKnownHours' | 'caseHours',
  usual: number,
): number {
  const said = rules.flatMap((each) => each[name] ?? [])
  return said.length === 0 ? usual : Math.max(...said)
}

/** A pass was given that can be used no more, and nothing was set up by it. Pure. */
export const isPassDead = (it: Case, now: number): boolean =>
  it.passHash !== null &&
  it.recoveredAt === null &&
  (it.passUsedAt !== null || it.passUntil! <= now || it.passTries >= PASS_TRIES)

/** Who was the first to approve, as far as it counts: with a pass that is dead all begins anew. Pure. */
export const approverOf = (it: Case, now: number): string | null =>
  isPassDead(it, now) ? null : it.approvedBy

export type CaseState =
  | 'waiting'
  | 'ready'
  | 'second'
  | 'approved'
  | 'used'
  | 'refused'
  | 'cancelled'
  | 'over'

/** Where a case stands. Pure. */
export function stateOf(it: Case, now: number): CaseState {
  if (it.recoveredAt !== null) return 'used'
  if (it.cancelledAt !== null) return 'cancelled'
  if (it.refusedAt !== null) return 'refused'
  const isApproved = it.passHash !== null && !isPassDead(it, now)
  if (isApproved) return 'approved'
  if (it.openUntil <= now) return it.passUsedAt === null ? 'over' : 'used'
  if (approverOf(it, now) !== null) return 'second'
  return it.waitsUntil > now ? 'waiting' : 'ready'
}

/** Whose case it is. */
export type Owner = Pick<Account, 'id' | 'mainId' | 'privilege' | 'disabledAt'>

type WhyNot = Extract<
  Refusal['refused'],
  'no_such_case' | 'case_own' | 'case_over' | 'case_disabled' | 'case_early' | 'case_twice'
>

/** Whoever may do something to others is let in again by two, never by one. Pure. */
export const needsTwo = ({ privilege }: Pick<Owner, 'privilege'>): boolean => privilege !== null

/** Why this one cannot approve it now; `null`: they can. Pure. */
export function whyNotApproved(it: Case, owner: Owner, actor: Actor, now: number): WhyNot | null {
  const why = whyNotDecided(it, owner, actor, now)
  if (why) return why
  if (it.passHash !== null && !isPassDead(it, now)) return 'case_over'
  if (owner.disabledAt !== null) return 'case_disabled'
  if (it.waitsUntil > now) return 'case_early'
  return needsTwo(owner) && approverOf(it, now) === actor.id ? 'case_twice' : null
}

/** Why this one cannot refuse it now, or give another pass; `null`: they can. Pure. */
export function whyNotDecided(it: Case, owner: Owner, actor: Actor, now: number): WhyNot | null {
  if (it.accountId !== owner.id || !reaches(actor, owner, 'support')) return 'no_such_case'
  if (owner.id === actor.id) return 'case_own'
  const isOpen = it.cancelledAt === null && it.refusedAt === null && it.recoveredAt === null
  return isOpen && it.openUntil > now ? null : 'case_over'
}

/** Does a pass count for an account as it is now? It may have been given a privilege since. Pure. */
export const passCounts = (it: Case, owner: Owner): boolean =>
  owner.disabledAt === null && (!needsTwo(owner) || it.secondedAt !== null)
