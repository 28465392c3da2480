import fc from 'fast-check'
import { expect, test } from 'vitest'
import { moneyText, readMoney } from './money.ts'

test.each([
  ['0', 0],
  ['0.045', 45_000],
  ['0,045', 45_000],
  [' 12.50 ', 12_500_000],
  ['٠٫٠٤٥', 45_000],
  ['1000000', 1e12],
  ['0.000001', 1],
])('%s is %d millionths', (text, millionths) => {
  expect(readMoney(text)).toBe(millionths)
})

test.each(['', '-1', '1e3', '.5', '5.', '1.2345678', '1000000.000001', '1 000', 'ten', '１．５x'])(
  '"%s" is no sum',
  (text) => {
    expect(readMoney(text)).toBe(null)
  },
)

test('what is written is read again as it was', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), (millionths) => {
      expect(readMoney(moneyText(millionths))).toBe(millionths)
    }),
  )
})
