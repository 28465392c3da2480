import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isGsm, partsOf, splitText } from './sms-text.ts'

const gsm =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ' +
  'ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà\f^{}\\[~]|€'

const texts: [what: string, text: string, parts: number][] = [
  ['nothing', '', 1],
  ['160 letters', 'a'.repeat(160), 1],
  ['161 letters', 'a'.repeat(161), 2],
  ['twice 153', 'a'.repeat(306), 2],
  ['twice 153 and one', 'a'.repeat(307), 3],
  ['80 euros, two septets each', '€'.repeat(80), 1],
  ['81 euros', '€'.repeat(81), 2],
  ['153 that are 76 euros and no half', '€'.repeat(153), 3],
  ['70 Chinese letters', '码'.repeat(70), 1],
  ['71 Chinese letters', '码'.repeat(71), 2],
  ['twice 67', '码'.repeat(134), 2],
  ['twice 67 and one', '码'.repeat(135), 3],
  ['35 faces of two units', '😀'.repeat(35), 1],
  ['36 faces', '😀'.repeat(36), 2],
  ['67 faces, 33 in a part', '😀'.repeat(67), 3],
  ['one letter outside makes all of them wide', 'a'.repeat(70) + 'ё', 2],
  ['the backtick is no letter of GSM', '`'.repeat(71), 2],
  ['Arabic, as sent at sign-in', 'رمز التحقق الخاص بك هو 483920\n@login.example.com #483920', 1],
  ['half a pair', '\ud83d', 1],
]

test.each(texts)('parts of a text: %s', (_, text, parts) => {
  expect(partsOf(text)).toBe(parts)
})

test('the alphabet has 127 letters and ten more, and nothing like them', () => {
  expect(Array.from(gsm)).toHaveLength(137)
  for (const letter of gsm) expect(isGsm(letter), letter).toBe(true)
  for (const letter of ['`', 'ç', 'á', '’', '\t', '\u00a0', 'Ё', '١', '\u001b', '😀', '⁠'])
    expect(isGsm(letter), letter).toBe(false)
})

test('an escape stays with its letter, and a surrogate pair together', () => {
  const euros = splitText(`${'a'.repeat(152)}€${'b'.repeat(20)}`)
  expect(euros).toEqual(['a'.repeat(152), `€${'b'.repeat(20)}`])
  const faces = splitText(`${'码'.repeat(66)}😀${'码'.repeat(20)}`)
  expect(faces).toEqual(['码'.repeat(66), `😀${'码'.repeat(20)}`])
})

const letter = fc.constantFrom(...gsm, ...'码عё😀`١')
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...gsm), maxLength: 600 }),
  fc.string({ unit: letter, maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
)
const extended = /[\f^{}\\[~\]|€]/g
const sizeOf = (part: string, inSeptets: boolean) =>
  part.length + (inSeptets ? (part.match(extended) ?? []).length : 0)

test('the parts joined are the text, each fits, none is broken, and none could be spared', () => {
  fc.assert(
    fc.property(text, (whole) => {
      const parts = splitText(whole)
      const inSeptets = isGsm(whole)
      expect(parts.join('')).toBe(whole)
      const alone = inSeptets ? 160 : 70
      const each = inSeptets ? 153 : 67
      const most = parts.length === 1 ? alone : each
      for (const part of parts) {
        expect(sizeOf(part, inSeptets)).toBeLessThanOrEqual(most)
        expect(part.isWellFormed()).toBe(whole.isWellFormed() || part.isWellFormed())
      }
      if (parts.length > 1) expect(sizeOf(whole, inSeptets)).toBeGreaterThan(alone)
      for (const part of parts.slice(0, -1))
        expect(sizeOf(part, inSeptets)).toBeGreaterThanOrEqual(each - 1)
    }),
  )
})
