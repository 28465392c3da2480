// Marks of writing direction come along when a code is copied out of Arabic text.
const blank = /[\s\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu
const dash = /[\p{Dash_Punctuation}\u2212]/gu

/** The decimal digits of every script as 0 to 9, everything else as it was. */
export const asciiDigits = (text: string): string => text.replace(/\p{Nd}/gu, digitValue)

// Unicode keeps decimal digits in unbroken runs of ten, from zero to nine.
function digitValue(digit: string): string {
  const at = digit.codePointAt(0)!
  let zero = at
  while (/^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero--
  return String((at - zero) % 10)
}

/**
 * The ASCII digits of a code that a person typed or pasted, or null. Digits of any script, spaces
 * anywhere and dashes between digits are understood; a sign, a letter or more than 64 characters
 * are not. How many digits there must be is for the caller to say.
 */
export function readDigits(text: string): string | null {
  // As nearly everybody types it.
  if (/^\d{1,64}$/.test(text)) return text
  if (text.length > 64) return null
  const typed = asciiDigits(text.replace(blank, '')).replace(dash, '-')
  return /^\d+(?:-\d+)*$/.test(typed) ? typed.replaceAll('-', '') : null
}

/**
 * Crockford's base 32: I, L and O are left out because they are taken for 1, 1 and 0 (and read as
 * these when typed), and U so that no rude words come up.
 */
export const recoveryAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * The 16 capitals and digits of a recovery code that a person typed, or null. Upper and lower case,
 * full-width forms, spaces and dashes make no difference.
 */
export function readRecoveryCode(text: string): string | null {
  if (text.length > 64) return null
  const typed = asciiDigits(text.normalize('NFKC').replace(blank, '')).replace(dash, '')
  if (!/^[0-9a-z]{16}$/i.test(typed)) return null
  const code = typed.toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1')
  return code.includes('U') ? null : code
}

/** As people read and copy it: `ABCD-EFGH-JKMN-PQRS`. */
export const formatRecoveryCode = (code: string): string => code.replace(/.{4}(?=.)/g, '$&-')

/** A new recovery code: 80 random bits as 16 characters, each code equally likely. */
export function newRecoveryCode(randomBytes: (n: number) => Uint8Array): string {
  const bits = Array.from(randomBytes(10), (byte) => byte.toString(2).padStart(8, '0')).join('')
  return bits.replace(/.{5}/g, (five) => recoveryAlphabet[parseInt(five, 2)]!)
}
