import { fromBase32, toBase32 } from '../lib/base32.ts'
import { checkCharacter } from '../lib/check-character.ts'
import { readDigits } from '../lib/code-input.ts'
import { newCode } from '../lib/random.ts'
import { keyIdOf, seal, unseal } from '../lib/seal.ts'
import { keyUri, matchingStep, stepAt, USUAL, type Otp } from '../lib/totp.ts'
import type { Factor, Tools } from './factor.ts'

/** The sealed key, the step of the last code that was right, and the number of its backup card. */
type State = Otp & { readonly key: string; readonly lastStep: number; readonly card: string | null }

const KEY_BYTES = 20
const CARD_DIGITS = 8
const MINUTE = 60_000
const LONGEST_OFF = 10 * MINUTE

/** The code of an authenticator app (RFC 6238). Each step counts once, whichever door it comes through. */
export const totp: Factor<State, never> = {
  kind: 'totp',
  isStrong: true,
  isGuessable: true,
  isSent: false,
  most: 10,

  enrol(_who, tools) {
    const key = toBase32(tools.random(KEY_BYTES))
    return { draft: newState(key, USUAL, newCode(tools.random, CARD_DIGITS), tools), show: [] }
  },

  challenge: () => null,

  reads: (answer) => {
    const length = readDigits(answer)?.length ?? 0
    return length >= FEWEST && length <= MOST
  },

  check(state, _question, answer, tools) {
    const code = readDigits(answer)
    if (code?.length !== state.digits) return null
    const { now, totpWindow: window } = tools
    const key = unsealKey(state, tools)
    const lastStep = matchingStep(bytesOf(key), code, { now, window, after: state.lastStep }, state)
    if (lastStep === null) return null
    // Whoever puts a new key on the ring has the old ones sealed anew as they are used.
    const isSealedNew = keyIdOf(state.key) === tools.keys[0].id
    return {
      state: { ...state, lastStep, ...(!isSealedNew && { key: sealKey(key, tools) }) },
      shows: ['has'],
    }
  },

  clockOff(state, answer, tools) {
    const code = readDigits(answer)
    if (code?.length !== state.digits) return null
    const window = Math.floor(LONGEST_OFF / (state.period * 1000))
    const key = bytesOf(unsealKey(state, tools))
    const step = matchingStep(key, code, { now: tools.now, window, after: 0 }, state)
    return step === null ? null : (step - stepAt(tools.now, state.period)) * state.period * 1000
  },
}

/** Of codes. Some systems that people come from have longer ones. */
const FEWEST = 6
const MOST = 8

/** A key that came from elsewhere (base 32), with what its codes are made by. */
export const importedState = (key: string, otp: Otp, tools: SealTools): unknown =>
  newState(key, otp, null, tools)

/** Is it this key (base 32, as `importedState` had it) that is kept there? */
export const hasKey = (state: unknown, key: string, tools: SealTools): boolean =>
  unsealKey(state as State, tools) === key

/** How long its codes are. */
export const digitsIn = (state: unknown): number => (state as State).digits

const newState = (key: string, otp: Otp, card: string | null, tools: SealTools): State => ({
  ...otp,
  key: sealKey(key, tools),
  lastStep: 0,
  card,
})

/** What is shown while it is set up, and never after. */
export type ToScan = {
  /** Base 32, without blanks. */
  readonly key: string
  /** What tells a slip of the pen in the key (ISO/IEC 7064, MOD 37,36). It is not part of it. */
  readonly check: string
  readonly uri: string
  /** The number of the backup card. */
  readonly card: string
}

export function toScan(
  state: unknown,
  about: { readonly issuer: string; readonly account: string },
  tools: Tools,
): ToScan {
  const its = state as State
  const key = unsealKey(its, tools)
  const uri = keyUri({ ...about, key: bytesOf(key) }, its)
  return { key, check: checkCharacter(key), uri, card: its.card ?? '' }
}

/** The number of the backup card that was made with it, if one was. */
export const cardOf = (state: unknown): string | null => (state as State).card

type SealTools = Pick<Tools, 'keys' | 'random' | 'accountId'>

// A key that is copied into the row of another account opens nothing there.
const placeOf = ({ accountId }: SealTools): string => `totp:${accountId}`

const sealKey = (key: string, tools: SealTools): string =>
  seal(tools.keys, tools.random, placeOf(tools), key)

const unsealKey = ({ key }: State, tools: SealTools): string =>
  unseal(tools.keys, placeOf(tools), key)

function bytesOf(key: string): Uint8Array {
  const bytes = fromBase32(key)
  if (!bytes) throw new Error('the key of an authenticator app is damaged')
  return bytes
}
