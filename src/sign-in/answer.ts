import type { App } from '../app.ts'
import { factorOf } from '../factors/all.ts'
import { codesLeft } from '../factors/recovery.ts'
import type { Checked, Factor, FactorKind, Proof, Tools } from '../factors/factor.ts'
import { findAccount, forgetReset, holdAccount, lockAccount } from '../store/accounts.ts'
import { addProof, moveOn, spendTry, type Attempt } from '../store/attempts.ts'
import { forgetDevices } from '../store/devices.ts'
import {
  enrolmentsOfKind,
  forgetFailures,
  replaceState,
  type Enrolment,
} from '../store/enrolments.ts'
import { enterMessages } from '../store/messages.ts'
import type { Database } from '../store/open.ts'
import { heldOf, isOpenTo, type Held } from './ask.ts'
import { mailboxWait, toolsFor, type Refusal } from './attempt.ts'
import { change, note, tell, undo, type Change } from './change.ts'
import { knownDevice } from './device.ts'
import { hold, spend } from './limits.ts'
import {
  notices,
  requests,
  wrongSecondSteps,
  wrongSecondStepsFrom,
  wrongSecondStepsOfDay,
} from './rules.ts'
import type { Visit } from './visit.ts'
import { countInARow, sawWrongSecondStep } from './wrong-second-step.ts'

/** Which factor answers, and what was typed. */
export type Answer = { readonly kind: FactorKind; readonly text: string }

/**
 * An answer to a factor's question, for whatever the attempt is about. When it is right, `then` goes
 * on in the same transaction: the proof and what comes of it are written together or not at all. What
 * was being set up is in the attempt's draft as it is from now on.
 *
 * The factor looks at the answer first, since that may take a while; nobody learns what it saw but
 * through the transaction, where a try is paid for. The account is held in it.
 */
export async function answer<T>(
  app: App,
  visit: Visit,
  attempt: Attempt,
  given: Answer,
  then: (change: Change, attempt: Attempt) => Promise<T>,
): Promise<T | Refusal> {
  if (!isOpenTo(app, attempt, given.kind)) return { refused: 'factor_not_allowed' }
  const enrolments = await enrolmentsOfKind(app.db, attempt.accountId, given.kind)
  const held = heldOf(app, attempt, enrolments, given.kind)
  const factor = factorOf(given.kind)
  // Each is shown once in an attempt: what a passkey is asked there stays the same.
  if (isShown(attempt, given.kind)) return { refused: wrongOf(factor) }
  const question = attempt.asked?.kind === given.kind ? attempt.asked.question : null
  const tools = toolsFor(app, attempt, app.now())
  const device = await knownDevice(app.db, visit, attempt.accountId, tools.now)
  const caller = device ? { device: device.id } : { address: visit.address }
  const isNew = attempt.purpose !== 'bind-anew'
  const right = await firstRight(factor, held, question, given.text, tools, isNew)
  // A code that was never sent cannot be guessed, and somebody who tries is no danger to the account.
  const isGuess = !factor.isSent || question !== null
  const isOpen = isGuess || given.kind !== 'email' || attempt.endedAt !== null
  const closed = isOpen ? 0 : await closedFor(app, attempt)

  return change(app, visit, async (change) => {
    const { db, now } = change
    const each = requests(app.config.limits, caller)
    // There is nothing to guess in a passkey: whoever fails keeps nobody else out.
    const wrong =
      given.kind === 'passkey'
        ? wrongSecondStepsFrom(app.config.limits, caller)
        : wrongSecondSteps(app.config.limits, attempt.accountId, caller)
    const limits = await hold(db, [...each, ...wrong], now)
    if (limits.wait > 0) return { refused: 'slow_down', wait: limits.wait }
    if (closed > 0) {
      await limits.count(each)
      return { refused: 'mailbox_shown', wait: closed }
    }
    // Before the attempt: who revokes holds the account first, and then ends attempts.
    await lockAccount(db, attempt.accountId)
    const paid = factor.reads(given.text, tools) ? await spendTry(db, attempt, now) : null
    if (!paid) {
      await limits.count(each)
      return { refused: wrongOf(factor) }
    }

    if (!isGuess) {
      await limits.count([...each, ...wrongSecondStepsFrom(app.config.limits, caller)])
      return { refused: wrongOf(factor) }
    }
    if (right === null) {
      await limits.count([...each, ...wrong])
      await note(change, 'second_step_refused', {
        accountId: attempt.accountId,
        attemptId: attempt.id,
        detail: { by: given.kind, purpose: attempt.purpose },
      })
      if (given.kind === 'passkey') return whyWrong(factor, attempt, held, given.text, tools)
      const ofDay = wrongSecondStepsOfDay(app.config.limits, attempt.accountId)
      await sawWrongSecondStep(change, attempt, limits.countOf(ofDay) + 1)
      const guessed = held.flatMap(({ enrolment }) => enrolment ?? [])
      if (factor.isGuessable && given.kind !== 'recovery')
        await countInARow(change, attempt, given.kind, guessed)
      return whyWrong(factor, attempt, held, given.text, tools)
    }
    await limits.count(each)
    if (wentBySms(attempt, given.kind)) await enterMessages(db, attempt.id, now)
    const { enrolment, state } = right.held
    const { state: next, shows, wentBack } = right.checked
    // Wrong answers were counted for each that could have been meant.
    for (const { enrolment: one } of held)
      if (one && one.failures > 0) await forgetFailures(db, one)
    if (enrolment && next !== state) {
      if (!(await replaceState(db, enrolment, next, now))) return { refused: wrongOf(factor) }
    }
    const proof: Proof = { by: given.kind, shows, at: now }
    const written =
      attempt.purpose === 'set-up'
        ? await keepShown(db, paid, next, proof, now)
        : await addProof(db, paid, attempt.accountId, proof)
    // Whoever was faster has proven the attempt: what this answer has used up is given back.
    if (!written) return undo({ refused: wrongOf(factor) })
    const proven = enrolment
      ? written
      : { ...written, draft: { ...written.draft, [given.kind]: next } }
    if (given.kind === 'recovery') await recoveryCodeUsed(change, proven, codesLeft(next))
    if (wentBack && enrolment) await passkeyWentBack(change, proven.accountId, enrolment, proven.id)
    if (factor.isSent) change.afterwards.push(() => app.metrics.codeEntered(given.kind))
    return then(change, proven)
  })
}

