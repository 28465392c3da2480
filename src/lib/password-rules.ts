import { readFileSync } from 'node:fs'
import { foldCase, lengthOf } from './text.ts'

// Where it comes from and how it was cut: common-passwords.md.
const file = new URL('common-passwords.txt', import.meta.url)
// One text rather than a set of its lines, which every start would wait for.
const common = `\n${readFileSync(file, 'utf8')}`
const isCommon = (guess: string): boolean => common.includes(`\n${guess}\n`)

/** The form that is checked and hashed, so that every keyboard makes the same password. */
export const normalizePassword = (password: string): string => password.normalize('NFC')

/**
 * What is wrong with a new password, or null: 10 to 256 code points (1024 bytes at most), none of
 * the common ones, nothing made of the words in `context` (the product's name, our host, the
 * person's own e-mail and name). No rule about which characters (NIST SP 800-63B-4 §3.1.1.2).
 */
export function passwordProblem(
  password: string,
  context: readonly string[],
): 'password_short' | 'password_long' | 'password_common' | 'password_context' | null {
  const normal = normalizePassword(password)
  if (untypable.test(normal)) return 'password_short'
  const length = lengthOf(normal)
  if (length < 10) return 'password_short'
  if (length > 256) return 'password_long'

  const folded = foldCase(normal)
  if (guessedFirst(folded).some(isCommon)) return 'password_common'
  if (/^(.{1,3})\1+$/u.test(folded)) return 'password_common'
  return madeOf(folded, wordsOf(context)) ? 'password_context' : null
}

// NUL and other controls, half a character and what a broken decoder leaves behind: no keyboard
// types them into a password field, so whoever set such a password could never sign in with it.
// It counts as nothing typed. (A lone surrogate would also be hashed as any other one.)
const untypable = /[\p{Cc}\p{Cs}\uFFFD]/u

/** The password, and what is left of it without the ending or the doubling that everybody tries. */
function guessedFirst(folded: string): string[] {
  const stem = folded.replace(/\P{L}{1,6}$/u, '')
  return [folded, stem].flatMap((guess) => [guess, guess.replace(/^(.+)\1+$/u, '$1')])
}

/** The letters of each word of four or more, of `ann.miller@example.com` also `annmiller`. */
function wordsOf(context: readonly string[]): string[] {
  const parts = context.flatMap((each) => [
    ...each.split('@'),
    ...each.split(/[^\p{L}\p{M}\p{N}]+/u),
  ])
  const words = parts.map((part) => letters(foldCase(part)))
  return [...new Set(words)].filter((word) => lengthOf(word) >= 4)
}

const letters = (text: string): string => text.replace(/[^\p{L}\p{M}]+/gu, '')

/** Whether the letters are these words and nothing else; digits and signs between add nothing. */
function madeOf(folded: string, words: readonly string[]): boolean {
  const text = letters(folded)
  const ends = new Set([0])
  // A set is walked in the order of adding, and what is added on the way is walked as well.
  for (const end of ends) {
    for (const word of words) if (text.startsWith(word, end)) ends.add(end + word.length)
  }
  return text !== '' && ends.has(text.length)
}
