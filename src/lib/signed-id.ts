import { same } from './random.ts'
import { keyedHash, keyIdOf, type Keys } from './seal.ts'

/**
 * A name that stands in an address of ours: an id, and 256 bits that only we can make. Nothing is kept
 * for it. `place`: what it is good for, so that it is good for nothing else.
 */
export const signId = (keys: Keys, place: string, id: string): string =>
  `${id}.${keyedHash(keys, place, id)}`

/** The id in such a name, if it is like `shape` as a whole; `null` when it is not one of ours. */
export function idIn(keys: Keys, place: string, shape: RegExp, name: string): string | null {
  const [, id, hash] = /^([^.]+)\.([0-9a-z]{8}\.[\w-]{43})$/.exec(name) ?? []
  if (!id || !hash || !shape.test(id)) return null
  if (!keys.some((key) => key.id === keyIdOf(hash))) return null
  return same(hash, keyedHash(keys, place, id, keyIdOf(hash))) ? id : null
}
