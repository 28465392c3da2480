import type { App } from '../app.ts'
import type { Tools } from '../factors/factor.ts'
import { hashBearer, newBearer, newId } from '../lib/random.ts'
import { findAttempt, type Attempt } from '../store/attempts.ts'

/**
 * What a person may be refused. `wait` in milliseconds. One `wrong_code` for codes that are wrong,
 * too old, used, someone else's, or one too many: the answer says nothing about which.
 */
export type Refusal = {
  readonly refused:
    | 'wrong_password'
    | 'wrong_code'
    | 'slow_down'
    | 'busy'
    | 'send_wait'
    | 'no_more_sends'
    | 'send_limited'
    | 'sends_stopped'
    | 'sms_country'
    | 'sms_stopped'
    | 'attempt_over'
    | 'already_protected'
    | 'not_protected'
    | 'mailbox_shown'
    | 'no_such_device'
    | 'no_such_factor'
    | 'no_such_user'
    | 'not_yourself'
    | 'not_allowed_to_give'
    | 'same_privilege'
    | 'last_operator'
    | 'has_sub_accounts'
    | 'has_password'
    | 'login_taken'
    | 'clock_off'
    | 'wrong_passkey'
    | 'unknown_passkey'
    | 'factor_not_allowed'
    | 'factor_taken'
    | 'number_proven'
    | 'would_lock_out'
    | 'policy_requires'
    | 'wanted_by_administrator'
    | 'too_many_factors'
    | 'last_factor'
    | 'no_such_route'
    | 'wrong_pass'
    | 'case_limited'
    | 'nothing_lost'
    | 'no_such_case'
    | 'case_own'
    | 'case_over'
    | 'case_disabled'
    | 'case_early'
    | 'case_twice'
    | 'changed_meanwhile'
    | 'no_such_key'
    | 'too_many_keys'
    | 'too_many_routes'
    | 'delivery_in_file'
    | 'not_put_off'
    | 'try_limited'
  readonly wait?: number
  /** By how much a clock is off, in milliseconds; more than 0 when it is ahead. */
  readonly off?: number
}

/** A new attempt and its secret, which goes to the browser and is not kept. Writes nothing. */
export function openAttempt(
  app: App,
  now: number,
  about: Pick<Attempt, 'purpose' | 'accountId' | 'sessionId' | 'proofs' | 'draft' | 'goal'>,
): { readonly attempt: Attempt; readonly secret: string } {
  const id = newId(app.random, now)
  const secret = newBearer(id, app.random)
  const attempt: Attempt = {
    ...about,
    id,
    secretHash: hashBearer(secret)!,
    door: 'page',
    asked: null,
    triesLeft: app.config.limits.codeTries,
    sends: 0,
    nextSendAt: now,
    createdAt: now,
    expiresAt: now + lifetimeOf(app),
    endedAt: null,
  }
  return { attempt, secret }
}

/** How long an attempt may take, in milliseconds. */
export const lifetimeOf = (app: App): number => app.config.limits.attemptMinutes * 60_000

/** How long one can be under way in all, in milliseconds: what is being set up gets time to be saved. */
export const longestLifetimeOf = (app: App): number => 2 * lifetimeOf(app)

/** The attempt this browser holds, over or not. */
export async function attemptWith(app: App, secret: string | null): Promise<Attempt | null> {
  const hash = secret && hashBearer(secret)
  return hash ? findAttempt(app.db, hash) : null
}

export const toolsFor = (app: App, attempt: Attempt, now: number): Tools => ({
  now,
  random: app.random,
  keys: app.keys,
  codeLifetime: app.config.limits.codeMinutes * 60_000,
  attemptEndsAt: attempt.expiresAt,
  attemptId: attempt.id,
  accountId: attempt.accountId,
  digits: digitsOf(attempt),
  totpWindow: app.config.limits.totpWindow,
  site: app.config.site,
})

/** How long a sent code is: an address is proven once and for long (OWASP ASVS 5.0, 6.5.4). */
export const digitsOf = ({ purpose }: Pick<Attempt, 'purpose'>): number =>
  purpose === 'new-email' ? 8 : 6

/**
 * A password that was reset through a mail and a code by mail show the same mailbox twice. Milliseconds
 * until such a code counts as something else again; 0 when it does.
 */
export const mailboxWait = (
  app: App,
  { purpose }: Pick<Attempt, 'purpose'>,
  { passwordResetAt }: { readonly passwordResetAt: number | null },
  now: number,
): number =>
  purpose !== 'sign-in' || passwordResetAt === null
    ? 0
    : Math.max(0, passwordResetAt + app.config.limits.resetWaitHours * 3_600_000 - now)
