import { readDigits } from '../../lib/code-input.ts'
import { newCode, same, type Random } from '../../lib/random.ts'
import { keyedHash, keyIdOf, type Keys } from '../../lib/seal.ts'
import type { Case } from '../../store/cases.ts'

/** How long a pass lives (ms). */
export const PASS_LIFE = 60 * 60_000

const DIGITS = 12

/** A pass for a case: 12 digits (40 bits) to be told to the person, and what is kept of them. */
export function newPass(
  { keys, random }: { readonly keys: Keys; readonly random: Random },
  caseId: string,
  now: number,
) {
  const digits = newCode(random, DIGITS / 2) + newCode(random, DIGITS / 2)
  const passHash = keyedHash(keys, placeOf(caseId), digits)
  return { shown: grouped(digits), kept: { passHash, passUntil: now + PASS_LIFE } }
}

/** The digits of a pass that was typed; `null`: it cannot be one. */
export function readPass(text: string): string | null {
  const digits = readDigits(text)
  return digits?.length === DIGITS ? digits : null
}

/** Is it the pass of this case? */
export const isPassOf = (
  keys: Keys,
  { id, passHash }: Pick<Case, 'id' | 'passHash'>,
  digits: string,
): boolean =>
  passHash !== null && same(passHash, keyedHash(keys, placeOf(id), digits, keyIdOf(passHash)))

/** As people read and type it: `1234 5678 9012`. */
const grouped = (digits: string): string => digits.replace(/.{4}(?=.)/g, '$& ')

const placeOf = (caseId: string): string => `pass:${caseId}`
