/**
 * Text in which upper and lower case, and composed and decomposed letters, look the same (Unicode
 * full case folding, then NFC; the same again when folded twice). The Turkish dotless ı stays apart
 * from i: taking the two for one has handed accounts to strangers (CVE-2019-19844).
 */
export const foldCase = (text: string): string =>
  ascii.test(text) ? text.toLowerCase() : foldLetters(text)

const ascii = /^[\x20-\x7e]*$/

const foldLetters = (text: string): string =>
  Array.from(text.normalize('NFD'), foldLetter).join('').normalize('NFC')

// Down, up and down again, one letter at a time, brings ẞ, ß and SS together, and ς with σ.
const foldLetter = (letter: string): string =>
  letter === 'ı' ? letter : letter.toLowerCase().toUpperCase().toLowerCase()

// Persian, Urdu and the Indian scripts spell with joiners, and some names in Chinese characters
// need a variation selector. Both are welcome right after a letter and nowhere else.
const spelling = /(?<=[\p{L}\p{M}])(?:[\u200C\u200D](?=\p{L})|\p{Variation_Selector})/gu

// Controls, bidi controls, unassigned and private use (C), line and paragraph separators, fillers
// that show as nothing (Default_Ignorable, and the empty Braille cell), and what a broken decoder
// leaves behind: with these two names can look alike, or a line in a list can be turned round.
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\uFFFD]/u

/** How long a person would say it is: code points, not units of UTF-16. */
export const lengthOf = (text: string): number => Array.from(text).length

/**
 * A name as it is kept and shown: NFC, trimmed, inner white space one space. Null for what is
 * empty, longer than `most` code points, or holds a character nobody can see.
 */
export function cleanName(text: string, most = 100): string | null {
  // No use composing a megabyte: no name in its longest form has this many units.
  if (text.length > 16 * most || !text.isWellFormed()) return null
  const name = text
    .normalize('NFC')
    .replace(/\p{Zs}+/gu, ' ')
    .replace(/^ | $/g, '')
  if (name === '' || lengthOf(name) > most) return null
  return unseen.test(name.replace(spelling, '')) ? null : name
}

/**
 * Some lines of text as they are kept and shown, each like a name. Null for what is empty, longer than
 * `most` code points in all, or holds a character nobody can see.
 */
export function cleanLines(text: string, most: number): string | null {
  if (text.length > 16 * most) return null
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.replaceAll('\t', ' '))
  const clean = lines.map((line) => (/^\p{Zs}*$/u.test(line) ? '' : cleanName(line, most)))
  if (clean.includes(null)) return null
  const whole = clean.join('\n').replace(/^\n+|\n+$/g, '')
  return whole === '' || lengthOf(whole) > most ? null : whole
}

const own = 'http://own.invalid'
const doorways = ['sign-in', 'sign-out', 'setup']

/**
 * A path of our own site to go to after sign-in, as a browser would resolve it (at most 500
 * characters of ASCII), or null. Never another site, never a way in or out again.
 */
export function ownPath(text: string | null | undefined): string | null {
  // Browsers drop tabs and line breaks and read \ as /, so that `/\t/evil` is `//evil`.
  if (!text || text.length > 500 || !/^\/[^\p{C}\p{Zl}\p{Zp}\\]*$/u.test(text)) return null
  const url = URL.parse(text, own)
  if (!url || url.origin !== own) return null

  const path = url.pathname + url.search + url.hash
  // `/.//evil` resolves to `//evil`; and a server behind us may decode what we did not.
  if (path.startsWith('//') || path.length > 500) return null
  if (/%(?:[01][0-9a-f]|7f|2f|5c|25)/i.test(url.pathname)) return null
  return doorways.includes(firstWord(url.pathname)) ? null : path
}

// `/sign%2Din` is answered like `/sign-in`.
const firstWord = (pathname: string): string => {
  const word = pathname.split('/')[1] ?? ''
  const letter = (_: string, hex: string) => String.fromCharCode(parseInt(hex, 16))
  return word.replace(/%([2-7][0-9a-f])/gi, letter).toLowerCase()
}
