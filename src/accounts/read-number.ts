import { parsePhone } from '../lib/phone.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { reaches, type SmsOffer } from '../sign-in/sms-offer.ts'
import type { FieldCode } from './new-account.ts'

export type TypedNumber = { readonly country: string; readonly phone: string }
export type NumberProblems = Readonly<Partial<Record<keyof TypedNumber, FieldCode>>>

/**
 * A number that is to get codes, as E.164; or what is wrong with what was typed, or why it gets none.
 * `own`: the one that gets them now. Pure.
 */
export function readNumber(
  offer: SmsOffer,
  { country, phone }: TypedNumber,
  own: string | null,
): { readonly to: string } | { readonly problems: NumberProblems } | Refusal {
  const isMissing = phone.trim() === ''
  const wrong = isMissing ? { phone: 'missing' as const } : {}
  if (!offer.countries.includes(country))
    return { problems: { country: country === '' ? 'missing' : 'bad_country', ...wrong } }
  if (isMissing) return { problems: wrong }
  const parsed = parsePhone(phone, country)
  if ('problem' in parsed) return { problems: { phone: parsed.problem } }
  if (parsed.e164 === own) return { problems: { phone: 'phone_yours' } }
  // A calling code is shared by several countries, and only some of them are listed.
  return reaches(offer, parsed.e164) ? { to: parsed.e164 } : { refused: 'sms_country' }
}
