import type { App } from '../app.ts'
import { maskEmail } from '../lib/email.ts'
import { findAgain, type Attempt } from '../store/attempts.ts'
import { enrolmentsOf } from '../store/enrolments.ts'
import { heldOf } from './ask.ts'
import { digitsOf } from './attempt.ts'

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
}

export async function codeStep(app: App, before: Attempt): Promise<CodeStep> {
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
  }
}

const shownTo = ({ purpose }: Attempt, address: string): string =>
  purpose === 'new-email' ? address : maskEmail(address)
