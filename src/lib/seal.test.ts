import fc from 'fast-check'
import { expect, test } from 'vitest'
import { systemRandom } from './random.ts'
import { keyedHash, keyFrom, keyIdOf, seal, unseal, type Keys } from './seal.ts'

const key = keyFrom('aaaaaaaa', new Uint8Array(32).fill(1))
const other = keyFrom('bbbbbbbb', new Uint8Array(32).fill(2))
const keys: Keys = [key]

const anyText = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed())

test('what was sealed opens in its place, whatever it is', () => {
  fc.assert(
    fc.property(anyText, anyText, (place, text) => {
      expect(unseal(keys, place, seal(keys, systemRandom, place, text))).toBe(text)
    }),
  )
})

test('it opens in no other place', () => {
  const record = seal(keys, systemRandom, 'message:1', 'secret')
  for (const place of ['message:2', 'message:', '', 'Message:1', 'message:1 '])
    expect(() => unseal(keys, place, record), place).toThrow()
})

test('a record in which one bit was changed does not open', () => {
  const [id = '', ...parts] = seal(keys, systemRandom, 'here', 'secret words').split('.')
  for (const [index, part] of parts.entries())
    for (let bit = 0; bit < 8 * Buffer.from(part, 'base64url').length; bit++) {
      const changed = Buffer.from(part, 'base64url')
      changed[bit >> 3]! ^= 1 << (bit & 7)
      const record = [id, ...parts.with(index, changed.toString('base64url'))].join('.')
      expect(() => unseal(keys, 'here', record), `part ${index}, bit ${bit}`).toThrow()
    }
})

test('a record that was cut does not open, and no shorter tag is taken', () => {
  const record = seal(keys, systemRandom, 'here', 'secret words')
  for (let length = 0; length < record.length - 1; length++)
    expect(() => unseal(keys, 'here', record.slice(0, length)), `${length}`).toThrow()
  const [id, nonce, sealed, tag] = record.split('.')
  const short = Buffer.from(tag!, 'base64url').subarray(0, 12).toString('base64url')
  expect(() => unseal(keys, 'here', [id, nonce, sealed, short].join('.'))).toThrow()
})

test('a record says which key it needs, and does not open without it', () => {
  const record = seal(keys, systemRandom, 'here', 'secret')
  expect(keyIdOf(record)).toBe('aaaaaaaa')
  expect(() => unseal([other], 'here', record)).toThrow('aaaaaaaa')
  const sameName = keyFrom('aaaaaaaa', new Uint8Array(32).fill(3))
  expect(() => unseal([sameName], 'here', record)).toThrow()
})

test('a new key seals from now on, and the old one opens what it sealed', () => {
  const rotated: Keys = [other, key]
  const before = seal(keys, systemRandom, 'here', 'old')
  const after = seal(rotated, systemRandom, 'here', 'new')
  expect(keyIdOf(after)).toBe('bbbbbbbb')
  expect(unseal(rotated, 'here', before)).toBe('old')
  expect(unseal(rotated, 'here', after)).toBe('new')
})

test('the same text sealed twice looks different, and shows nothing of itself', () => {
  const [one, two] = [
    seal(keys, systemRandom, 'here', 'zebra'),
    seal(keys, systemRandom, 'here', 'zebra'),
  ]
  expect(one).not.toBe(two)
  expect(one).not.toContain(Buffer.from('zebra').toString('base64url'))
})

test('a keyed hash depends on the key, the place and the text', () => {
  const hash = keyedHash(keys, 'code:1', '123456')
  expect(keyedHash(keys, 'code:1', '123456')).toBe(hash)
  const others = [
    keyedHash(keys, 'code:2', '123456'),
    keyedHash(keys, 'code:1', '123457'),
    keyedHash(keys, 'code:11', '23456'),
    keyedHash([other], 'code:1', '123456'),
  ]
  expect(new Set([hash, ...others].map((each) => each.split('.')[1])).size).toBe(5)
})

test('a keyed hash can be made again with the key it was made with', () => {
  const hash = keyedHash(keys, 'code:1', '123456')
  const rotated: Keys = [other, key]
  expect(keyedHash(rotated, 'code:1', '123456')).not.toBe(hash)
  expect(keyedHash(rotated, 'code:1', '123456', keyIdOf(hash))).toBe(hash)
  expect(() => keyedHash([other], 'code:1', '123456', keyIdOf(hash))).toThrow('aaaaaaaa')
})

test('one secret makes two keys that say nothing about each other', () => {
  expect(key.seal).toHaveLength(32)
  expect(key.hash).toHaveLength(32)
  expect(key.seal.equals(key.hash)).toBe(false)
  expect(key.seal.equals(Buffer.alloc(32, 1))).toBe(false)
})
