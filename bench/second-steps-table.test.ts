import { expect, test } from 'vitest'
import type { Measure } from './drive.ts'
import { keyOf } from './figures.ts'
import { secondStepsTables } from './second-steps-table.ts'

const measured = (perSecond: number): Measure => {
  const cpu = 800 / perSecond
  return { perSecond, cpu, serverUse: 0.8, driverUse: 0.6, foreign: 0, memory: 0 }
}

test('second steps are compared round by round', () => {
  const each = (...rates: number[]) => rates.map(measured)
  const text = secondStepsTables({
    steps: new Map([
      ['Nightlatch', each(1000, 100, 1000)],
      ['otplib', each(800, 80, 800)],
    ]),
    checks: new Map(
      ['right', 'wrong'].flatMap((codes) => [
        [keyOf('Nightlatch', codes), each(90_000)],
        [keyOf('otplib', codes), each(45_000)],
        [keyOf('otpauth', codes), each(180_000)],
      ]),
    ),
  })
  expect(text).toContain('| second steps a second | 1,000 | 800 | × 1.25 |')
  expect(text).toContain('| server CPU per second step, ms | 0.800 | 1.00 | × 0.80 |')
  expect(text).toContain('| … Nightlatch, times |  | × 2.0 | × 0.50 |')
})
