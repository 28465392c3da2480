import type { App } from '../app.ts'
import { maskEmail } from '../lib/email.ts'
import type { Account } from '../store/accounts.ts'
import { findAgain, type Attempt } from '../store/attempts.ts'
import { enrolmentsOf } from '../store/enrolments.ts'
import { heldOf } from './ask.ts'
import { digitsOf, mailboxWait } from './attempt.ts'

/** Where asking for a code stands, as the person may know it. */
type CodeStep = {
  readonly digits: number
  /** A new address is shown whole: it was typed here, maybe wrongly. */
  readonly maskedTo: string
  readonly sent: boolean
  readonly minutesLeft: number
  /** Seconds. */
  readonly resendIn: number
  readonly canResend: boolean
  /** A recovery code will do as well. */
  readonly otherWay: boolean
  /** Why a code by mail does not do: the mailbox was shown already (until when), or it was guessed at. */
  readonly noMail: NoMail | null
}

type NoMail = { readonly why: 'reset'; readonly until: Date } | { readonly why: 'disabled' }

/** `account` is asked for where it signs in. */
export async function codeStep(
  app: App,
  before: Attempt,
  account: Account | null = null,
): Promise<CodeStep> {
  const now = app.now()
  // An answer since may have used up its last try, or ended it.
  const attempt = (await findAgain(app.db, before)) ?? before
  const enrolments = await enrolmentsOf(app.db, attempt.accountId)
  const held = heldOf(attempt, enrolments, 'email')?.state as { to: string } | undefined
  const until = (attempt.asked?.question as { until?: number } | undefined)?.until ?? now
  const isOpen = attempt.endedAt === null && attempt.expiresAt > now && attempt.triesLeft > 0
  return {
    digits: digitsOf(attempt),
    maskedTo: held ? shownTo(attempt, held.to) : '',
    sent: attempt.sends > 0,
    minutesLeft: Math.max(0, Math.ceil((until - now) / 60_000)),
    resendIn: Math.max(0, Math.ceil((attempt.nextSendAt - now) / 1000)),
    canResend: isOpen && attempt.sends < app.config.limits.codeSends,
    otherWay: heldOf(attempt, enrolments, 'recovery') !== null,
    noMail: noMail(held !== undefined, account ? mailboxWait(app, attempt, account, now) : 0, now),
  }
}

const shownTo = ({ purpose }: Attempt, address: string): string =>
  purpose === 'new-email' ? address : maskEmail(address)

function noMail(isUsable: boolean, wait: number, now: number): NoMail | null {
  if (!isUsable) return { why: 'disabled' }
  return wait > 0 ? { why: 'reset', until: new Date(now + wait) } : null
}
