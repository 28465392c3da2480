import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundedNames } from './bounded-names.ts'

test('the first names stay what they are, and there are never more', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.integer({ min: 1, max: 5 }), (names, most) => {
      const bounded = boundedNames(most, '(other)')
      const given = names.map(bounded)
      const first = new Set([...new Set(names)].slice(0, most))
      expect(given).toEqual(names.map((name) => (first.has(name) ? name : '(other)')))
      expect(new Set(given).size).toBeLessThanOrEqual(most + 1)
    }),
  )
})
