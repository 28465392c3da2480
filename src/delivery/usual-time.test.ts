import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { usualTime } from './usual-time.ts'

const SECOND = 1000
const times = (...seconds: number[]): number[] => seconds.map((each) => each * SECOND)

describe('the usual time of a route', () => {
  const cases: [what: string, took: number[], usual: number | null][] = [
    ['no receipt ever', [], null],
    ['too few to have one', times(3, 4), null],
    ['quick ones get twenty seconds all the same', times(1, 1, 1), 20 * SECOND],
    ['twice as long as they took', times(15, 15, 15), 30 * SECOND],
    ['the slowest of few counts', times(2, 2, 40), 80 * SECOND],
    [
      'one in ten that is slow does not',
      times(12, 12, 12, 12, 12, 12, 12, 12, 12, 300),
      24 * SECOND,
    ],
    ['never longer than two minutes', times(500, 500, 500), 120 * SECOND],
    ['at once', times(0, 0, 0), 20 * SECOND],
  ]
  for (const [what, took, usual] of cases)
    test(what, () => {
      expect(usualTime(took)).toBe(usual)
    })
})

test('in whatever order they are, and never shorter when one of them took longer', () => {
  const list = fc.array(fc.nat(600_000), { minLength: 3, maxLength: 20 })
  fc.assert(
    fc.property(list, fc.nat(19), fc.nat(600_000), (took, index, more) => {
      const usual = usualTime(took)!
      expect(usualTime(took.toReversed())).toBe(usual)
      const later = took.map((ms, i) => (i === index ? ms + more : ms))
      expect(usualTime(later)!).toBeGreaterThanOrEqual(usual)
    }),
  )
})
