import { expect, test } from 'vitest'
import { median, ratio } from './figures.ts'

test('the median is the value in the middle, whatever the order', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([4, 1, 2, 9])).toBe(3)
})

test('a ratio is taken round by round, so a slow moment of the machine falls out', () => {
  expect(ratio([90, 9, 90], [100, 10, 100])).toBeCloseTo(0.9)
})
