import type { Random } from '../lib/random.ts'
import { seal, unseal, type Keys } from '../lib/seal.ts'

/** What a message says, as it is kept until it is sent. It opens only in the message it is for. */
export const sealBody = (keys: Keys, random: Random, id: string, body: unknown): string =>
  seal(keys, random, placeOf(id), JSON.stringify(body))

/** Throws when its key is gone, or it was changed or belongs to another message. */
export const openBody = (keys: Keys, id: string, sealed: string): unknown =>
  JSON.parse(unseal(keys, placeOf(id), sealed))

const placeOf = (id: string): string => `message:${id}`
