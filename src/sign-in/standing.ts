import type { App } from '../app.ts'
import type { FactorKind } from '../factors/factor.ts'
import type { Account } from '../store/accounts.ts'
import type { Attempt, Purpose } from '../store/attempts.ts'
import { readStanding, type Enrolment, type EnrolledKind } from '../store/enrolments.ts'
import type { Database } from '../store/open.ts'
import { mailboxWait } from './attempt.ts'
import { nextStep, type Facts, type Step } from './next-step.ts'

/** What is set up for an account, as far as it decides what is asked, and what its password is worth. */
export type Standing = Pick<Facts, 'enrolled' | 'allowed' | 'usable' | 'isBoth'> &
  Pick<Account, 'passwordResetAt' | 'passwordKnownAt' | 'preferredFactor'>

/** May factors of this kind be used here at all? Recovery codes always: they are the way back. */
export const isAllowed = ({ factors }: App['config'], kind: FactorKind): boolean =>
  kind === 'recovery' || factors.includes(kind)

/** Does it let in? Not what may not be used here, nor what must be proven anew. Pure. */
export const isUsable = (
  config: App['config'],
  { kind, disabledAt }: Pick<Enrolment, 'kind' | 'disabledAt'>,
): boolean => disabledAt === null && isAllowed(config, kind as FactorKind)

/** `null`: there is no such account. */
export async function standingOf(
  { config }: App,
  db: Database,
  accountId: string,
): Promise<Standing | null> {
  const read = await readStanding(db, accountId)
  return read && standingFrom(config, read, read.enrolled)
}

/** The same for an account and enrolments that were just read. Pure. */
export function standingFrom(
  config: App['config'],
  account: Pick<Account, 'passwordResetAt' | 'passwordKnownAt' | 'preferredFactor' | 'bothSince'>,
  enrolments: readonly (EnrolledKind | Enrolment)[],
): Standing {
  const { passwordResetAt, passwordKnownAt, preferredFactor, bothSince } = account
  const kindOf = ({ kind }: { readonly kind: string }) => kind as FactorKind
  const allowed = enrolments.filter((each) => isAllowed(config, kindOf(each)))
  const usable = allowed.filter((each) => isUsable(config, each))
  return {
    passwordResetAt,
    passwordKnownAt,
    preferredFactor,
    enrolled: enrolments.map(kindOf),
    allowed: allowed.map(kindOf),
    usable: usable.map(kindOf),
    isBoth: bothSince !== null,
  }
}

/** What must happen next in this attempt, by what is set up for its account. Pure. */
export const stepIn = (app: App, attempt: Attempt, standing: Standing, now: number): Step =>
  nextStep({
    attempt,
    ...standing,
    isFromMail: isFromMail(app, attempt.purpose, standing, now),
    isKnown: standing.passwordKnownAt !== null,
    now,
  })

/** Was the password reset through a mail, so that a code by mail shows nothing more? Pure. */
export const isFromMail = (
  app: App,
  purpose: Purpose,
  standing: Pick<Standing, 'passwordResetAt'>,
  now: number,
): boolean => mailboxWait(app, { purpose }, standing, now) > 0
