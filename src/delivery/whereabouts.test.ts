import { expect, test } from 'vitest'
import { isUnanswered, isUnderWay, whyFailed } from './whereabouts.ts'
import { UNANSWERED } from '../store/sendings.ts'

const nothing = { acceptedAt: null, refusedAt: null, undeliveredAt: null, reason: null }
const lost = { ...nothing, reason: `timed out (${UNANSWERED})` }
const refused = { ...nothing, refusedAt: 1, reason: 'busy' }
const taken = { ...nothing, acceptedAt: 1 }
const notDelivered = { ...taken, undeliveredAt: 2, reason: 'ABSENT' }

test('what a route has taken is under way until it says otherwise', () => {
  const all = [nothing, lost, refused, taken, notDelivered, { ...nothing, undeliveredAt: 2 }]
  expect(all.map(isUnderWay)).toEqual([false, false, false, true, false, false])
  expect(all.map(isUnanswered)).toEqual([true, true, false, false, false, false])
})

const cases = [
  ['what the last route said', [refused, notDelivered], null, 'ABSENT'],
  ['why it was given up', [refused], 'expired', 'expired'],
  ['that nobody knows, whatever the last one said', [lost, refused], null, lost.reason],
  ['that nobody knows, rather than that it is late', [lost], 'expired', lost.reason],
  ['that nobody knows, where a process died', [nothing, refused], 'budget', UNANSWERED],
  ['why, where no route was asked', [], 'no route', 'no route'],
] as const

for (const [what, sendings, why, reason] of cases)
  test(`a failed message says ${what}`, () => {
    expect(whyFailed(sendings, why)).toBe(reason)
  })
