import type { App } from '../app.ts'
import { factorOf } from '../factors/all.ts'
import { codesLeft, setOf } from '../factors/recovery.ts'
import { maskEmail } from '../lib/email.ts'
import { newId } from '../lib/random.ts'
import { answer, type Answer } from '../sign-in/answer.ts'
import { insertAsking } from '../sign-in/ask.ts'
import {
  lifetimeOf,
  longestLifetimeOf,
  openAttempt,
  toolsFor,
  type Refusal,
} from '../sign-in/attempt.ts'
import { change, note, tell, undo, type Change } from '../sign-in/change.ts'
import { stepOf } from '../sign-in/finish.ts'
import { hold } from '../sign-in/limits.ts'
import { requests } from '../sign-in/rules.ts'
import { renewToken } from '../sign-in/session.ts'
import type { Visit } from '../sign-in/visit.ts'
import { holdAccount, type Account } from '../store/accounts.ts'
import {
  endAttempt,
  endAttemptsIn,
  endAttemptsOf,
  insertAttempt,
  replaceDraft,
  type Attempt,
} from '../store/attempts.ts'
import { forgetDevices } from '../store/devices.ts'
import { bindAnew, deleteEnrolments, enrolmentsOf, insertEnrolment } from '../store/enrolments.ts'
import type { SignedIn } from '../store/sessions.ts'

/** A change of protection: an attempt in a living session, which must show something anew. */
export type ProtectionPurpose = 'protect' | 'unprotect' | 'recovery-codes'

type Protection = {
  readonly since: number
  readonly recoveryLeft: number
  /** Codes by mail must be proven anew before they count. */
  readonly isMailDisabled: boolean
}

/** How an account is protected; `null` when its password alone lets in. */
export async function protectionOf(app: App, accountId: string): Promise<Protection | null> {
  const enrolments = await enrolmentsOf(app.db, accountId)
  const first = enrolments.find(({ kind }) => kind !== 'recovery')
  if (!first) return null
  const recovery = enrolments.find(({ kind }) => kind === 'recovery')
  return {
    since: first.createdAt,
    recoveryLeft: recovery ? codesLeft(recovery.state) : 0,
    isMailDisabled: first.disabledAt !== null,
  }
}

/** Opens the attempt and sends the code. Gives the attempt's secret, for the browser to keep. */
export async function openProtection(
  app: App,
  visit: Visit,
  session: SignedIn,
  purpose: ProtectionPurpose,
): Promise<{ readonly secret: string } | Refusal> {
  return change(app, visit, async (change) => {
    const { db, now } = change
    const each = requests(app.config.limits, { device: session.deviceId })
    const limits = await hold(db, each, now)
    if (limits.wait > 0) return { refused: 'slow_down', wait: limits.wait }
    await limits.count(each)
    const account = await holdAccount(db, session.accountId)
    const enrolled = await enrolmentsOf(db, session.accountId)
    const email = enrolled.find(({ kind }) => kind === 'email')
    if (!account || (purpose !== 'protect' && !email)) return { refused: 'not_protected' }
    if (purpose === 'protect' && enrolled.length > 0) return { refused: 'already_protected' }

    // Nothing is set up yet that this draft could disturb, and it is gone with its attempt.
    const about = { purpose, accountId: account.id, sessionId: session.id, proofs: [], goal: null }
    const opened = openAttempt(app, now, { ...about, draft: null })
    const tools = toolsFor(app, opened.attempt, now)
    const state = email?.state ?? factorOf('email').enrol(account, tools).draft
    const draft = purpose === 'protect' ? { email: state } : null
    await endAttemptsIn(db, session.id, longestLifetimeOf(app), now)
    const attempt = { ...opened.attempt, draft }
    if (email && email.disabledAt !== null) await insertAttempt(db, attempt)
    else await insertAsking(change, attempt, account, 'email', state)
    return { secret: opened.secret }
  })
}

/** Codes to save, and the name of their set: two tabs may show two. */
export type Codes = { readonly codes: readonly string[]; readonly set: string }

/** What comes of a right answer: new codes to save, or protection that is off. */
type Proven = Codes | Done

/** The change is made. The browser must keep the session's new token. */
export type Done = { readonly sessionToken: string }

/** An answer in such an attempt, which must be of this very session. */
export async function answerProtection(
  app: App,
  visit: Visit,
  attempt: Attempt,
  given: Answer,
): Promise<Proven | Refusal> {
  return answer(app, visit, attempt, given, async (change, proven): Promise<Proven | Refusal> => {
    const step = await stepOf(change, proven)
    const account = await holdAccount(change.db, proven.accountId)
    if (step.kind !== 'passed' || !account) return { refused: 'attempt_over' }
    if (proven.purpose === 'unprotect') return switchOff(change, account, proven)
    if (proven.purpose === 'bind-anew') return countAgain(change, account, proven)
    return draftCodes(change, account, proven)
  })
}

