import type { App } from '../app.ts'
import { isLoopback } from '../lib/address.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'

/**
 * Refuses what was not sent by a page of ours: browsers say where a request comes from
 * (Sec-Fetch-Site), older ones at least the origin of a post. What says neither is refused too.
 */
export function sameSite(app: App) {
  const isOurs = originsOf(app)
  return (c: Ctx): void => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return
    const origin = c.req.header('origin')
    const site = c.req.header('sec-fetch-site')
    const ok = site ? site === 'same-origin' : origin !== undefined && isOurs(origin)
    if (!ok || (origin !== undefined && !isOurs(origin))) throw new Refused(403, 'cross_site')
  }
}

/**
 * Refuses requests that were meant for another name: else a name that somebody points at this
 * machine would share its pages with them (DNS rebinding).
 */
export function ownHost(app: App) {
  const isOurs = originsOf(app)
  const scheme = new URL(app.config.publicUrl).protocol
  return (c: Ctx): void => {
    const host = c.req.header('host')
    if (host === undefined || !isOurs(`${scheme}//${host}`)) throw new Refused(421, 'wrong_host')
  }
}

/** Our public origin; and on loopback its other spellings, under whatever port we listen on. */
function originsOf({ config }: App): (origin: string) => boolean {
  const own = new URL(config.publicUrl).origin
  const local = isLoopback(config.host) && isLoopback(new URL(config.publicUrl).hostname)
  return (origin) => {
    if (origin === own) return true
    const url = URL.parse(origin)
    if (!url || url.origin === 'null') return false
    if (url.origin === own) return true
    return local && url.protocol === 'http:' && isLoopback(url.hostname.replace(/^\[|\]$/g, ''))
  }
}
