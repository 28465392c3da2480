import type { App } from '../app.ts'
import { factorOf, kinds } from '../factors/all.ts'
import { setOf } from '../factors/recovery.ts'
import type { ToScan } from '../factors/totp.ts'
import { answer, type Answer } from '../sign-in/answer.ts'
import { lifetimeOf, longestLifetimeOf, toolsFor, type Refusal } from '../sign-in/attempt.ts'
import { change, note, tell, undo, type Change } from '../sign-in/change.ts'
import { stepOf } from '../sign-in/finish.ts'
import { policyOf } from '../sign-in/policy.ts'
import { renewToken } from '../sign-in/session.ts'
import type { Visit } from '../sign-in/visit.ts'
import { chooseBoth, holdAccount, type Account } from '../store/accounts.ts'
import { endAttempt, endAttemptsOf, replaceDraft, type Attempt } from '../store/attempts.ts'
import { forgetDevices } from '../store/devices.ts'
import { bindAnew, deleteEnrolments, enrolmentsOf } from '../store/enrolments.ts'
import { whyNotOneMore } from './factor-rules.ts'
import { insertFactor, nameFor } from './new-factor.ts'
import { cardFor } from './shown-once.ts'
import { takeAway } from './take-away.ts'
import { loginCodeProven } from './users/login-code-proven.ts'
import { whyNotUnprotected } from './wanted-rules.ts'

/** Codes to save, and the name of their set: two tabs may show two. */
export type Codes = {
  readonly codes: readonly string[]
  readonly set: string
  /** The app that is being set up with them. */
  readonly card: ToScan | null
}

/** What comes of a right answer: new codes to save, or a change that is made. */
type Proven = Codes | Done

/** The change is made. The browser must keep the session's new token. */
export type Done = {
  readonly sessionToken: string
  /** The app that was just set up: shown this once. */
  readonly card: ToScan | null
  /** It has taken the place of another one. */
  readonly isInPlace?: boolean
}

/** An answer in such an attempt, which must be of this very session. `name` is for what is set up. */
export async function answerProtection(
  app: App,
  visit: Visit,
  attempt: Attempt,
  given: Answer,
  name = '',
): Promise<Proven | Refusal> {
  return answer(app, visit, attempt, given, async (change, proven): Promise<Proven | Refusal> => {
    const step = await stepOf(change, proven)
    const account = await holdAccount(change.db, proven.accountId)
    if (step.kind !== 'passed' || !account) return undo({ refused: 'attempt_over' })
    switch (proven.purpose) {
      case 'unprotect':
        return switchOff(change, account, proven)
      case 'bind-anew':
        return countAgain(change, account, proven)
      case 'add-factor':
        return addNow(change, account, proven, name)
      case 'protect':
      case 'recovery-codes':
        return draftCodes(change, account, { ...proven, draft: { ...proven.draft, name } })
      case 'sign-in':
      case 'step-up':
      case 'new-email':
        return undo({ refused: 'attempt_over' })
      default:
        return proven.purpose satisfies never
    }
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
    if (step.kind !== 'passed' || !account || !draft?.['recovery'])
      return { refused: 'attempt_over' }
    if (set !== null && set !== setOf(draft['recovery'])) return { refused: 'attempt_over' }
    if (!(await endAttempt(db, attempt.id, now))) return { refused: 'attempt_over' }
    return attempt.purpose === 'protect'
      ? switchOn(change, account, attempt, draft)
      : renewCodes(change, account, attempt, draft)
  })
}

type Draft = NonNullable<Attempt['draft']>

/** Which factor is being set up. */
export const kindIn = (draft: Attempt['draft']): (typeof kinds)[number] | null =>
  kinds.find((kind) => draft?.[kind] !== undefined) ?? null

const nameIn = ({ name }: Draft): string => (typeof name === 'string' ? name : '')

async function switchOn(
  change: Change,
  account: Account,
  attempt: Attempt,
  draft: Draft,
): Promise<Done | Refusal> {
  const { app, db, now } = change
  if ((await enrolmentsOf(db, account.id)).length > 0) return undo({ refused: 'already_protected' })
  const kind = kindIn(draft)
  if (!kind) return undo({ refused: 'attempt_over' })
  const refused =
    whyNotOneMore(app, [], kind) ??
    (await insertFactor(change, account, kind, draft[kind], nameIn(draft)))
  if (refused) return undo(refused)
  await insertFactor(change, account, 'recovery', draft['recovery'], '')
  await endAttemptsOf(db, account.id, longestLifetimeOf(app), now)
  await loginCodeProven(change, account, kind, keptIn(attempt))
  const about = { accountId: account.id, attemptId: attempt.id, detail: { by: kind } }
  await note(change, 'protected', about)
  await tell(change, account, { kind: 'protected' }, { attemptId: attempt.id })
  return done(change, attempt)
}

