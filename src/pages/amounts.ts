import type { Language } from '../lib/language.ts'

const made = new Map<string, Intl.NumberFormat>()

/** Digits as in codes, in every language. */
function format(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const name = `${language} ${JSON.stringify(options)}`
  let found = made.get(name)
  if (!found) made.set(name, (found = new Intl.NumberFormat(`${language}-u-nu-latn`, options)))
  return found
}

/** A number of things: `12,345`. */
export const amountText = (language: Language, amount: number): string =>
  format(language, {}).format(amount)

/** How much of a whole it is: `97.5%`. */
export const shareText = (language: Language, part: number, whole: number): string =>
  format(language, { style: 'percent', maximumFractionDigits: 1 }).format(part / whole)

/** A sum of money, from millionths of a currency (ISO 4217): `€0.0712`. */
export const moneyText = (language: Language, currency: string, millionths: number): string =>
  format(language, { style: 'currency', currency, maximumFractionDigits: 4 }).format(
    millionths / 1_000_000,
  )

/** How long something took, from milliseconds: `0.8 sec`, `2.5 min`, `3 hr`. */
export function spanText(language: Language, ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 90) return inUnit(language, 'second', seconds)
  const minutes = seconds / 60
  return minutes < 90 ? inUnit(language, 'minute', minutes) : inUnit(language, 'hour', minutes / 60)
}

const inUnit = (language: Language, unit: string, amount: number): string =>
  format(language, { style: 'unit', unit, maximumFractionDigits: amount < 10 ? 1 : 0 }).format(
    amount,
  )

const names = new Map<Language, Intl.DisplayNames>()

/** A country (ISO 3166-1 alpha-2) as people of that language call it. */
export function countryName(language: Language, code: string): string {
  let found = names.get(language)
  if (!found) names.set(language, (found = new Intl.DisplayNames(language, { type: 'region' })))
  try {
    return found.of(code) ?? code
  } catch {
    // What is no code at all.
    return code
  }
}
