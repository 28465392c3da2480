import { parseEmail } from '../../lib/email.ts'
import { isLanguage, type Language } from '../../lib/language.ts'
import { isCountry, parseInternational, parsePhone } from '../../lib/phone.ts'
import { cleanName } from '../../lib/text.ts'
import type { LoginCode, Privilege } from '../../store/tables.ts'

/** The columns of a file of accounts. Of the others an export has, none is read. */
export const needed = ['login', 'name', 'country'] as const
export const optional = ['language', 'phone', 'privilege', 'main', 'login_code'] as const
export const onlyExported = ['id', 'state', 'factors', 'created', 'last_seen'] as const

export type Column = (typeof needed)[number] | (typeof optional)[number]
export type Cells = Readonly<Record<Column, string>>

/** What is wrong with a line by itself. */
export type LineFault =
  | 'unfit'
  | 'bad_login'
  | 'bad_name'
  | 'bad_country'
  | 'bad_language'
  | 'bad_phone'
  | 'bad_privilege'
  | 'bad_main'
  | 'bad_login_code'

/** A line as it is meant. `undefined`: the cell is empty, and what is there stays as it is. */
export type ReadLine = {
  readonly email: string
  readonly login: string
  readonly name: string
  readonly country: string
  readonly language: Language | undefined
  readonly phone: string | undefined
  readonly privilege: Privilege | null | undefined
  /** The login of the main account. */
  readonly main: string | undefined
  readonly code: LoginCode | null | undefined
}

const privileges: Readonly<Record<string, Privilege | null>> = {
  none: null,
  support: 'support',
  manage: 'manage',
  operator: 'operator',
}

const codes: Readonly<Record<string, LoginCode | null>> = {
  off: null,
  email: 'email',
  sms: 'sms',
  both: 'both',
  app: 'app',
}

/** The first thing that is wrong with it, if anything is. Pure. */
export function readLine(given: Cells | null): ReadLine | { readonly fault: LineFault } {
  if (given === null) return { fault: 'unfit' }
  const cells = mapValues(given, unmarked)
  const email = parseEmail(cells.login)
  if (!email) return { fault: 'bad_login' }
  const name = cleanName(cells.name)
  if (name === null) return { fault: 'bad_name' }
  const country = cells.country.toUpperCase()
  if (!isCountry(country)) return { fault: 'bad_country' }
  const language = cells.language === '' ? undefined : cells.language
  if (language !== undefined && !isLanguage(language)) return { fault: 'bad_language' }
  const phone = cells.phone === '' ? undefined : numberIn(cells.phone, country)
  if (phone === null) return { fault: 'bad_phone' }
  const privilege = wordIn(privileges, cells.privilege)
  if (privilege === UNKNOWN) return { fault: 'bad_privilege' }
  const main = cells.main === '' ? undefined : parseEmail(cells.main)?.canonical
  if (cells.main !== '' && main === undefined) return { fault: 'bad_main' }
  const code = wordIn(codes, cells.login_code)
  if (code === UNKNOWN) return { fault: 'bad_login_code' }
  const { address, canonical: login } = email
  return {
    email: address,
    login,
    name,
    country,
    language,
    phone,
    privilege,
    main,
    code,
  }
}

/** What could be a formula stands behind a mark in what we export. Pure. */
const unmarked = (text: string): string => (MARKED.test(text) ? text.slice(1) : text)
const MARKED = /^'[=+\-@＝＋－＠]/u

const mapValues = (cells: Cells, change: (text: string) => string): Cells =>
  Object.fromEntries(Object.entries(cells).map(([name, text]) => [name, change(text)])) as Cells

/** E.164, as it is dialled there or in international form; `null` for what is none. */
function numberIn(text: string, country: string): string | null {
  const parsed = parsePhone(text, country)
  return 'e164' in parsed ? parsed.e164 : parseInternational(text)
}

const UNKNOWN = Symbol('unknown')

/** '' is nothing said. */
function wordIn<T>(
  words: Readonly<Record<string, T>>,
  text: string,
): T | undefined | typeof UNKNOWN {
  const word = text.toLowerCase()
  if (word === '') return undefined
  return Object.hasOwn(words, word) ? words[word] : UNKNOWN
}
