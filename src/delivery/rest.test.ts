import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { restsUntil, TOO_MANY } from './rest.ts'

const SECOND = 1000
const at = 1_800_000_000_000

describe('a route that fails', () => {
  const cases: [failures: number, rest: number][] = [
    [0, 0],
    [1, 0],
    [2, 0],
    [3, 30 * SECOND],
    [4, 60 * SECOND],
    [5, 120 * SECOND],
    [7, 480 * SECOND],
    [8, 600 * SECOND],
    [9, 600 * SECOND],
    [1_000_000, 600 * SECOND],
  ]
  for (const [failures, rest] of cases)
    test(`${failures} times rests for ${rest / SECOND} seconds`, () => {
      expect(restsUntil({ failures, failedAt: at })).toBe(rest === 0 ? 0 : at + rest)
    })
})

test('a rest is never shorter after one more failure, and never longer than ten minutes', () => {
  fc.assert(
    fc.property(fc.nat(2000), (failures) => {
      const until = restsUntil({ failures, failedAt: at })
      expect(restsUntil({ failures: failures + 1, failedAt: at })).toBeGreaterThanOrEqual(until)
      expect(until).toBeLessThanOrEqual(at + 600 * SECOND)
      expect(until > 0).toBe(failures >= TOO_MANY)
    }),
  )
})
