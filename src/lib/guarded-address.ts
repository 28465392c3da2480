import type { LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { isPublic } from './public-address.ts'

export type Refusal = 'not_public' | 'not_encrypted'

/** Why nobody may connect to an address, or null. */
export type Guard = (ip: string) => Refusal | null

/** What names mean. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>

/**
 * To the internet only encrypted, where passwords and codes would be read by others; elsewhere as it
 * may be, but only if the operator lets requests go there at all.
 */
export const guardFor =
  (isEncrypted: boolean, mayBePrivate: boolean): Guard =>
  (ip) => {
    if (!isPublic(ip)) return mayBePrivate ? null : 'not_public'
    return isEncrypted ? null : 'not_encrypted'
  }

/**
 * The address in a URL, which is connected to without being looked up, or null where a name stands.
 * A URL has put every spelling (`0x7f.1`, `2130706433`) into one.
 */
export function literalIn(url: URL): string | null {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(host) ? host : null
}

/** For the connection itself, so that a name cannot mean something else a moment after it was checked. */
export const guardedLookup =
  (resolve: Resolve, guard: Guard): LookupFunction =>
  (name, { all }, done) => {
    const look = async () => {
      const found = await resolve(name)
      const allowed = found.filter(({ address }) => guard(address) === null)
      const [first] = allowed
      if (!first) throw new RefusedAddress(guard(found[0]?.address ?? '') ?? 'not_public')
      return all ? () => done(null, allowed) : () => done(null, first.address, first.family)
    }
    look().then(
      (answer) => answer(),
      (error: Error) => done(error, ''),
    )
  }

export class RefusedAddress extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal)
    this.refusal = refusal
  }
}
