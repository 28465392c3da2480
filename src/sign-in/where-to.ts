import type { App } from '../app.ts'
import type { FactorKind } from '../factors/factor.ts'
import { sentTo } from '../factors/sent-code.ts'
import { maskEmail } from '../lib/email.ts'
import { maskPhone, shownPhone } from '../lib/phone.ts'
import type { Account } from '../store/accounts.ts'
import type { Attempt } from '../store/attempts.ts'
import type { Enrolment } from '../store/enrolments.ts'
import { alsoTo, heldOf } from './ask.ts'
import { whyMute } from './reach.ts'

/** Is there a number to answer with, to which nothing can be sent? */
export async function isMuteNow(
  app: App,
  attempt: Attempt,
  enrolments: readonly Enrolment[],
): Promise<boolean> {
  const [number] = heldOf(app, attempt, enrolments, 'sms')
  if (!number) return false
  const account = { id: attempt.accountId }
  return (await whyMute(app, app.db, account, sentTo(number.state))) !== null
}

/** What can be shown at once stands before a code that cannot be sent. */
export const muteLast = (ways: readonly FactorKind[]): FactorKind[] => [
  ...ways.filter((way) => way !== 'sms' && way !== 'recovery'),
  ...ways.filter((way) => way === 'sms' || way === 'recovery'),
]

/** Whole where it was typed here, maybe wrongly; else enough to know it again. */
export type Whither = {
  /** The address, '' where no mail is sent. */
  readonly maskedTo: string
  /** The number, '' where no text message is sent. */
  readonly maskedPhone: string
}

/**
 * Where the code that is asked for in this way goes, or went, as the person may know it. `isMute`: the
 * number gets none now.
 */
export function whereTo(
  app: App,
  attempt: Attempt,
  enrolments: readonly Enrolment[],
  way: FactorKind,
  { account, isMute }: { readonly account: Account | null; readonly isMute: boolean },
): Whither {
  const held = (kind: FactorKind): string | null => {
    const [first] = heldOf(app, attempt, enrolments, kind)
    return first ? sentTo(first.state) : null
  }
  const both = account && alsoTo(app, attempt, account, enrolments, way)
  const went = attempt.asked?.kind === way ? attempt.asked.by : undefined
  const mail = way === 'email' && went?.includes('email') !== false ? held('email') : null
  const goesToNumber = went?.includes('sms') ?? !isMute
  const also = goesToNumber ? both : null
  const phone = way === 'sms' ? held('sms') : also
  return {
    maskedTo: mail === null ? '' : shownTo(attempt, mail),
    maskedPhone: phone === null ? '' : shownNumber(attempt, phone),
  }
}

const shownTo = ({ purpose }: Attempt, address: string): string =>
  purpose === 'new-email' ? address : maskEmail(address)

const shownNumber = ({ purpose, draft }: Attempt, number: string): string =>
  purpose === 'protect' || purpose === 'add-factor' || draft?.['typed'] === true
    ? shownPhone(number)
    : maskPhone(number)
