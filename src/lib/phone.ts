import {
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
  PhoneNumber,
  type CountryCode,
} from 'libphonenumber-js/max'
import { asciiDigits } from './code-input.ts'

// Numbers that charge whoever calls or is called, or ring nowhere: nobody's mobile number, and a
// way to make us pay. Personal numbers (+44 70) are passed on, and cost like premium ones. VOIP stays:
// it is somebody's telephone at the usual price, and some of them get text messages.
const nobodys = [
  'PREMIUM_RATE',
  'SHARED_COST',
  'TOLL_FREE',
  'UAN',
  'VOICEMAIL',
  'PAGER',
  'PERSONAL_NUMBER',
]

/**
 * A telephone number, national or international, in the digits of any script, as E.164. It must be
 * a number that can exist (by the full tables; the small ones mostly count digits) and fit the
 * country, ISO 3166-1 alpha-2, also where a calling code is shared (+1, +7, +44, +358 …).
 */
export function parsePhone(
  text: string,
  country: string,
): { e164: string } | { problem: 'bad_phone' | 'phone_country' } {
  if (!isSupportedCountry(country)) return { problem: 'phone_country' }
  const typed = readable(text)
  const options = { defaultCountry: country, extract: false }
  const number = typed === null ? undefined : parsePhoneNumberFromString(typed, options)
  if (!number?.isValid() || nobodys.includes(number.getType()!)) return { problem: 'bad_phone' }
  return fits(number, country) ? { e164: number.number } : { problem: 'phone_country' }
}

/** The same for a number in international form, wherever it is at home; `null` for what is none. */
export function parseInternational(text: string): string | null {
  const typed = readable(text)?.replace(/^00/, '+') ?? ''
  const number = parsePhoneNumberFromString(typed, { extract: false })
  return number?.isValid() && !nobodys.includes(number.getType()!) ? number.number : null
}

/** What was typed in plain digits and signs, or null where there is more than a number. */
function readable(text: string): string | null {
  if (text.length > 64) return null
  const seen = text.normalize('NFKC').replace(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '')
  const typed = asciiDigits(seen)
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .trim()
  return /^\+?[\d\s().\-/]{3,40}$/.test(typed) ? typed : null
}

/** A number can be at home in several countries: a mobile of Åland looks like one of Finland. */
function fits(number: PhoneNumber, country: CountryCode): boolean {
  if (number.countryCallingCode !== getCountryCallingCode(country)) return false
  const there = new PhoneNumber(number.number)
  there.country = country
  return there.isValid()
}

/** A number as people read it, in international form: `+351 912 345 678`. */
export const shownPhone = (e164: string): string =>
  parsePhoneNumberFromString(e164)?.formatInternational() ?? e164

/**
 * Of a number in E.164: where it is at home (ISO 3166-1 alpha-2; `null` where it is nowhere in
 * particular), and the digits it begins with: the calling code and three more. Operators give out
 * numbers in blocks of about that size, and those who are paid for messages to them hold such blocks.
 */
export function aboutNumber(e164: string): { country: string | null; prefix: string } {
  const number = parsePhoneNumberFromString(e164)
  const code = number?.countryCallingCode ?? e164.slice(1, 4)
  return {
    country: number?.country ?? null,
    prefix: `+${code}${e164.slice(code.length + 1, code.length + 4)}`,
  }
}

/** What numbers of these countries begin with (`+351`), each once; several countries share some. */
export const callingCodes = (all: readonly string[]): string[] => [
  ...new Set(
    all
      .filter((country) => isSupportedCountry(country))
      .map((country) => `+${getCountryCallingCode(country)}`),
  ),
]

/** What kind of number it is, as far as its digits tell. */
export function kindOfNumber(e164: string): 'mobile' | 'fixed' | 'either' | 'other' {
  const type = parsePhoneNumberFromString(e164)?.getType()
  if (type === 'MOBILE') return 'mobile'
  if (type === 'FIXED_LINE') return 'fixed'
  return type === 'FIXED_LINE_OR_MOBILE' ? 'either' : 'other'
}

/** Enough to know it again, and no more: `+351 ••• ••• 678`. */
export const maskPhone = (e164: string): string => {
  const shown = shownPhone(e164)
  const last = shown.length - 3
  const start = shown.indexOf(' ') + 1
  return shown.slice(0, start) + shown.slice(start, last).replace(/\d/g, '•') + shown.slice(last)
}

/** Whether it is in our list: ISO 3166-1 alpha-2, and beside it XK, AC and TA, which have phones. */
export const isCountry = (code: string): boolean => isSupportedCountry(code)

/** Every country that has telephone numbers, named and sorted as people of that language do. */
export function countries(language: string): { code: string; name: string }[] {
  const names = new Intl.DisplayNames(language, { type: 'region' })
  const { compare } = new Intl.Collator(language)
  return getCountries()
    .map((code) => ({ code, name: names.of(code) ?? code }))
    .sort((a, b) => compare(a.name, b.name))
}
