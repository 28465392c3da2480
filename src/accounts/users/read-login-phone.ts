import { parseInternational, parsePhone } from '../../lib/phone.ts'

/**
 * A number that an administrator has typed for somebody, as E.164: as it is dialled in their country, or in
 * international form, wherever it is at home. '' is none. Pure.
 */
export function readLoginPhone(
  typed: string,
  country: string,
): { readonly phone: string | null } | { readonly problem: 'bad_phone' | 'phone_country' } {
  if (typed.trim() === '') return { phone: null }
  const read = parsePhone(typed, country)
  if ('e164' in read) return { phone: read.e164 }
  const abroad = parseInternational(typed)
  return abroad === null ? read : { phone: abroad }
}
