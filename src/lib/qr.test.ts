import fc from 'fast-check'
import jsqr from 'jsqr'
import { expect, test } from 'vitest'
import { qrCode } from './qr.ts'
import { keyUri } from './totp.ts'

const key = new Uint8Array(20).fill(0xa5)

const texts: [what: string, text: string][] = [
  ['one letter', 'a'],
  ['digits', '0123456789'],
  ['capitals', 'NIGHTLATCH 2026 $%*+-./:'],
  ['a key URI', keyUri({ issuer: 'Example & Co', account: 'ada@example.com', key })],
  ['a key URI of Ελένη', keyUri({ issuer: 'Παράδειγμα', account: 'Ελένη', key })],
  ['UTF-8', 'Grüße aus Zürich, 東京, עולם 🔑'],
  ['percent signs', '100 % %41 %zz'],
  ['300 characters', 'sphinx of black quartz '.repeat(14).slice(0, 300)],
  ['2331 characters', 'judge my vow '.repeat(200).slice(0, 2331)],
]

for (const [what, text] of texts)
  test(`a phone reads ${what} from it`, () => expect(read(text)).toBe(text))

test('a phone reads any text from it', () => {
  const any = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(any, (text) => {
      fc.pre(text.isWellFormed())
      expect(read(text)).toBe(text)
    }),
    { numRuns: 50 },
  )
})

test('four modules on every side stay light', () => {
  for (const [, text] of texts) {
    const { size, path } = qrCode(text)
    const rows = modules(size, path)
    const last = size - 5
    expect(path).toMatch(/^M4 4h7v1h-7z/)
    rows.forEach((row, y) =>
      row.forEach((dark, x) => {
        if (x < 4 || y < 4 || x > last || y > last) expect(dark, `${x} ${y}`).toBe(false)
      }),
    )
    expect(rows[last]![4]).toBe(true)
    expect(rows[4]![last]).toBe(true)
  }
})

test('the code is as large as its text needs: 21 modules and the quiet zone, and four more each time', () => {
  // What error correction M leaves for bytes in versions 1, 2 and 40: L would take more, Q less.
  const sizes: [length: number, size: number][] = [
    [14, 21],
    [15, 25],
    [26, 25],
    [27, 29],
    [2331, 177],
  ]
  for (const [length, size] of sizes) expect(qrCode('a'.repeat(length)).size).toBe(size + 8)
})

test('a text that no QR code can hold is an error', () => {
  expect(() => qrCode('a'.repeat(2332))).toThrow('too long')
  expect(() => qrCode('é'.repeat(1166))).toThrow('too long')
})

test('runs of modules are one rectangle each', () => {
  const { size, path } = qrCode('nightlatch')
  const rectangles = path.split('z').length - 1
  const runs = modules(size, path).map((row) => row.filter((dark, x) => dark && !row[x - 1]).length)
  expect(rectangles).toBe(runs.reduce((sum, count) => sum + count))
})

/** What a camera makes of it, four pixels a module. */
function read(text: string): string | undefined {
  const { size, path } = qrCode(text)
  const rows = modules(size, path)
  const side = size * 4
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255)
  for (let at = 0; at < side * side; at++) {
    const dark = rows[Math.floor(at / side / 4)]![Math.floor((at % side) / 4)]
    if (dark) pixels.fill(0, at * 4, at * 4 + 3)
  }
  return jsqr.default(pixels, side, side, { inversionAttempts: 'dontInvert' })?.data
}

/** The path filled in; it may say nothing but rectangles one module high that do not overlap. */
function modules(size: number, path: string): boolean[][] {
  const rows = Array.from({ length: size }, () => Array<boolean>(size).fill(false))
  const rest = path.replace(
    /M(\d+) (\d+)h(\d+)v1h-\3z/g,
    (_, left: string, top: string, length: string) => {
      for (let x = Number(left); x < Number(left) + Number(length); x++) {
        expect(rows[Number(top)]![x]).toBe(false)
        rows[Number(top)]![x] = true
      }
      return ''
    },
  )
  expect(rest).toBe('')
  return rows
}
