import type { App } from '../app.ts'
import { whyNotOneMore } from '../accounts/factor-rules.ts'
import { factorOf, type kinds } from '../factors/all.ts'
import { sentTo } from '../factors/sent-code.ts'
import { holdAccount, type Account } from '../store/accounts.ts'
import { findAgain, moveOn, type Attempt } from '../store/attempts.ts'
import { enrolmentsOf } from '../store/enrolments.ts'
import { lifetimeOf, longestLifetimeOf, toolsFor, type Refusal } from './attempt.ts'
import { change, note, type Change } from './change.ts'
import { asSetUp, withoutFactor, wishesToRemember } from './draft.ts'
import { finish, type SignIn } from './finish.ts'
import { hold } from './limits.ts'
import type { Step } from './next-step.ts'
import type { Due } from './policy.ts'
import { requests, resendWait } from './rules.ts'
import { clearSends, sendAll } from './send-codes.ts'
import { whyNoSms } from './sms-guard.ts'
import { standingOf, stepIn } from './standing.ts'
import type { Visit } from './visit.ts'

export type Kind = (typeof kinds)[number]

/** Which factor somebody wants to set up; `to`: the number they typed (E.164). */
export type Wish = { readonly kind: Kind; readonly to: string | null }

/** Signed in, or what is missing now. */
export type Next = SignIn | Exclude<Step, { kind: 'passed' }>

/** What has to be set up in this attempt; `null`: nothing, or not yet. */
export async function dueIn(
  { app, db, now }: Pick<Change, 'app' | 'db' | 'now'>,
  attempt: Attempt,
): Promise<Due | null> {
  const standing = await standingOf(app, db, attempt.accountId)
  const step = standing && stepIn(app, attempt, standing, now)
  if (step?.kind !== 'set-up') return null
  const { factors } = standing!.policy
  return { ...step.due, kinds: step.due.kinds.filter((kind) => factors.includes(kind)) }
}

/** The number that an administrator wants codes to go to: no other is set up then. Pure. */
export const wantedNumber = ({ wantedCode, wantedPhone }: Account): string | null =>
  wantedCode === 'sms' || wantedCode === 'both' ? wantedPhone : null

/** Begins to set up a factor on the way in, in place of another that was begun. */
export async function beginSetUp(
  app: App,
  visit: Visit,
  before: Attempt,
  { kind, to }: Wish,
): Promise<'begun' | Refusal> {
  return change(app, visit, async (change): Promise<'begun' | Refusal> => {
    const { db, now } = change
    const each = requests(app.config.limits, { address: visit.address })
    const held = await hold(db, each, now)
    if (held.wait > 0) return { refused: 'slow_down', wait: held.wait }
    await held.count(each)
    const account = await holdAccount(db, before.accountId)
    const attempt = await findAgain(db, before)
    const due = attempt && (await dueIn(change, attempt))
    if (!account || !attempt || !due) return { refused: 'attempt_over' }
    // In place of the second step no number is taken that somebody only types.
    const typed = due.isInstead ? null : to
    const phone = kind === 'sms' ? (wantedNumber(account) ?? typed) : null
    if (kind === 'sms' && phone === null) return { refused: 'factor_not_allowed' }
    if (isBegun(attempt, { kind, to: phone })) return 'begun'
    const refused = await whyNot(change, account, due, { kind, to: phone })
    return refused ?? draft(change, account, attempt, { kind, to: phone })
  })
}

/** The page was sent twice, or fetched again: what was begun stays as it is. */
function isBegun({ draft }: Attempt, { kind, to }: Wish): boolean {
  const state = draft?.[kind]
  if (state === undefined || draft?.['shown'] !== undefined) return false
  return kind !== 'sms' || sentTo(state) === to
}

async function whyNot(
  change: Change,
  account: Account,
  // Nothing but what is due may be begun.
  { kinds: factors, why }: Due,
  { kind, to }: Wish,
): Promise<Refusal | null> {
  const enrolments = await enrolmentsOf(change.db, account.id)
  // Of those of which there is one, another takes its place; after a pass, so does whatever is new.
  const isOne = factorOf(kind).most === 1
  const others =
    why === 'pass' || isOne ? enrolments.filter((each) => each.kind !== kind) : enrolments
  return (
    whyNotOneMore({ factors }, others, kind) ??
    (to === null ? null : await whyNoSms(change, account, to))
  )
}

async function draft(
  change: Change,
  account: Account,
  before: Attempt,
  { kind, to }: Wish,
): Promise<'begun' | Refusal> {
  const { app, db, now } = change
  const expiresAt = prolonged(app, before, now)
  const attempt = asSetUp({ ...before, expiresAt })
  const tools = toolsFor(app, attempt, now)
  const { draft: state } = factorOf(kind).enrol({ email: account.email, phone: to }, tools)
  const typed = to !== null && to !== wantedNumber(account)
  const drafted = { ...withoutFactor(before.draft), [kind]: state, ...(typed && { typed }) }
  const asked = factorOf(kind).challenge(state, null, tools)
  const send = asked?.send ?? null
  const isLeft = before.sends < app.config.limits.codeSends
  const cleared = send && isLeft ? await clearSends(change, account, attempt, [send]) : null
  const sends = cleared && 'sends' in cleared ? cleared.sends : []
  const sent = before.sends + 1
  const next = {
    draft: drafted,
    expiresAt,
    // The number is another one now: whoever waits for a code of before is not kept waiting for this one.
    ...(sends.length > 0
      ? {
          asked: { kind, question: asked!.question },
          sends: sent,
          nextSendAt: now + resendWait(app.config.limits, sent),
        }
      : { asked: null }),
  }
  if (!(await moveOn(db, before, next, now))) return { refused: 'attempt_over' }
  if (cleared && 'refused' in cleared)
    await note(change, 'code_not_sent', {
      accountId: account.id,
      attemptId: before.id,
      detail: { reason: cleared.refused },
    })
  if (cleared && 'count' in cleared) await cleared.count()
  await sendAll(change, attempt, account, sends)
  return 'begun'
}

/** What is being set up gets time, but not for ever: an older attempt is not looked for when others end. */
export const prolonged = (app: App, { createdAt, expiresAt }: Attempt, now: number): number =>
  Math.max(expiresAt, Math.min(now + lifetimeOf(app), createdAt + longestLifetimeOf(app)))

/**
 * Not this time: what is due is put off, as long as that is allowed, and the person is asked as before.
 * Where nothing is due any more, they are in.
 */
export async function putOff(app: App, visit: Visit, before: Attempt): Promise<Next | Refusal> {
  return change(app, visit, async (change): Promise<Next | Refusal> => {
    const { db, now } = change
    const account = await holdAccount(db, before.accountId)
    const attempt = await findAgain(db, before)
    if (!account || !attempt || attempt.endedAt !== null) return { refused: 'attempt_over' }
    const due = await dueIn(change, attempt)
    if (due && (due.until ?? 0) <= now) return { refused: 'not_put_off' }
    const draft = { ...withoutFactor(attempt.draft), ...(due && { later: true }) }
    const later = await moveOn(db, attempt, { draft, asked: null }, now)
    if (!later) return { refused: 'attempt_over' }
    if (due)
      await note(change, 'protection_put_off', {
        accountId: account.id,
        attemptId: attempt.id,
        detail: { reason: due.why },
      })
    return finish(change, later, wishesToRemember(later))
  })
}
