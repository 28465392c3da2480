import type { Config } from '../config.ts'
import type { DeviceToken } from '../sign-in/device.ts'

/** What a browser sent; a name that came twice is left out, since one of the two is not ours. */
export function readCookies(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>()
  const doubled = new Set<string>()
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=')
    if (at < 0) continue
    const name = pair.slice(0, at).trim()
    if (cookies.has(name)) doubled.add(name)
    cookies.set(name, pair.slice(at + 1).trim())
  }
  for (const name of doubled) cookies.delete(name)
  return cookies
}

type Name = 'session' | 'attempt' | 'passkey' | 'language' | `device-${string}`

/** Over https a browser takes these names from us alone (RFC 6265bis §4.1.3.2). */
export const cookieName = ({ secure }: Config, name: Name): string =>
  secure ? `__Host-${name}` : name

/** The value of `Set-Cookie`. Without `seconds` it lasts as long as the browser runs. */
export function cookie(config: Config, name: Name, value: string, seconds?: number): string {
  const lasts = seconds === undefined ? '' : `; Max-Age=${seconds}`
  const safe = config.secure ? '; Secure' : ''
  return `${cookieName(config, name)}=${value}; Path=/; HttpOnly; SameSite=Lax${safe}${lasts}`
}

export const noCookie = (config: Config, name: Name): string => cookie(config, name, '', 0)

/** In seconds. */
export const YEAR = 365 * 24 * 60 * 60
/** A browser keeps its device tokens for this many accounts; more would make every request long. */
const MOST_DEVICES = 10

/** Keeps a device's token, and lets go of others when there are too many. */
export function deviceCookies(
  config: Config,
  token: DeviceToken | null,
  held: ReadonlyMap<string, string>,
): string[] {
  if (!token) return []
  const others = [...held.keys()].filter((tag) => tag !== token.tag)
  return [
    cookie(config, `device-${token.tag}`, token.value, YEAR),
    ...others.slice(MOST_DEVICES - 1).map((tag) => noCookie(config, `device-${tag}`)),
  ]
}
