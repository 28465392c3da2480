import fc from 'fast-check'
import { expect, test } from 'vitest'
import { waitAfter } from './back-off.ts'

test('each wait is about twice the one before, from 2 seconds on, and never more than a minute', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 5000 }), (id, tries) => {
      const least = Math.min(60_000, 2_000 * 2 ** (tries - 1))
      const wait = waitAfter(tries, id)
      expect(wait).toBeGreaterThanOrEqual(least)
      expect(wait).toBeLessThanOrEqual(Math.min(60_000, least * 1.25))
    }),
  )
})

test('messages that failed together are not tried again together', () => {
  const waits = Array.from({ length: 100 }, (_, i) => waitAfter(1, `0193f0c2a1b${i}`))
  expect(new Set(waits).size).toBeGreaterThan(50)
})