/** The codes were shown once and not saved: others are made in their place. */
export async function newCodes(app: App, visit: Visit, attempt: Attempt): Promise<Codes | Refusal> {
  return change(app, visit, async (change): Promise<Codes | Refusal> => {
    const step = await stepOf(change, attempt)
    const account = await holdAccount(change.db, attempt.accountId)
    const isForCodes = attempt.purpose === 'protect' || attempt.purpose === 'recovery-codes'
    if (step.kind !== 'passed' || !account || !isForCodes) return { refused: 'attempt_over' }
    return draftCodes(change, account, attempt)
  })
}

/**
 * The person has saved the codes of this set (`null`: those shown last). Only now does anything
 * count.
 */
export async function confirmProtection(
  app: App,
  visit: Visit,
  attempt: Attempt,
  set: string | null,
): Promise<Done | Refusal> {
  return change(app, visit, async (change): Promise<Done | Refusal> => {
    const { db, now } = change
    const step = await stepOf(change, attempt)
    const account = await holdAccount(db, attempt.accountId)
    const draft = attempt.draft
    if (step.kind !== 'passed' || !account || !draft?.recovery) return { refused: 'attempt_over' }
    if (set !== null && set !== setOf(draft.recovery)) return { refused: 'attempt_over' }
    if (!(await endAttempt(db, attempt.id, now))) return { refused: 'attempt_over' }
    return attempt.purpose === 'protect'
      ? switchOn(change, account, attempt, draft)
      : renewCodes(change, account, attempt, draft)
  })
}

async function switchOn(
  change: Change,
  account: Account,
  attempt: Attempt,
  draft: NonNullable<Attempt['draft']>,
): Promise<Done | Refusal> {
  const { db, now } = change
  if ((await enrolmentsOf(db, account.id)).length > 0) return { refused: 'already_protected' }
  await enrol(change, account, 'email', maskEmail(account.email), draft.email)
  await enrol(change, account, 'recovery', '', draft.recovery)
  await endAttemptsOf(db, account.id, longestLifetimeOf(change.app), now)
  await note(change, 'protected', { accountId: account.id, attemptId: attempt.id })
  await tell(change, account, { kind: 'protected' }, { attemptId: attempt.id })
  return done(change, attempt)
}

async function renewCodes(
  change: Change,
  account: Account,
  attempt: Attempt,
  draft: NonNullable<Attempt['draft']>,
): Promise<Done> {
  await deleteEnrolments(change.db, account.id, 'recovery')
  await enrol(change, account, 'recovery', '', draft.recovery)
  await note(change, 'recovery_codes_renewed', { accountId: account.id, attemptId: attempt.id })
  await tell(change, account, { kind: 'recovery_codes_renewed' }, { attemptId: attempt.id })
  return done(change, attempt)
}

async function switchOff(change: Change, account: Account, attempt: Attempt): Promise<Done> {
  const { db, now } = change
  await deleteEnrolments(db, account.id)
  await forgetDevices(db, account.id, 0, now)
  await endAttemptsOf(db, account.id, longestLifetimeOf(change.app), now)
  await note(change, 'unprotected', { accountId: account.id, attemptId: attempt.id })
  await tell(change, account, { kind: 'unprotected' }, { attemptId: attempt.id })
  return done(change, attempt)
}

/** The address is proven anew. Protection was on all the while. */
async function countAgain(
  change: Change,
  account: Account,
  attempt: Attempt,
): Promise<Done | Refusal> {
  const over = { refused: 'attempt_over' } as const
  if (!(await bindAnew(change.db, account.id, 'email'))) return undo(over)
  if (!(await endAttempt(change.db, attempt.id, change.now))) return undo(over)
  await note(change, 'factor_bound_anew', {
    accountId: account.id,
    attemptId: attempt.id,
    detail: { by: 'email' },
  })
  return done(change, attempt)
}

const done = async (change: Change, attempt: Attempt): Promise<Done> => ({
  sessionToken: await renewToken(change, attempt),
})

async function draftCodes(
  { app, db, now }: Change,
  account: Account,
  attempt: Attempt,
): Promise<Codes> {
  const { draft, show } = factorOf('recovery').enrol(account, toolsFor(app, attempt, now))
  // Time to save them, but not for ever: an older attempt is not looked for when others are ended.
  const expiresAt = Math.min(now + lifetimeOf(app), attempt.createdAt + longestLifetimeOf(app))
  await replaceDraft(db, attempt, { ...attempt.draft, recovery: draft }, expiresAt)
  return { codes: show, set: setOf(draft) }
}

const enrol = (
  { app, db, now }: Change,
  account: Account,
  kind: string,
  name: string,
  state: unknown,
): Promise<void> =>
  insertEnrolment(db, {
    id: newId(app.random, now),
    accountId: account.id,
    kind,
    name,
    state,
    createdAt: now,
  })