async function renewCodes(
  change: Change,
  account: Account,
  attempt: Attempt,
  draft: Draft,
): Promise<Done> {
  await deleteEnrolments(change.db, account.id, 'recovery')
  await insertFactor(change, account, 'recovery', draft['recovery'], '')
  await note(change, 'recovery_codes_renewed', { accountId: account.id, attemptId: attempt.id })
  await tell(change, account, { kind: 'recovery_codes_renewed' }, { attemptId: attempt.id })
  return done(change, attempt)
}

async function switchOff(
  change: Change,
  account: Account,
  attempt: Attempt,
): Promise<Done | Refusal> {
  const { app, db, now } = change
  // An administrator may have wanted something since this was begun.
  const refused = whyNotUnprotected(account, await policyOf(app, db, account))
  if (refused) return undo(refused)
  await deleteEnrolments(db, account.id)
  await chooseBoth(db, account.id, null)
  await forgetDevices(db, account.id, 0, now)
  await endAttemptsOf(db, account.id, longestLifetimeOf(app), now)
  await note(change, 'unprotected', { accountId: account.id, attemptId: attempt.id })
  await tell(change, account, { kind: 'unprotected' }, { attemptId: attempt.id })
  return done(change, attempt)
}

/** It was just shown, and protection is on already: it counts at once. */
async function addNow(
  change: Change,
  account: Account,
  attempt: Attempt,
  typed: string,
): Promise<Done | Refusal> {
  const { app, db, now } = change
  const kind = kindIn(attempt.draft)
  const enrolled = await enrolmentsOf(db, account.id)
  if (!kind) return undo({ refused: 'attempt_over' })
  // Switched off meanwhile: then it would be the only one, and without recovery codes.
  if (enrolled.length === 0) return undo({ refused: 'not_protected' })
  const state = attempt.draft![kind]
  const before = enrolled.find(({ id }) => id === attempt.draft!['replaces'])
  if (!(await endAttempt(db, attempt.id, now))) return undo({ refused: 'attempt_over' })
  if (before) await takeAway(change, account, before, attempt.sessionId)
  const others = enrolled.filter((each) => each !== before)
  const refused =
    whyNotOneMore(app, others, kind) ??
    (await insertFactor(change, account, kind, state, typed, attempt.id))
  if (refused) return undo(refused)
  const name = kind === 'sms' ? nameFor(account, kind, state, typed) : typed
  const about = { accountId: account.id, attemptId: attempt.id, detail: { by: kind, name } }
  await note(change, 'factor_added', about)
  const notice = { kind: 'factor_added', by: kind, called: name } as const
  await tell(change, account, notice, { attemptId: attempt.id })
  await loginCodeProven(change, account, kind, keptIn(attempt))
  const card = cardFor(app, account, attempt)
  return { ...(await done(change, attempt)), card, isInPlace: before !== undefined }
}

/** It is proven anew. Protection was on all the while. */
async function countAgain(
  change: Change,
  account: Account,
  attempt: Attempt,
): Promise<Done | Refusal> {
  const over = { refused: 'attempt_over' } as const
  const kind = kindIn(attempt.draft)
  const id = attempt.draft?.['id']
  if (!kind || typeof id !== 'string') return undo(over)
  const its = { accountId: account.id, id }
  if (!(await bindAnew(change.db, its, attempt.draft![kind]))) return undo(over)
  // Another one under way knows of no code used since.
  const lifetime = longestLifetimeOf(change.app)
  await endAttemptsOf(change.db, account.id, lifetime, change.now, attempt.id)
  if (!(await endAttempt(change.db, attempt.id, change.now))) return undo(over)
  await note(change, 'factor_bound_anew', {
    accountId: account.id,
    attemptId: attempt.id,
    detail: { by: kind },
  })
  // What counted before it was guessed at is nothing new.
  if (account.wantedAt !== null) await loginCodeProven(change, account, kind, keptIn(attempt))
  return done(change, attempt)
}

const keptIn = ({ id, sessionId }: Attempt) => ({ attemptId: id, sessionId })

const done = async (change: Change, attempt: Attempt): Promise<Done> => ({
  sessionToken: await renewToken(change, attempt),
  card: null,
})

async function draftCodes(change: Change, account: Account, attempt: Attempt): Promise<Codes> {
  const { app, db, now } = change
  const { draft, show } = factorOf('recovery').enrol(account, toolsFor(app, attempt, now))
  // Time to save them, but not for ever: an older attempt is not looked for when others are ended.
  const expiresAt = Math.min(now + lifetimeOf(app), attempt.createdAt + longestLifetimeOf(app))
  await replaceDraft(db, attempt, { ...attempt.draft, recovery: draft }, expiresAt)
  return { codes: show, set: setOf(draft), card: cardFor(app, account, attempt) }
}
