import type { App } from '../app.ts'
import type { FactorKind } from '../factors/factor.ts'
import type { Account } from '../store/accounts.ts'
import type { Attempt, Purpose } from '../store/attempts.ts'
import {
  readStanding,
  type Enrolment,
  type EnrolledKind,
  type Judged,
} from '../store/enrolments.ts'
import type { Database } from '../store/open.ts'
import { mailboxWait } from './attempt.ts'
import { canBegin } from './can-begin.ts'
import { isWaiting } from './login-code.ts'
import { nextStep, type Facts, type Step } from './next-step.ts'
import { dueFor, policyOf, type Policy } from './policy.ts'
import { waitOver } from './wait-over.ts'

/** What is set up for an account, as far as it decides what is asked, and what its password is worth. */
export type Standing = Pick<Facts, 'enrolled' | 'allowed' | 'usable' | 'isBoth' | 'due'> &
  Pick<Account, 'passwordResetAt' | 'passwordKnownAt' | 'passwordDueAt' | 'preferredFactor'> & {
    readonly policy: Policy
  }

/** May factors of this kind be used here at all? Recovery codes always: they are the way back. */
export const isAllowed = (
  { factors }: { readonly factors: readonly FactorKind[] },
  kind: FactorKind,
): boolean => kind === 'recovery' || factors.includes(kind)

/** Does it let in? Not what may not be used here, nor what must be proven anew. Pure. */
export const isUsable = (
  rules: { readonly factors: readonly FactorKind[] },
  { kind, disabledAt }: Pick<Enrolment, 'kind' | 'disabledAt'>,
): boolean => disabledAt === null && isAllowed(rules, kind as FactorKind)

/** `null`: there is no such account, or it is barred. `skips`: as for a policy. */
export async function standingOf(
  app: App,
  db: Database,
  accountId: string,
  how: { readonly skips?: boolean } = {},
): Promise<Standing | null> {
  const read = await readStanding(db, accountId)
  return read && standingWith(app, db, read, read.enrolled, how)
}

/** The same for an account and enrolments that were just read. Whoever decides about a sign-in asks one of the two. */
export async function standingWith(
  app: App,
  db: Database,
  account: Judged,
  enrolled: readonly (EnrolledKind | Enrolment)[],
  how: Parameters<typeof policyOf>[3] = {},
): Promise<Standing> {
  const policy = await policyOf(app, db, account, how)
  const own = enrolled.map(({ kind }) => kind)
  const hasOwn = enrolled.some((each) => each.kind !== 'recovery' && isUsable(policy, each))
  const over = isWaiting(account, own) ? await waitOver(app, db, account, hasOwn) : 'no'
  const asked = over === 'no' ? account : { ...account, wantedAt: app.now() }
  const standing = standingFrom(app.config, policy, asked, enrolled, over === 'offered')
  const { due } = standing
  if (due === null || (await canBegin(app, db, due.kinds))) return standing
  // What nobody can set up here keeps nobody out; the operator hears of it.
  app.log.warn({ kinds: due.kinds }, 'what has to be set up cannot be set up here')
  return { ...standing, due: { ...due, until: Infinity } }
}

/**
 * The part of it that knows nothing but what it is given, not even whether what is wanted has waited long enough.
 * `isOffered`: it can be tried, but is not to keep anybody out. Pure.
 */
export function standingFrom(
  config: App['config'],
  policy: Policy,
  account: Judged,
  enrolments: readonly (EnrolledKind | Enrolment)[],
  isOffered = false,
): Standing {
  const { passwordResetAt, passwordKnownAt, passwordDueAt, preferredFactor, bothSince } = account
  const kindOf = ({ kind }: { readonly kind: string }) => kind as FactorKind
  const isOwn = (each: EnrolledKind | Enrolment) => kindOf(each) !== 'recovery'
  const working = enrolments.filter((each) => isUsable(policy, each))
  // Where the policy has taken away all there was, it still lets in, but only to set up what may be used. What was
  // guessed at too often is not gone: else whoever guesses at it would get in by what is not allowed.
  const isLeft = enrolments.some((each) => isOwn(each) && isAllowed(policy, kindOf(each)))
  const rules = isLeft ? policy : config
  const allowed = enrolments.filter((each) => isAllowed(rules, kindOf(each)))
  const usable = allowed.filter((each) => isUsable(rules, each))
  return {
    policy,
    passwordResetAt,
    passwordKnownAt,
    passwordDueAt,
    preferredFactor,
    enrolled: enrolments.map(kindOf),
    allowed: allowed.map(kindOf),
    usable: usable.map(kindOf),
    isBoth: bothSince !== null,
    due: dueFor(policy, account, working.map(kindOf), {
      enrolled: usable.filter(isOwn).map(kindOf),
      sendsNew: config.newLoginCode === 'instead',
      isOffered,
    }),
  }
}

/** What must happen next in this attempt, by what is set up for its account. Pure. */
export const stepIn = (app: App, attempt: Attempt, standing: Standing, now: number): Step =>
  nextStep({
    attempt,
    ...standing,
    isFromMail: isFromMail(app, attempt.purpose, standing, now),
    isKnown: standing.passwordKnownAt !== null,
    isPasswordDue: standing.passwordDueAt !== null,
    remembers: standing.policy.rememberDays > 0,
    now,
  })

/** Was the password reset through a mail, so that a code by mail shows nothing more? Pure. */
export const isFromMail = (
  app: App,
  purpose: Purpose,
  standing: Pick<Standing, 'passwordResetAt'>,
  now: number,
): boolean => mailboxWait(app, { purpose }, standing, now) > 0
