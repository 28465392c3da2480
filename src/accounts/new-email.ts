import type { App } from '../app.ts'
import { sentTo } from '../factors/sent-code.ts'
import { maskEmail, parseEmail } from '../lib/email.ts'
import { newId, newToken, sha256 } from '../lib/random.ts'
import { answer } from '../sign-in/answer.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { change, note, tell, undo, type Change } from '../sign-in/change.ts'
import { stepOf } from '../sign-in/finish.ts'
import { renewToken } from '../sign-in/session.ts'
import type { Visit } from '../sign-in/visit.ts'
import { findAccountByLogin, holdAccount, type Account } from '../store/accounts.ts'
import { endAttempt, type Attempt } from '../store/attempts.ts'
import { findWaitingFor, insertChange, type ContactChange } from '../store/contact-changes.ts'
import { enrolmentsOf, enrolmentsOfKind } from '../store/enrolments.ts'
import { insertLink } from '../store/links.ts'
import type { SignedIn } from '../store/sessions.ts'
import { makeChange } from './contact-changes.ts'
import type { FieldCode } from './new-account.ts'
import { whenSure, type Sure } from './step-up.ts'
import { stopWaiting } from './stop-change.ts'

const HOUR = 60 * 60_000

type Problem = { readonly problem: FieldCode }

/**
 * Another e-mail address to sign in with. It is asked first who wants that, then a code goes to the
 * address. Says nothing about whose address it may be already.
 */
export async function changeEmail(
  app: App,
  visit: Visit,
  session: SignedIn,
  typed: string,
): Promise<Sure | Problem | Refusal> {
  const email = parseEmail(typed)
  if (!email) return { problem: typed.trim() === '' ? 'missing' : 'bad_email' }
  return change(app, visit, async (change): Promise<Sure | Problem | Refusal> => {
    const account = await holdAccount(change.db, session.accountId)
    if (!account) return { refused: 'attempt_over' }
    // Set by an administrator, it is theirs to prove.
    if (account.login === email.canonical && !(await isUnproven(change, account)))
      return { problem: 'email_yours' }
    const deed = { kind: 'email', to: email.address } as const
    return whenSure(change, account, session, deed, '/account/email')
  })
}

/** Do codes still go to the address that was there before an administrator set this one? */
async function isUnproven({ db }: Change, { id, email }: Account): Promise<boolean> {
  const sent = await enrolmentsOfKind(db, id, 'email')
  return sent.some(({ state }) => sentTo(state) !== email)
}

/** It is proven: it counts already, or waits. The browser must keep the session's new token. */
type Proven = { readonly counts: boolean; readonly sessionToken: string }

/** The code that was sent to the new address, in an attempt of this very session. */
export const proveEmail = (
  app: App,
  visit: Visit,
  attempt: Attempt,
  code: string,
): Promise<Proven | Problem | Refusal> =>
  answer(app, visit, attempt, { kind: 'email', text: code }, async (change, proven) => {
    const { db, now } = change
    const over = { refused: 'attempt_over' } as const
    const step = await stepOf(change, proven)
    const account = await holdAccount(db, proven.accountId)
    const to = (proven.draft?.['email'] as { to: string } | undefined)?.to ?? ''
    const email = parseEmail(to)
    if (proven.purpose !== 'new-email' || step.kind !== 'passed' || !account || !email)
      return undo(over)
    if (!(await endAttempt(db, proven.id, now))) return undo(over)
    if (await isTaken(change, account, email.canonical)) return { problem: 'email_taken' }

    const counts = await keep(change, account, proven, email)
    return { counts, sessionToken: await renewToken(change, proven) }
  })

/** Is it somebody else's, or about to be? */
async function isTaken({ db }: Change, account: Account, login: string): Promise<boolean> {
  const holder = await findAccountByLogin(db, login)
  const waiting = await findWaitingFor(db, login)
  const isOthers = holder !== null && holder.id !== account.id
  return isOthers || (waiting !== null && waiting.accountId !== account.id)
}

/** Writes it down in place of one that waits. True when it counts at once. */
async function keep(
  change: Change,
  account: Account,
  attempt: Attempt,
  email: NonNullable<ReturnType<typeof parseEmail>>,
): Promise<boolean> {
  const { app, db, now } = change
  await stopWaiting(change, account.id, 'another')
  const isProtected = (await enrolmentsOf(db, account.id)).length > 0
  const wait = isProtected ? app.config.limits.contactWaitHours * HOUR : 0
  const about = {
    id: newId(app.random, now),
    accountId: account.id,
    kind: 'email',
    value: email.address,
    login: email.canonical,
    sessionId: attempt.sessionId!,
    provenAt: now,
    countsAt: now + wait,
  }
  // Somebody else has proven it at this very moment.
  if (!(await insertChange(db, about))) return undo({ problem: 'email_taken' })
  await note(change, 'email_change_proven', {
    accountId: account.id,
    attemptId: attempt.id,
    detail: { to: maskEmail(email.address), countsAt: about.countsAt },
  })
  if (wait > 0) {
    await warn(change, account, about)
    return false
  }
  const made = await makeChange(change, account, { ...about, stoppedAt: null, appliedAt: null })
  return made || undo({ problem: 'email_taken' })
}

/** Tells the address that is still the right one, with a link that stops the change. */
async function warn(
  change: Change,
  account: Account,
  { id, value, countsAt }: Pick<ContactChange, 'id' | 'value' | 'countsAt'>,
): Promise<void> {
  const { app, db, now } = change
  const token = newToken(app.random)
  await insertLink(db, {
    tokenHash: sha256(token),
    purpose: 'stop-change',
    createdAt: now,
    // It is made within a minute after its time, or as soon as a server runs.
    expiresAt: countsAt + HOUR,
    accountId: account.id,
    about: id,
  })
  const from = new Date(countsAt).toISOString()
  const notice = { kind: 'email_change', to: maskEmail(value), from, token } as const
  await tell(change, account, notice, { until: countsAt })
}
