import type { Keys } from '../lib/seal.ts'
import { idIn, signId } from '../lib/signed-id.ts'

/**
 * What stands in the link "this was not me" of a message. Nothing is kept for it, so that a message with
 * it costs no more than one without.
 */
export const notMeToken = (keys: Keys, messageId: string): string => signId(keys, PLACE, messageId)

/** The id of the message this link stands in; `null` when it is not a link of ours. */
export const messageIn = (keys: Keys, token: string): string | null =>
  idIn(keys, PLACE, /^[0-9a-f]{32}$/, token)

const PLACE = 'not-me'
