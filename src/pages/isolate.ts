// Controls, the marks that turn the direction of text, and halves of characters.
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu
const PLAIN = /^[\x20-\x7e]*$/

/** Somebody else's words on one line, at most `longest` characters, with nothing invisible. */
export function oneLine(text: string, longest = 200): string {
  if (text.length <= longest && PLAIN.test(text)) return text.trim()
  const characters = [...text.slice(0, longest * 2).replace(UNSAFE, ' ')]
  const line = characters.slice(0, longest).join('').trim()
  return characters.length > longest || text.length > longest * 2 ? `${line}…` : line
}

/** Keeps the direction of somebody else's words to themselves, in plain text (UAX #9, FSI and PDI). */
export const isolate = (text: string): string => `\u2068${oneLine(text)}\u2069`
