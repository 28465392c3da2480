import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stretchesOf } from './count.ts'
import { linesOf, medianOf, slicesOf, totalsOf, type Counted } from './figures.ts'

const DAY = 24 * 60 * 60_000
const HOUR = DAY / 24
const NOW = Date.parse('2026-01-05T09:30:00Z')

test('the days of a page are whole ones in UTC, the last of them today', () => {
  const [first, last] = [stretchesOf(7, NOW)[0]!, stretchesOf(7, NOW).at(-1)!]
  expect(new Date(first.from).toISOString()).toBe('2025-12-30T00:00:00.000Z')
  expect(new Date(last.from).toISOString()).toBe('2026-01-05T00:00:00.000Z')
  const hours = stretchesOf(1, NOW)
  expect(hours).toHaveLength(24)
  expect(new Date(hours[0]!.from).toISOString()).toBe('2026-01-04T10:00:00.000Z')
})

test('stretches follow each other without a gap, and now is in the last one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.nat({ max: 4e12 }), (days, now) => {
      const all = stretchesOf(days, now)
      for (const [index, { until }] of all.entries())
        expect(until).toBe(all[index + 1]?.from ?? until)
      const { from, until } = all.at(-1)!
      expect(from <= now && now < until).toBe(true)
      expect(until - all[0]!.from).toBe(days * DAY)
      expect(until - from).toBe(days === 1 ? HOUR : DAY)
    }),
  )
})

test('half is below the median and half above it', () => {
  expect(medianOf([])).toBe(null)
  expect(medianOf([3, 1])).toBe(2)
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1 }), (numbers) => {
      const median = medianOf(numbers)!
      const half = numbers.length / 2
      expect(numbers.filter((one) => one < median).length).toBeLessThanOrEqual(half)
      expect(numbers.filter((one) => one > median).length).toBeLessThanOrEqual(half)
    }),
  )
})

const places = fc.record({
  by: fc.constantFrom('sms', 'email'),
  country: fc.constantFrom('PT', 'EG', null),
})
const amounts = fc.record({
  messages: fc.nat({ max: 99 }),
  accepted: fc.nat({ max: 99 }),
  delivered: fc.nat({ max: 99 }),
  entered: fc.nat({ max: 99 }),
  signIns: fc.nat({ max: 99 }),
})
const route = fc.constantFrom('Big', 'Local')
const rowOf = <T, U>(first: fc.Arbitrary<T>, second: fc.Arbitrary<U>) =>
  fc.tuple(places, amounts, first, second).map(([place, amount, a, b]) => ({
    ...place,
    ...amount,
    ...a,
    ...b,
  }))
const counted: fc.Arbitrary<Counted> = fc.record({
  from: fc.constant(0),
  until: fc.constant(DAY),
  became: fc.array(
    rowOf(
      fc.record({ route: fc.option(route) }),
      fc.record({ failed: fc.nat({ max: 9 }), underway: fc.nat({ max: 9 }) }),
    ),
  ),
  given: fc.array(rowOf(fc.record({ route }), fc.record({ cost: fc.nat({ max: 99 }) }))),
  took: fc.constant([]),
})

test('no cost and no message is lost or counted twice, however the days are cut', () => {
  fc.assert(
    fc.property(fc.array(counted, { maxLength: 5 }), (days) => {
      const sum = (all: readonly number[]) => all.reduce((one, other) => one + other, 0)
      const cost = sum(days.flatMap(({ given }) => given.map((row) => row.cost)))
      const messages = sum(days.flatMap(({ became }) => became.map((row) => row.messages)))
      expect(sum(linesOf(days).map((line) => line.cost))).toBe(cost)
      expect(sum(slicesOf(days).map((slice) => slice.cost))).toBe(cost)
      expect(sum(totalsOf(days).map(({ sent }) => sent))).toBe(messages)
      const drawn = slicesOf(days).map((one) => one.accepted + one.underway + one.failed)
      expect(sum(drawn)).toBe(messages)
      const names = linesOf(days).map(({ by, country, route: its }) => `${by} ${country} ${its}`)
      expect(new Set(names).size).toBe(names.length)
    }),
  )
})
