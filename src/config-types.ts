import { isIP } from 'node:net'
import { z } from 'zod'
import { isLoopback, parseProxies, type Proxies } from './lib/address.ts'
import { parseEmail } from './lib/email.ts'
import { cleanName } from './lib/text.ts'

// What is said against a value does not repeat it: some of them hold passwords.

/** A type made of a function that gives null for what it cannot read. */
const read = <T>(what: string, problem: string, parse: (text: string) => T | null) =>
  z
    .string()
    .transform((text, context) => {
      const value = parse(text)
      if (value !== null) return value
      context.addIssue(problem)
      return z.NEVER
    })
    .describe(what)

/** A plain whole number between the two, both allowed. */
export const whole = (low: number, high: number, unit: string) =>
  z
    .string()
    .regex(/^(0|[1-9]\d{0,8})$/, `must be a whole number of ${unit}, in digits only`)
    .transform(Number)
    .refine((value) => low <= value && value <= high, `must be from ${low} to ${high} ${unit}`)
    .describe(`${unit}, ${low} to ${high}`)

export const choice = <const T extends readonly string[]>(...names: T) =>
  z.enum(names, `must be one of: ${names.join(', ')}`).describe(names.join(', ')) as z.ZodType<
    T[number],
    string
  >

export const yesNo = z
  .enum(['yes', 'no'], 'must be yes or no')
  .transform((text) => text === 'yes')
  .describe('yes, no')

export const filePath = read('path', 'must be a path', (text) =>
  /^[^\0]*[^\0\s][^\0]*$/.test(text) ? text : null,
)

const hostName = /^(?=.{1,253}$)(?:[a-z0-9-]+\.)*[a-z0-9-]*[a-z-][a-z0-9-]*$/i

export const host = read(
  'IP address or host name',
  'must be an IP address or a host name',
  (text) => (isIP(text) || hostName.test(text) ? text : null),
)

/** The origin of a web address: no path, query or credentials, the usual port left out. */
export const webOrigin = read(
  'http or https address',
  'must be an http or https address of a host, with nothing behind it',
  (text) => {
    const url = URL.parse(text)
    if (!url || !['http:', 'https:'].includes(url.protocol)) return null
    const bare = url.pathname + url.search + url.hash + url.username + url.password === '/'
    return bare && !/[\s?#@\\]/.test(text) ? url.origin : null
  },
)

export const databaseUrl = read(
  'sqlite: or postgres:// address',
  'must be sqlite: and a path, or a postgres:// address',
  (text) => (/^sqlite:[^\s\0]/.test(text) || postgres(text) ? text : null),
)

const postgres = (text: string): boolean =>
  ['postgres:', 'postgresql:'].includes(URL.parse(text)?.protocol ?? '') && text.includes('://')

export const smtpUrl = read(
  'smtp:// or smtps:// address',
  'must be smtp:// or smtps://, with a host, and with user:password@ before it where the server ' +
    'asks for them (signs like @ : / # % in these written as %40 %3A %2F %23 %25)',
  (text) => {
    const url = URL.parse(text)
    if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') return null
    if (/[\s?#]/.test(text) || !['', '/'].includes(url.pathname)) return null
    return [url.username, url.password].every(decodes) ? text : null
  },
)

const decodes = (text: string): boolean => !/%(?![0-9a-f]{2})/i.test(text)

export const dnsName = (what: string) =>
  read(what, `must be a ${what} of letters, digits, dashes and dots`, (text) =>
    hostName.test(text) ? text.toLowerCase() : null,
  )

/** `address` or `Name <address>`; without a name it is null. */
export const sender = read(
  'e-mail address, with or without a name',
  'must be an e-mail address, or a name and an e-mail address between < and >',
  (text) => {
    const [, name, inner] = /^(?:"?([^"<>]+?)"?\s+)?<([^<>]+)>$/.exec(text) ?? []
    const address = parseEmail(inner ?? text)?.address
    const called = name === undefined ? null : cleanName(name)
    return address && (name === undefined || called) ? { name: called, address } : null
  },
)

export const shownName = read('text', 'must be a text of at most 50 characters', (text) =>
  cleanName(text, 50),
)

export const proxies = z
  .string()
  .transform((list, context): Proxies => {
    const parsed = parseProxies(list)
    if ('trusts' in parsed) return parsed
    context.addIssue(parsed.problem)
    return z.NEVER
  })
  .describe('IP addresses and networks, with commas between')

export const noProxies: Proxies = { trusts: () => false }

export const token = read(
  'text',
  'must be 32 to 256 letters, digits and signs without spaces, hard to guess',
  (text) => (/^[!-~]{32,256}$/.test(text) ? text : null),
)

const kinds = ['passkey', 'totp', 'sms', 'email'] as const

export const factorKinds = read(
  `some of: ${kinds.join(', ')}`,
  `must be one or more of: ${kinds.join(', ')}, with commas between`,
  (text) => {
    const named = text.split(',').map((each) => each.trim())
    const known = kinds.filter((kind) => named.includes(kind))
    return known.length === named.length ? known : null
  },
)

/** An authenticator app, and where people get it. */
export type AuthenticatorApp = {
  readonly name: string
  readonly ios: string | null
  readonly android: string | null
}

export const apps = read(
  'names, each with two web addresses, with commas between',
  'must be names, each followed by an https address for iOS and one for Android (or -), with commas between',
  (text): readonly AuthenticatorApp[] | null => {
    const read = text.split(/,\s*/).map(appIn)
    return read.includes(null) ? null : (read as AuthenticatorApp[])
  },
)

function appIn(text: string): AuthenticatorApp | null {
  const [, called = '', ios = '', android = ''] = /^(.+?)\s+(\S+)\s+(\S+)$/.exec(text.trim()) ?? []
  const name = cleanName(called, 50)
  const isAddress = (url: string) => url === '-' || URL.parse(url)?.protocol === 'https:'
  if (!name || !isAddress(ios) || !isAddress(android)) return null
  const orNone = (url: string) => (url === '-' ? null : url)
  return { name, ios: orNone(ios), android: orNone(android) }
}

/** Whether the server at this web or mail address is on this machine. */
export const isHere = (url: string): boolean => isLoopback(URL.parse(url)?.hostname ?? '')
