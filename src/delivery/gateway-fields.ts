import { isIP } from 'node:net'
import { z } from 'zod'
import { isCountry } from '../lib/phone.ts'
import { isPublic } from '../lib/public-address.ts'
import { cleanName } from '../lib/text.ts'
import { readMoney } from './money.ts'

/** What can be wrong with a field of a route or of the rules. Each has its words in `pages/texts`. */
export type FieldFault =
  | 'missing'
  | 'too_long'
  | 'bad_text'
  | 'wrong_value'
  | 'unknown_field'
  | 'bad_host'
  | 'private_host'
  | 'bad_port'
  | 'bad_countries'
  | 'bad_price'
  | 'bad_sum'
  | 'bad_count'
  | 'bad_currency'
  | 'name_taken'
  | 'secret_again'
  | 'unknown_recipe'
  | 'bad_recipe'
  | 'only_pattern'
  | 'unpriced'

/** A field by what it is read with: the code says what is wrong when that gives `null`. */
const read = <T>(code: FieldFault, parse: (value: unknown) => T | null) =>
  z.unknown().transform((value, context) => {
    const result = value === undefined || value === '' ? null : parse(value)
    if (result !== null) return result
    context.addIssue(value === undefined || value === '' ? 'missing' : code)
    return z.NEVER
  })

const isText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value.length <= most

/** A line that is sent as it is, or nothing. */
export const line = (most: number) =>
  z
    .string()
    .max(most, 'too_long')
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]*$/u, 'bad_text')

/** The same, and never nothing. */
export const filled = (most: number) => line(most).min(1, 'missing')

export const ownName = read('bad_text', (value) =>
  isText(value, 800) ? cleanName(value, 50) : null,
)

export const port = read('bad_port', (value) => wholeIn(value, 1, 65_535))

export const count = read('bad_count', (value) => wholeIn(value, 0, 1_000_000))

function wholeIn(value: unknown, least: number, most: number): number | null {
  const number = isText(value, 9) && /^\d+$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number)) return null
  return least <= number && number <= most ? number : null
}

const money = (code: FieldFault) =>
  read(code, (value) => {
    const text = typeof value === 'number' ? plain(value) : value
    return isText(text, 20) ? readMoney(text) : null
  })

// Not 1e-7, which is no sum of money.
const plain = (value: number): string => value.toFixed(7).replace(/\.?0+$/, '')

export const sum = z.union([z.null(), money('bad_sum')])

export const currency = read('bad_currency', (value) =>
  isText(value, 3) && currencies.has(value) ? value : null,
)

const currencies = new Set(Intl.supportedValuesOf('currency'))

/** Each once, in the order they come. */
export const countryList = read('bad_countries', (value): readonly string[] | null =>
  Array.isArray(value) && value.length <= 300 && value.every(isCode) ? [...new Set(value)] : null,
)

const isCode = (value: unknown): value is string => isText(value, 2) && isCountry(value)

/** By country, or `*` for everywhere else. */
export const prices = z
  .record(z.string(), money('bad_price'))
  .refine((all) => Object.keys(all).every((key) => key === '*' || isCode(key)), 'bad_countries')

export const host = (mayBePrivate: boolean) =>
  read('bad_host', (value) =>
    isText(value, 253) && (isIP(value) !== 0 || hostName.test(value)) ? value : null,
  ).refine((value) => mayBePrivate || !isPrivate(value), 'private_host')

const hostName = /^(?:[a-z0-9-]+\.)*[a-z0-9-]*[a-z-][a-z0-9-]*$/i

/** As far as its name tells: where it leads to is looked at when it is connected to. */
export const isPrivate = (name: string): boolean =>
  isIP(name) === 0 ? /(^|\.)localhost\.?$/i.test(name) : !isPublic(name)