const isShown = ({ purpose, proofs, draft }: Attempt, kind: FactorKind): boolean =>
  purpose === 'set-up' ? draft?.['shown'] !== undefined : proofs.some(({ by }) => by === kind)

/** On the way in it is no proof before it is set up: until then it lies with what is being set up. */
const keepShown = (
  db: Database,
  paid: Attempt,
  state: unknown,
  shown: Proof,
  now: number,
): Promise<Attempt | null> =>
  moveOn(
    db,
    paid,
    {
      asked: null,
      triesLeft: paid.triesLeft + 1,
      draft: { ...paid.draft, [shown.by]: state, shown },
    },
    now,
  )

/**
 * The first of several that takes the answer: which of their keys they used, nobody has to say. All of
 * them look at it, so that one which cannot be read refuses right answers as it does wrong ones: else
 * these could be told apart without a try. `isNew`: a draft is of what was never set up before.
 */
async function firstRight(
  factor: Factor,
  all: readonly Held[],
  question: unknown,
  text: string,
  tools: Tools,
  isNew: boolean,
): Promise<{ readonly held: Held; readonly checked: Checked } | null> {
  let right: { readonly held: Held; readonly checked: Checked } | null = null
  for (const held of all) {
    const isBound = isNew && held.enrolment === null && factor.bind !== undefined
    const checked = isBound
      ? await factor.bind!(held.state, text, tools)
      : await factor.check(held.state, question, text, tools)
    if (checked) right ??= { held, checked }
  }
  return right
}

/**
 * Somebody who sets a key up has it before their eyes, so they may know that it was right for another
 * time. Nobody else may: it would tell a guesser of a code that is yet to come.
 */
function whyWrong(
  factor: Factor,
  { purpose }: Attempt,
  all: readonly Held[],
  text: string,
  tools: Tools,
): Refusal {
  const isNew = purpose === 'protect' || purpose === 'add-factor' || purpose === 'set-up'
  const [held] = isNew ? all : []
  const off = held ? (factor.clockOff?.(held.state, text, tools) ?? null) : null
  if (off !== null) return { refused: 'clock_off', off }
  return { refused: wrongOf(factor) }
}

/** Did the code that was right go by text message? */
const wentBySms = ({ asked }: Attempt, kind: FactorKind): boolean =>
  kind === 'sms' || (asked?.kind === kind && asked.by?.includes('sms') === true)

const wrongOf = ({ kind }: Factor): 'wrong_passkey' | 'wrong_code' =>
  kind === 'passkey' ? 'wrong_passkey' : 'wrong_code'

/** After a reset by mail no code is sent for a while, so there is no question such a code could answer. */
async function closedFor(app: App, attempt: Attempt): Promise<number> {
  const account = await findAccount(app.db, attempt.accountId)
  return account ? mailboxWait(app, attempt, account, app.now()) : 0
}

/**
 * Whoever uses one may have lost a device: no browser is trusted on its word any more. And after a
 * reset by mail, the mailbox is not all that was shown.
 */
async function recoveryCodeUsed(change: Change, attempt: Attempt, left: number): Promise<void> {
  // Held before the devices are, as everywhere.
  const account = await holdAccount(change.db, attempt.accountId)
  if (!account) return
  if (account.passwordResetAt !== null) await forgetReset(change.db, account.id)
  await forgetDevices(change.db, account.id, 0, change.now)
  await note(change, 'recovery_code_used', {
    accountId: account.id,
    attemptId: attempt.id,
    detail: { left },
  })
  await tell(change, account, { kind: 'recovery_code_used', left }, { attemptId: attempt.id })
}

/**
 * Its counter was not above the last one: there may be a copy of it. It is not refused, since those that
 * are synced between devices do not count in step (WebAuthn L3 §6.1.1); the person is told, a few times a
 * day.
 */
export async function passkeyWentBack(
  change: Change,
  accountId: string,
  { name }: Pick<Enrolment, 'name'>,
  attemptId: string,
): Promise<void> {
  const { db, now } = change
  const account = await findAccount(db, accountId)
  if (!account) return
  await note(change, 'passkey_went_back', { accountId, attemptId, detail: { name } })
  if (!(await spend(db, notices('passkey_went_back', accountId), now))) return
  await tell(change, account, { kind: 'passkey_went_back', called: name }, { attemptId })
}
