import { formatRecoveryCode, newRecoveryCode, readRecoveryCode } from '../lib/code-input.ts'
import { newToken, same, sha256 } from '../lib/random.ts'
import { keyedHash, keyIdOf } from '../lib/seal.ts'
import type { Factor } from './factor.ts'

/** The codes that are left, as keyed hashes, tied to their set by `salt`. */
type State = { readonly salt: string; readonly hashes: readonly string[] }

const CODES = 10

/**
 * Ten codes on paper, 80 bits each, every one good for one time (NIST SP 800-63B-4 §3.1.2). A keyed
 * hash is enough for 80 random bits.
 */
export const recovery: Factor<State, never> = {
  kind: 'recovery',
  isStrong: false,
  isGuessable: false,
  isSent: false,
  most: 1,

  enrol(_who, { random, keys }) {
    const salt = newToken(random)
    const codes = Array.from({ length: CODES }, () => newRecoveryCode(random))
    const hashes = codes.map((code) => keyedHash(keys, placeOf(salt), code))
    return { draft: { salt, hashes }, show: codes.map(formatRecoveryCode) }
  },

  challenge: () => null,

  reads: (answer) => readRecoveryCode(answer) !== null,

  check({ salt, hashes }, _question, answer, { keys }) {
    const code = readRecoveryCode(answer)
    if (!code) return null
    const left = hashes.filter(
      (hash) => !same(hash, keyedHash(keys, placeOf(salt), code, keyIdOf(hash))),
    )
    if (left.length === hashes.length) return null
    return { state: { salt, hashes: left }, shows: ['has'] }
  },
}

export const codesLeft = (state: unknown): number => (state as State).hashes.length

/** A name for this set of codes, to tell it from another. It says nothing about them. */
export const setOf = (state: unknown): string => sha256((state as State).salt).slice(0, 16)

const placeOf = (salt: string): string => `recovery:${salt}`
