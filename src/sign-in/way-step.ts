import type { App } from '../app.ts'
import { kinds } from '../factors/all.ts'
import type { FactorKind } from '../factors/factor.ts'
import { toShow } from '../factors/passkey.ts'
import { digitsIn } from '../factors/totp.ts'
import { findAccount, type Account } from '../store/accounts.ts'
import { findAgain, type Attempt } from '../store/attempts.ts'
import { enrolmentsOf, type Enrolment } from '../store/enrolments.ts'
import { heldOf } from './ask.ts'
import { digitsOf, mailboxWait, toolsFor } from './attempt.ts'
import { knownDevice } from './device.ts'
import { codeState, type Told } from './message-state.ts'
import { provesDraft, waysOf } from './next-step.ts'
import { isForPolicy } from './policy.ts'
import { isAllowed, standingWith } from './standing.ts'
import type { Visit } from './visit.ts'
import { isMuteNow, muteLast, whereTo, type Whither } from './where-to.ts'

/** Where asking stands, as the person may know it. */
export type WayStep = Whither & {
  /** How they are asked now, and the other ways there are, the strongest first. */
  readonly way: FactorKind
  readonly others: readonly FactorKind[]
  /** How long a code is, or the longest of those that will do. */
  readonly digits: number
  /** No text message can go to the number now, whichever way is shown. */
  readonly isMute: boolean
  readonly sent: boolean
  readonly minutesLeft: number
  /** What became of the messages with the code, and whether there may be more to tell later. */
  readonly told: Told
  readonly isLive: boolean
  /** Seconds. */
  readonly resendIn: number
  readonly canResend: boolean
  /** Why a sent code does not do: the mailbox was shown already (until when), or it was guessed at. */
  readonly noMail: NoMail | null
  /** What the browser is asked for a passkey, as JSON. */
  readonly options: string | null
  /** What the authenticator apps that will do are called; '' for one without a name. */
  readonly apps: readonly string[]
}

type NoMail =
  | { readonly why: 'reset'; readonly until: Date }
  | { readonly why: 'disabled' | 'sms_disabled' }

/** `wished` is taken if it is one of the ways; else the one that was asked for or last shown here. */
export async function wayStep(
  app: App,
  visit: Visit,
  before: Attempt,
  wished: FactorKind | null,
): Promise<WayStep> {
  const now = app.now()
  // An answer since may have used up its last try, or ended it.
  const attempt = { ...((await findAgain(app.db, before)) ?? before), purpose: before.purpose }
  const enrolments = await enrolmentsOf(app.db, attempt.accountId)
  const standing = await waysNow(app, visit, attempt, enrolments, wished)
  const { ways, closedUntil, isMute } = standing
  const [way = 'recovery', ...others] = ways
  const until = (attempt.asked?.question as { until?: number } | undefined)?.until ?? now
  const isOpen = attempt.endedAt === null && attempt.expiresAt > now && attempt.triesLeft > 0
  const held = heldOf(app, attempt, enrolments, way)
  const code = attempt.sends > 0 ? await codeState(app, attempt) : null
  return {
    way,
    others,
    // An app that was taken over from another system may have longer codes; then none goes off too soon.
    digits:
      way === 'totp' ? Math.max(...held.map(({ state }) => digitsIn(state))) : digitsOf(attempt),
    ...whereTo(app, attempt, enrolments, way, standing),
    isMute,
    sent: attempt.sends > 0 && (attempt.asked === null || attempt.asked.kind === way),
    minutesLeft: Math.max(0, Math.ceil((until - now) / 60_000)),
    told: code?.told ?? {},
    isLive: code?.isLive ?? false,
    resendIn: Math.max(0, Math.ceil((attempt.nextSendAt - now) / 1000)),
    canResend: isOpen && attempt.sends < app.config.limits.codeSends,
    noMail: way === 'recovery' && others.length === 0 ? noMail(app, enrolments, closedUntil) : null,
    options:
      way === 'passkey'
        ? toShow(
            held.map(({ state }) => state),
            toolsFor(app, attempt, now),
          )
        : null,
    apps: way === 'totp' ? held.map(({ enrolment }) => enrolment?.name ?? '') : [],
  }
}

/** The way that is shown when nobody wishes another. */
export async function firstWay(app: App, visit: Visit, attempt: Attempt): Promise<FactorKind> {
  if (attempt.asked) return attempt.asked.kind as FactorKind
  const enrolments = await enrolmentsOf(app.db, attempt.accountId)
  const { ways } = await waysNow(app, visit, attempt, enrolments, null)
  return ways[0] ?? 'recovery'
}

/** The ways there are: the one to show first, and then the strongest first. */
async function waysNow(
  app: App,
  visit: Visit,
  attempt: Attempt,
  enrolments: readonly Enrolment[],
  wished: FactorKind | null,
): Promise<{
  readonly ways: readonly FactorKind[]
  /** Whose they are; `null` where that does not matter. */
  readonly account: Account | null
  readonly closedUntil: Date | null
  readonly isMute: boolean
}> {
  const isMute = await isMuteNow(app, attempt, enrolments)
  if (provesDraft.includes(attempt.purpose)) {
    const ways = kinds.filter((kind) => heldOf(app, attempt, [], kind).length > 0)
    return { ways, account: null, closedUntil: null, isMute }
  }
  const account = await findAccount(app.db, attempt.accountId)
  if (!account) return { ways: [], account, closedUntil: null, isMute }
  const now = app.now()
  const closed = mailboxWait(app, attempt, account, now)
  const how = { skips: isForPolicy(attempt) }
  const standing = await standingWith(app, app.db, account, enrolments, how)
  const due = waysOf(attempt.purpose, { ...standing, isFromMail: closed > 0 })
  const ways = isMute ? muteLast(due) : due
  const device = await knownDevice(app.db, visit, attempt.accountId, now)
  const usual = [device?.lastFactor, account.preferredFactor].filter(
    (kind) => !(isMute && kind === 'sms'),
  )
  const wishes = [wished, attempt.asked?.kind, ...usual]
  const first = wishes.flatMap((kind) => ways.find((way) => way === kind) ?? [])[0]
  return {
    ways: first ? [first, ...ways.filter((way) => way !== first)] : ways,
    account,
    closedUntil: closed > 0 ? new Date(now + closed) : null,
    isMute,
  }
}

function noMail(
  { config }: App,
  enrolments: readonly Enrolment[],
  closedUntil: Date | null,
): NoMail | null {
  const own = (wanted: FactorKind) =>
    isAllowed(config, wanted) ? enrolments.find(({ kind }) => kind === wanted) : undefined
  const [mail, number] = [own('email'), own('sms')]
  if (mail && mail.disabledAt === null) return closedUntil && { why: 'reset', until: closedUntil }
  if (mail) return { why: 'disabled' }
  return number && number.disabledAt !== null ? { why: 'sms_disabled' } : null
}
