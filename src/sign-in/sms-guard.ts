import type { Account } from '../store/accounts.ts'
import type { Attempt } from '../store/attempts.ts'
import type { Refusal } from './attempt.ts'
import type { Change } from './change.ts'
import { reaches, smsOffer } from './sms-offer.ts'

/**
 * Why no text message with a code may go to this number now; `null` when one may. In a transaction. What
 * is counted per number, address, account and prefix is in `smsSends` (rules.ts), and held by who asks.
 */
export async function whyNoSms(
  { app, db }: Change,
  _account: Pick<Account, 'id'>,
  _attempt: Pick<Attempt, 'purpose'>,
  to: string,
): Promise<Refusal | null> {
  const offer = await smsOffer(app, db)
  if (!offer) return { refused: 'sms_stopped' }
  return reaches(offer, to) ? null : { refused: 'sms_country' }
}
