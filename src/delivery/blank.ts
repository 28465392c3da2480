/**
 * A function that blanks these words in a text, however they are written there: as they are, in
 * percent-encoding, in JSON, in HTML or in base64, in small letters or large.
 */
export function blanker(words: readonly string[]): (text: string) => string {
  const spellings = words.filter((word) => word !== '').flatMap(spellingsOf)
  if (spellings.length === 0) return (text) => text
  // The longest first, or a part would be blanked and the rest stay.
  const sorted = [...new Set(spellings)].toSorted((a, b) => b.length - a.length)
  const any = new RegExp(sorted.map((spelling) => RegExp.escape(spelling)).join('|'), 'giu')
  return (text) => text.replace(any, '…')
}

function spellingsOf(word: string): string[] {
  const well = word.toWellFormed()
  const quoted = JSON.stringify(word).slice(1, -1)
  const encoded = encodeURIComponent(well)
  const bytes = Buffer.from(word)
  return [
    word,
    quoted,
    quoted.replaceAll('/', '\\/'),
    inAscii(quoted),
    inAscii(quoted.replaceAll('/', '\\/')),
    encoded,
    encoded.replace(/[!'()*~]/g, percent),
    new URLSearchParams([['', well]]).toString().slice(1),
    well.replace(/[^]/gu, (letter) => (/[\w.~-]/.test(letter) ? letter : percent(letter))),
    ...['#39', '#039', '#x27', 'apos'].map((name) => inHtml(word, name)),
    bytes.toString('base64'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
  ]
}

const percent = (letter: string): string =>
  Array.from(Buffer.from(letter), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')

const inAscii = (text: string): string =>
  text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

const inHtml = (text: string, apostrophe: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", `&${apostrophe};`)
