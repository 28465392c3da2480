import fc from 'fast-check'
import { expect, test } from 'vitest'
import { barsOf, chart } from './chart.ts'

const box = { width: 640, height: 160 }
const amount = fc.oneof(
  fc.constant(0),
  fc.nat({ max: 1_000_000 }),
  fc.double({ min: 0, max: 1e12, noNaN: true }),
)
const columns = fc.array(fc.array(amount, { minLength: 3, maxLength: 3 }), { maxLength: 31 })
const ABOUT = 1e-6

test('every column stays in its box, its parts on top of each other, and touches no other', () => {
  fc.assert(
    fc.property(columns, fc.boolean(), (parts, isMirrored) => {
      const bars = barsOf(parts, box, isMirrored)
      expect(bars.length).toBe(parts.length)
      for (const column of bars) {
        let floor = box.height
        for (const { x, y, width, height } of column) {
          expect(x).toBeGreaterThanOrEqual(0)
          expect(x + width).toBeLessThanOrEqual(box.width + ABOUT)
          expect(height).toBeGreaterThanOrEqual(2)
          expect(y + height).toBeCloseTo(floor, 6)
          expect(y).toBeGreaterThanOrEqual(-ABOUT)
          floor = y
        }
      }
      const lefts = bars.flatMap(([first]) => (first ? [first] : [])).toSorted((a, b) => a.x - b.x)
      for (const [index, bar] of lefts.entries())
        expect(bar.x + bar.width).toBeLessThan(lefts[index + 1]?.x ?? Infinity)
    }),
  )
})

test('nothing is drawn for nothing, and more is never lower', () => {
  fc.assert(
    fc.property(columns, (parts) => {
      const bars = barsOf(parts, box, false)
      for (const [index, its] of parts.entries())
        expect(bars[index]!.map(({ part }) => part)).toEqual(
          its.flatMap((one, part) => (one > 0 ? [part] : [])),
        )
      const all = bars.flatMap((its, index) =>
        its.map(({ part, height }) => ({ amount: parts[index]![part]!, height })),
      )
      const sorted = all.toSorted((a, b) => a.amount - b.amount)
      for (const [index, { height }] of sorted.entries())
        expect(height).toBeLessThanOrEqual((sorted[index + 1]?.height ?? Infinity) + ABOUT)
    }),
  )
})

test('where lines run from right to left, so does time', () => {
  fc.assert(
    fc.property(columns, (parts) => {
      const mirrored = barsOf(parts, box, true)
      for (const [index, column] of barsOf(parts, box, false).entries())
        for (const [n, { x, width, ...rest }] of column.entries()) {
          const other = mirrored[index]![n]!
          expect(other).toMatchObject(rest)
          expect(other.x).toBeCloseTo(box.width - x - width, 6)
        }
    }),
  )
})

test('a column says what it is, in words that cannot break out', async () => {
  const svg = String(
    await chart('en', {
      name: '<a>',
      columns: [{ parts: [1, 0], title: '"<b>' }],
      looks: ['good', 'bad'],
    }),
  )
  expect(svg).toContain('role="img"')
  expect(svg).toContain('<title>&quot;&lt;b&gt;</title>')
  expect(svg).toContain('aria-label="&lt;a&gt;"')
  expect(svg).not.toContain('style=')
  expect(svg.match(/<rect/g)).toHaveLength(1)
})
