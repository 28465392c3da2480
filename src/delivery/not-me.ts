import { same } from '../lib/random.ts'
import { keyedHash, keyIdOf, type Keys } from '../lib/seal.ts'

/**
 * What stands in the link "this was not me" of a message: its id, and 256 bits that only we can make.
 * Nothing is kept for it, so that a message with it costs no more than one without.
 */
export const notMeToken = (keys: Keys, messageId: string): string =>
  `${messageId}.${keyedHash(keys, PLACE, messageId)}`

/** The id of the message this link stands in; `null` when it is not a link of ours. */
export function messageIn(keys: Keys, token: string): string | null {
  const [, id, hash] = /^([0-9a-f]{32})\.([0-9a-z]{8}\.[\w-]{43})$/.exec(token) ?? []
  if (!id || !hash || !keys.some((key) => key.id === keyIdOf(hash))) return null
  return same(hash, keyedHash(keys, PLACE, id, keyIdOf(hash))) ? id : null
}

const PLACE = 'not-me'
