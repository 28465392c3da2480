import fc from 'fast-check'
import { expect, test } from 'vitest'
import { spellingsOf } from './id-spellings.ts'

const same: [what: string, answer: string, receipt: string][] = [
  ['hex first, decimal later', '1A2B3C4D', '439041101'],
  ['the same in small letters', '1a2b3c4d', '439041101'],
  ['decimal first, hex later', '439041101', '1A2B3C4D'],
  ['hex without a letter', '20000000', '536870912'],
  ['decimal with zeros in front', '1A2B3C4D', '0439041101'],
  ['hex with zeros in front', '0FFFFFFF', '268435455'],
  ['both with zeros in front', '0000000001a2b3c4', '0027440068'],
  ['0x', '439041101', '0x1a2b3c4d'],
  ['64 bits', 'ffffffffffffffff', '18446744073709551615'],
  ['zeros in front of it later', '4711', '0000004711'],
  ['zeros in front of it first', '0000004711', '4711'],
  ['capitals', 'c0ffee-7a', 'C0FFEE-7A'],
]
test.each(same)('%s: %s and %s', (_, answer, receipt) => {
  expect(spellingsOf(receipt)).toContain(answer)
})

const others: [what: string, answer: string, receipt: string][] = [
  ['a counter in decimal: 100 is not 64', '64', '100'],
  ['a counter in hex: 10 is not a', 'a', '10'],
  ['another number', '1A2B3C4E', '439041101'],
  ['zeros behind it', '47110', '4711'],
  ['nothing but zeros', '1', '0000'],
  ['a name in which a number stands', '4711', 'x4711'],
]
test.each(others)('not %s (%s, %s)', (_, answer, receipt) => {
  expect(spellingsOf(receipt)).not.toContain(answer)
})

test('every large number is found, from hex to decimal and back', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0x100_0000n, max: 2n ** 64n - 1n }), (number) => {
      const [decimal, hex] = [number.toString(), number.toString(16)]
      expect(spellingsOf(decimal)).toEqual(expect.arrayContaining([hex, hex.toUpperCase()]))
      expect(spellingsOf(hex)).toContain(decimal)
    }),
  )
})

test('whatever it is, there are few, each another one, and none is too long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), (id) => {
      const all = spellingsOf(id)
      expect(all.length).toBeLessThan(50)
      expect(new Set(all).size).toBe(all.length)
      expect(all).not.toContain(id)
    }),
  )
})
