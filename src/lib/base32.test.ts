import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromBase32, toBase32 } from './base32.ts'

// RFC 4648 §10.
const vectors: [plain: string, padded: string][] = [
  ['', ''],
  ['f', 'MY======'],
  ['fo', 'MZXQ===='],
  ['foo', 'MZXW6==='],
  ['foob', 'MZXW6YQ='],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI======'],
]

for (const [plain, padded] of vectors)
  test(`"${plain}" is ${padded || 'empty'} in base 32, written without padding and read with it`, () => {
    const bytes = new TextEncoder().encode(plain)
    expect(toBase32(bytes)).toBe(padded.replace(/=+$/, ''))
    expect(fromBase32(padded)).toEqual(bytes)
  })

test('what was written is read back, whatever it is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      const text = toBase32(bytes)
      expect(text).toMatch(/^[A-Z2-7]*$/)
      expect(text).toHaveLength(Math.ceil((bytes.length * 8) / 5))
      expect(fromBase32(text)).toEqual(bytes)
    }),
  )
})

const foobar = new TextEncoder().encode('foobar')

const readings: [text: string, bytes: Uint8Array | null][] = [
  ['mzxw6ytboi', foobar],
  ['MzXw 6yTb oI', foobar],
  ['mzxw-6ytb-oi', foobar],
  [' MZXW6YTBOI \n', foobar],
  ['MZXW6YTBOI=', foobar],
  ['MZXW6YTBOI== == ==', foobar],
  ['  -  ', new Uint8Array()],
  ['====', new Uint8Array()],
  ['MZXW=6YTBOI', null],
  ['=MZXW6YTBOI', null],
  // What people take for a letter is not guessed at: a key that is wrong would be found out late.
  ['MZXW0YTB', null],
  ['MZXW1YTB', null],
  ['MZXW8YTB', null],
  ['MZXW9YTB', null],
  ['MZXW_YTB', null],
  ['MZXW+YTB', null],
  ['MZXWıYTB', null],
  ['MZXWſYTB', null],
  ['MZXWßYT', null],
  ['MZXW6YTＢ', null],
]

for (const [text, bytes] of readings)
  test(`${JSON.stringify(text)} is read as ${bytes ? `${bytes.length} bytes` : 'nothing'}`, () => {
    expect(fromBase32(text)).toEqual(bytes)
  })

for (const length of [1, 3, 6, 9, 11, 14])
  test(`no bytes are written with ${length} letters, and none are read`, () => {
    expect(fromBase32('A'.repeat(length))).toBeNull()
  })

test('bits left over must be zero', () => {
  for (const text of ['MZ', 'MZXR', 'MZXW7', 'MZXW6YR', 'MZXW6YTBOJ'])
    expect(fromBase32(text), text).toBeNull()
})

test('two texts of letters never stand for the same bytes', () => {
  const letters = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')
  fc.assert(
    fc.property(fc.string({ unit: letters, maxLength: 20 }), (text) => {
      const bytes = fromBase32(text)
      expect(bytes === null || toBase32(bytes) === text).toBe(true)
    }),
  )
})
