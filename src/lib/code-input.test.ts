import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  asciiDigits,
  formatRecoveryCode,
  newRecoveryCode,
  readDigits,
  readRecoveryCode,
  recoveryAlphabet,
} from './code-input.ts'

const codes: [text: string, expected: string | null][] = [
  ['123456', '123456'],
  ['000000', '000000'],
  ['12345', '12345'],
  ['1234567', '1234567'],
  [' 123 456\n', '123456'],
  ['123\u00A0456', '123456'],
  ['123\u3000456', '123456'],
  ['123-456', '123456'],
  ['123 - 456', '123456'],
  ['123–456', '123456'],
  ['12−34‐56', '123456'],
  ['１２３４５６', '123456'],
  ['１２３－４５６', '123456'],
  ['١٢٣٤٥٦', '123456'],
  ['۱۲۳۴۵۶', '123456'],
  ['१२३४५६', '123456'],
  ['\u2067١٢٣\u200F ٤٥٦\u2069', '123456'],
  ['\u061C123456\u200E', '123456'],
  ['', null],
  ['   ', null],
  ['-', null],
  ['-123456', null],
  ['−123456', null],
  ['– 123456', null],
  ['123456-', null],
  ['123--456', null],
  ['+123456', null],
  ['.123456', null],
  ['123.456', null],
  ['1e5', null],
  ['0x1234', null],
  ['12345a', null],
  ['12345六', null],
  ['①②③④⑤⑥', null],
  ['²³⁴⁵⁶⁷', null],
  ['½½½½½½', null],
  ['123456\0', null],
  ['123456\u200B', null],
  ['1'.repeat(64), '1'.repeat(64)],
  ['1'.repeat(65), null],
  [`123456${' '.repeat(59)}`, null],
]

for (const [text, expected] of codes) {
  test(`code: ${JSON.stringify(text.slice(0, 30))} is read as ${expected?.slice(0, 12) ?? 'no code'}`, () => {
    expect(readDigits(text)).toBe(expected)
  })
}

test('the digits of every script there is are understood', () => {
  const digits: string[] = []
  for (let at = 0; at <= 0x1ffff; at++) {
    const letter = String.fromCodePoint(at)
    if (/\p{Nd}/u.test(letter)) digits.push(letter)
  }
  expect(digits.length % 10).toBe(0)
  expect(digits.map(asciiDigits).join('')).toBe('0123456789'.repeat(digits.length / 10))
})

test('whatever is read is digits, and is read again as it is', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...Array.from('0189٣۳３-– \u200Fa+')) }),
      (text) => {
        const code = readDigits(text)
        if (code === null) return
        expect(code).toMatch(/^\d+$/)
        expect(readDigits(code)).toBe(code)
      },
    ),
  )
})

const recovery: [text: string, expected: string | null][] = [
  ['ABCD-EFGH-JKMN-PQRS', 'ABCDEFGHJKMNPQRS'],
  ['abcd efgh jkmn pqrs', 'ABCDEFGHJKMNPQRS'],
  [' abcdefghjkmnpqrs\n', 'ABCDEFGHJKMNPQRS'],
  ['ＡＢＣＤ－ＥＦＧＨ－ＪＫＭＮ－ＰＱＲＳ', 'ABCDEFGHJKMNPQRS'],
  ['oOiI-lL00-1111-٢٣٤٥', '0011110011112345'],
  ['\u2066ABCD-EFGH-JKMN-PQRS\u2069', 'ABCDEFGHJKMNPQRS'],
  ['ABCD-EFGH-JKMN-PQR', null],
  ['ABCD-EFGH-JKMN-PQRST', null],
  ['UBCD-EFGH-JKMN-PQRS', null],
  ['ABCD_EFGH_JKMN_PQRS', null],
  ['ABCD-EFGH-JKMN-PQR!', null],
  ['ABCD-EFGH-JKMN-PQRı', null],
  ['ABCD-EFGH-JKMN-PQß', null],
  ['', null],
  [`ABCDEFGHJKMNPQRS${' '.repeat(49)}`, null],
]

for (const [text, expected] of recovery) {
  test(`recovery code: ${JSON.stringify(text.slice(0, 30))} is read as ${expected ?? 'no code'}`, () => {
    expect(readRecoveryCode(text)).toBe(expected)
  })
}

test('a recovery code is 80 bits: the bytes and the code tell each other', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 10, maxLength: 10 }), (bytes) => {
      const code = newRecoveryCode(() => bytes)
      const values = Array.from(code, (letter) => BigInt(recoveryAlphabet.indexOf(letter)))
      const number = values.reduce((sum, value) => sum * 32n + value, 0n)
      expect(code).toHaveLength(16)
      expect(number.toString(16).padStart(20, '0')).toBe(Buffer.from(bytes).toString('hex'))
    }),
  )
})

test('a recovery code is asked for ten random bytes and understood as it is shown', () => {
  const asked: number[] = []
  const code = newRecoveryCode((n) => (asked.push(n), randomBytes(n)))
  expect(asked).toEqual([10])
  expect(formatRecoveryCode(code)).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/)
  expect(readRecoveryCode(formatRecoveryCode(code).toLowerCase())).toBe(code)
})
