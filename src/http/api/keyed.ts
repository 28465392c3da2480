import type { Scope } from '../../accounts/keys/key.ts'
import { useKey, type KeyInUse } from '../../accounts/keys/use-key.ts'
import type { Door } from '../door.ts'
import { Refused } from '../refused.ts'
import type { Ctx } from '../request.ts'

/** Looks at the key that the program shows. In the header and nowhere else (RFC 6750 §2.1). */
export async function keyed({ app }: Door, c: Ctx): Promise<KeyInUse> {
  const [, shown] = /^Bearer +([\x21-\x7e]+)$/i.exec(c.req.header('authorization') ?? '') ?? []
  if (shown === undefined) throw noKey('Bearer')
  const found = await useKey(app, shown, c.var.ask.visit.address)
  if ('wait' in found)
    throw new Refused(429, 'too_often', { 'Retry-After': String(Math.ceil(found.wait / 1000)) })
  if ('none' in found) throw noKey('Bearer error="invalid_token"')
  c.set('key', found)
  return found
}

/** The key that this request was let in with, if it is for that. */
export function keyFor(c: Ctx, needed: Scope): KeyInUse {
  const { key } = c.var
  if (key?.scopes.includes(needed)) return key
  const challenge = `Bearer error="insufficient_scope", scope="${needed}"`
  throw new Refused(403, 'scope_missing', { 'WWW-Authenticate': challenge })
}

export const noKey = (challenge: string): Refused =>
  new Refused(401, 'key_needed', { 'WWW-Authenticate': challenge })
