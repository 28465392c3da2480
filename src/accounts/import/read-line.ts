import { parseEmail } from '../../lib/email.ts'
import { isLanguage, type Language } from '../../lib/language.ts'
import { isCountry, parsePhone } from '../../lib/phone.ts'
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
export function readLine(cells: Cells | null): ReadLine | { readonly fault: LineFault } {
  if (cells === null) return { fault: 'unfit' }
  const email = parseEmail(cells.login)
  if (!email) return { fault: 'bad_login' }
  const name = cleanName(cells.name)
  if (name === null) return { fault: 'bad_name' }
  const country = cells.country.toUpperCase()
  if (!isCountry(country)) return { fault: 'bad_country' }
  const language = cells.language === '' ? undefined : cells.language
  if (language !== undefined && !isLanguage(language)) return { fault: 'bad_language' }
  const number = cells.phone === '' ? undefined : parsePhone(cells.phone, country)
  if (number !== undefined && !('e164' in number)) return { fault: 'bad_phone' }
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
    phone: number?.e164,
    privilege,
    main,
    code,
  }
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
