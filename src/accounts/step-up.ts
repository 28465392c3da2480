import type { App } from '../app.ts'
import type { Proof } from '../factors/factor.ts'
import { answer, type Answer } from '../sign-in/answer.ts'
import { insertWithWays } from '../sign-in/ask.ts'
import { longestLifetimeOf, openAttempt, type Refusal } from '../sign-in/attempt.ts'
import { note, undo, type Change } from '../sign-in/change.ts'
import { stepOf } from '../sign-in/finish.ts'
import { hold } from '../sign-in/limits.ts'
import { isFresh, waysOf } from '../sign-in/next-step.ts'
import { provePasswordAgain } from '../sign-in/password.ts'
import { stepUps } from '../sign-in/rules.ts'
import { renewToken, renewTokenOf } from '../sign-in/session.ts'
import { standingOf, type Standing } from '../sign-in/standing.ts'
import type { Visit } from '../sign-in/visit.ts'
import { findAccount, holdAccount, type Account } from '../store/accounts.ts'
import { addProof, endAttempt, endAttemptsIn, spendTry, type Attempt } from '../store/attempts.ts'
import { enrolmentsOf } from '../store/enrolments.ts'
import { proofsIn, type SignedIn } from '../store/sessions.ts'
import { doDeed } from './deeds/all.ts'
import type { Asker, Deed, Outcome } from './deeds/deed.ts'

/** Done, or asked first: the secret of the attempt is for the browser to keep. */
export type Sure = Done | { readonly asked: string }

/** `sessionToken` is new where something was just shown; the browser must keep it. */
export type Done = Outcome & { readonly sessionToken: string | null }

/**
 * Does it now, for somebody who has shown in the last minutes who they are; else asks first, and does
 * it when the answer is right. In a transaction that holds the account. `goal` is the page to come
 * back to; `just` what this very request has shown; `isAnew`: what was shown before does not count.
 */
export async function whenSure(
  change: Change,
  account: Account,
  session: SignedIn,
  deed: Deed,
  goal: string,
  {
    just = [],
    isAnew = false,
  }: { readonly just?: readonly Proof[]; readonly isAnew?: boolean } = {},
): Promise<Sure | Refusal> {
  const { app, db, now } = change
  const standing = await standingOf(app, db, account.id, { skips: deed.kind === 'policy' })
  if (!standing) return { refused: 'attempt_over' }
  // Another address is another owner, at once, where a password is all there is, and so is somebody
  // else's app: what opened this session is not enough, since whoever borrows it borrows that too.
  const givesAway = deed.kind === 'email' || deed.kind === 'add-factor'
  const isHandOver = givesAway && standing.enrolled.length === 0
  const since = isAnew ? Infinity : isHandOver ? session.createdAt : -Infinity
  const before = (await proofsIn(db, session.id)).filter(({ at }) => at > since)
  const shown = [...before, ...just]
  if (isFresh(shown, standing, app.config.limits.stepUpMinutes * 60_000, now)) {
    const sessionToken = just.length > 0 ? await renewTokenOf(change, session.id, just) : null
    const outcome = await doDeed(change, askerOf(account, session), deed)
    return 'refused' in outcome ? undo(outcome) : { ...outcome, sessionToken }
  }
  return askFirst(change, account, session, standing, { deed, goal })
}

/** What concerns nobody but the one who asks needs no proof. In a transaction that holds the account. */
export async function doNow(
  change: Change,
  account: Account,
  session: SignedIn,
  deed: Deed,
): Promise<Done | Refusal> {
  const outcome = await doDeed(change, askerOf(account, session), deed)
  return 'refused' in outcome ? outcome : { ...outcome, sessionToken: null }
}

async function askFirst(
  change: Change,
  account: Account,
  session: SignedIn,
  standing: Standing,
  { deed, goal }: { readonly deed: Deed; readonly goal: string },
): Promise<Sure | Refusal> {
  const { app, db, now } = change
  const each = stepUps(app.config.limits, session.deviceId)
  const limits = await hold(db, [each], now)
  if (limits.wait > 0) return { refused: 'slow_down', wait: limits.wait }
  await limits.count([each])
  const { attempt, secret } = openAttempt(app, now, {
    purpose: 'step-up',
    accountId: account.id,
    sessionId: session.id,
    proofs: [],
    draft: { deed },
    goal,
  })
  await endAttemptsIn(db, session.id, longestLifetimeOf(app), now)
  const ways = waysOf('step-up', { ...standing, isFromMail: false })
  if (standing.enrolled.length > 0 && ways.length === 0) return { refused: 'attempt_over' }
  await insertWithWays(change, attempt, account, ways, await enrolmentsOf(db, account.id))
  return { asked: secret }
}

/** A code in such an attempt, which must be of this very session. */
export const answerStepUp = (
  app: App,
  visit: Visit,
  session: SignedIn,
  attempt: Attempt,
  given: Answer,
): Promise<Done | Refusal> =>
  answer(app, visit, attempt, given, (change, proven) => goOn(change, session, proven))

/** The password in such an attempt, where the account has nothing else to show. */
export async function answerStepUpByPassword(
  app: App,
  visit: Visit,
  session: SignedIn,
  attempt: Attempt,
  password: string,
): Promise<Done | Refusal> {
  const account = await findAccount(app.db, session.accountId)
  if (!account) return { refused: 'attempt_over' }
  return provePasswordAgain(app, visit, session, account, password, async (change) => {
    const { db, now } = change
    const paid = await spendTry(db, attempt, now)
    const proof: Proof = { by: 'password', shows: ['knows'], at: now }
    const proven = paid && (await addProof(db, paid, account.id, proof))
    return proven ? goOn(change, session, proven) : undo({ refused: 'attempt_over' })
  })
}

async function goOn(change: Change, session: SignedIn, attempt: Attempt): Promise<Done | Refusal> {
  const over = { refused: 'attempt_over' } as const
  const deed = deedIn(attempt)
  const step = await stepOf(change, attempt)
  const account = await holdAccount(change.db, attempt.accountId)
  if (attempt.purpose !== 'step-up' || step.kind !== 'passed' || !account || !deed)
    return undo(over)
  if (!(await endAttempt(change.db, attempt.id, change.now))) return undo(over)
  const sessionToken = await renewToken(change, attempt)
  await note(change, 'stepped_up', {
    accountId: account.id,
    attemptId: attempt.id,
    detail: { by: attempt.proofs.map(({ by }) => by).join('+'), deed: deed.kind },
  })
  const outcome = await doDeed(change, askerOf(account, session), deed)
  // What cannot be done any more takes the proof with it: nothing has changed then.
  return 'refused' in outcome ? undo(outcome) : { ...outcome, sessionToken }
}

/** The deed that is done with the right answer in this attempt; `null` where it is another's, or over. */
export const deedIn = ({ draft }: Attempt): Deed | null =>
  (draft?.['deed'] as Deed | undefined) ?? null

const askerOf = (account: Account, session: SignedIn): Asker => ({
  account,
  sessionId: session.id,
  deviceId: session.deviceId,
})
