import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newCode, newId, newToken, same, sha256, systemRandom, type Random } from './random.ts'

/** Hands out these numbers of 32 bits, one after the other. */
function numbers(...all: number[]): Random & { readonly left: () => number } {
  const queue = [...all]
  const random = (bytes: number) => {
    expect(bytes).toBe(4)
    const buffer = Buffer.alloc(4)
    buffer.writeUInt32BE(queue.shift()!)
    return buffer
  }
  return Object.assign(random, { left: () => queue.length })
}

const LAST_WHOLE = 4_294_000_000

const codes: [drawn: number, code: string][] = [
  [0, '000000'],
  [7, '000007'],
  [999_999, '999999'],
  [1_000_000, '000000'],
  [LAST_WHOLE - 1, '999999'],
]

for (const [drawn, code] of codes)
  test(`${drawn} becomes the code ${code}`, () => expect(newCode(numbers(drawn))).toBe(code))

test('what is left over past the last whole million is drawn again: every code is equally likely', () => {
  const random = numbers(LAST_WHOLE, 2 ** 32 - 1, LAST_WHOLE + 5, 42)
  expect(newCode(random)).toBe('000042')
  expect(random.left()).toBe(0)
})

test('codes are spread evenly: each first digit comes up about as often', () => {
  const counts = Array<number>(10).fill(0)
  for (let turn = 0; turn < 20_000; turn++) counts[Number(newCode(systemRandom)[0])]!++
  // 2000 expected, 42 is one standard deviation: six of them are no chance.
  for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(255)
})

test('a token is 256 random bits, safe in a cookie and a URL', () => {
  const asked: number[] = []
  const token = newToken((bytes) => {
    asked.push(bytes)
    return new Uint8Array(bytes).fill(0xff)
  })
  expect(asked).toEqual([32])
  expect(Buffer.from(token, 'base64url')).toEqual(Buffer.alloc(32, 0xff))
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      expect(newToken(() => bytes)).toMatch(/^[\w-]{43}$/)
    }),
  )
  expect(newToken(systemRandom)).not.toBe(newToken(systemRandom))
})

test('ids sort in the order they were made, within a moment and over time', () => {
  const now = Date.parse('2026-01-05T09:00:00Z')
  const ids = Array.from({ length: 3000 }, (_, at) =>
    newId(systemRandom, now + Math.floor(at / 1000)),
  )
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids.slice(0, 10)) {
    expect(id).toMatch(/^[0-9a-f]{32}$/)
    expect(parseInt(id.slice(0, 12), 16)).toBe(now)
  }
})

test('ids of two processes in one moment are different', () => {
  const [one, two] = [newId(() => Buffer.alloc(8, 1), 5), newId(() => Buffer.alloc(8, 2), 5)]
  expect(one.slice(16)).not.toBe(two.slice(16))
})

test('the hash of a token is SHA-256', () => {
  const hex = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  expect(Buffer.from(sha256('abc'), 'base64url').toString('hex')).toBe(hex)
})

test('two texts are the same or they are not, whatever their length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      fc.pre(a.isWellFormed() && b.isWellFormed())
      expect(same(a, a)).toBe(true)
      expect(same(a, b)).toBe(a === b)
      expect(same(a, `${a}x`)).toBe(false)
    }),
  )
})
