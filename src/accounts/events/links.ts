import { keyedHash, keyIdOf, type Keys } from '../../lib/seal.ts'
import type { Chain, Chained, Row } from '../../store/chain.ts'

/** What is hashed of an event beside what is about a person. */
type Bare = Pick<Row, 'id' | 'at' | 'kind' | 'accountId' | 'attemptId' | 'sessionId' | 'deviceId'>

type About = Pick<Row, 'address' | 'userAgent' | 'requestId' | 'detail'>

/**
 * The hash of what is about a person. It outlives that where an account is deleted, and the number of the
 * request, which is random and goes with the rest, keeps it from being found again by guessing. Pure.
 */
export const aboutHashOf = (keys: Keys, event: About, keyId?: string): string =>
  hash(keys, 'event about', [event.address, event.userAgent, event.requestId, event.detail], keyId)

/** What ties an event to the one before, at its place. Pure. */
export const linkOf = (
  keys: Keys,
  before: string,
  event: Bare & Pick<Chained, 'place' | 'aboutHash'>,
  keyId?: string,
): string => {
  const { place, id, at, kind, accountId, attemptId, sessionId, deviceId, aboutHash } = event
  const parts = [before, place, id, at, kind, accountId, attemptId, sessionId, deviceId, aboutHash]
  return hash(keys, 'event link', parts, keyId)
}

type Ends = Omit<Chain, 'seal'>

/** The ends of the chain with what says that we have put them there. Pure. */
export const sealed = (keys: Keys, ends: Ends): Chain => ({ ...ends, seal: sealOf(keys, ends) })

/** Have we put these ends there? Pure. */
export const areOurs = (keys: Keys, chain: Chain): boolean =>
  isOurs(keys, chain.seal, (keyId) => sealOf(keys, chain, keyId))

/**
 * Is an event as it was when it got its place behind one with this link? Where that one is missing (`null`), only
 * what is about a person can be told. Pure.
 */
export function isUnchanged(keys: Keys, before: string | null, event: Chained): boolean {
  if (event.erasedAt === null ? !isAsItWas(keys, event) : !isBlank(event)) return false
  return before === null || isOurs(keys, event.link, (keyId) => linkOf(keys, before, event, keyId))
}

const isAsItWas = (keys: Keys, event: Chained): boolean =>
  isOurs(keys, event.aboutHash, (keyId) => aboutHashOf(keys, event, keyId))

// Nothing can be put in the place of what was taken away.
const isBlank = ({ address, userAgent, requestId, detail }: About): boolean =>
  address === '' && userAgent === '' && requestId === '' && detail === '{}'

const sealOf = (
  keys: Keys,
  { firstPlace, firstLink, lastPlace, lastLink }: Ends,
  keyId?: string,
): string => hash(keys, 'event chain', [firstPlace, firstLink, lastPlace, lastLink], keyId)

// As JSON, no two lists are written alike.
const hash = (
  keys: Keys,
  place: string,
  parts: readonly (string | number | null)[],
  keyId?: string,
): string => keyedHash(keys, place, JSON.stringify(parts), keyId)

/** Is it the hash that is made with the key it names, if we have that? */
export function isOurs(keys: Keys, made: string, again: (keyId: string) => string): boolean {
  const keyId = keyIdOf(made)
  return keys.some(({ id }) => id === keyId) && again(keyId) === made
}
