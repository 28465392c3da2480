import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UNANSWERED } from '../delivery/try.ts'
import { messageStates, type Told } from './message-state.ts'

const NOW = 1_000
const UNTIL = 2_000
const open = { by: ['sms'], until: UNTIL }
const both = { ...open, by: ['email', 'sms'] }

const sms = {
  by: 'sms',
  createdAt: 500,
  expiresAt: UNTIL,
  body: 'sealed' as string | null,
  reason: null as string | null,
  acceptedAt: null as number | null,
  deliveredAt: null as number | null,
  failedAt: null as number | null,
}
type Sample = typeof sms
const email = { ...sms, by: 'email' }
const accepted = { acceptedAt: 600 }
const delivered = { ...accepted, deliveredAt: 700, body: null }
const failed = (reason: string | null) => ({ failedAt: 800, body: null, reason })

describe('one message', () => {
  const table: [string, Partial<Sample>, Told['sms'], number?][] = [
    ['just written down', {}, { state: 'on_its_way' }],
    ['to be tried again', { reason: 'busy' }, { state: 'on_its_way' }],
    ['taken, and kept for another route', accepted, { state: 'accepted' }],
    ['taken for good', { ...accepted, body: null }, { state: 'accepted' }],
    [
      'left to the route that has it, after another has refused it',
      { ...accepted, body: null, reason: 'busy' },
      { state: 'accepted' },
    ],
    ['taken, and come back', { ...accepted, reason: 'EXPIRED' }, { state: 'on_its_way' }],
    ['arrived', delivered, { state: 'delivered' }],
    ['arrived after its code was dead', delivered, { state: 'delivered' }, UNTIL],
    ['refused', failed('no such number'), { state: 'failed', why: 'given_up' }],
    ['without a reason', failed(null), { state: 'failed', why: 'given_up' }],
    ['with no route', failed('no route'), { state: 'failed', why: 'given_up' }],
    [
      'taken, and not delivered',
      { ...accepted, ...failed('UNDELIV') },
      { state: 'failed', why: 'given_up' },
    ],
    ['past the budget', failed('budget'), { state: 'failed', why: 'over_budget' }],
    ['written down as expired', failed('expired'), { state: 'failed', why: 'expired' }],
    ['never answered', failed(UNANSWERED), { state: 'failed', why: 'unanswered' }],
    ['cut off', failed(`timeout (${UNANSWERED})`), { state: 'failed', why: 'unanswered' }],
    ['never sent in time', {}, { state: 'failed', why: 'expired' }, UNTIL],
    ['a moment before that', {}, { state: 'on_its_way' }, UNTIL - 1],
    ['taken, when its code is dead', accepted, { state: 'accepted' }, UNTIL],
  ]
  for (const [what, about, state, now = NOW] of table)
    test(`${what}: ${JSON.stringify(state)}`, () => {
      expect(messageStates([{ ...sms, ...about }], open, now)).toEqual({ sms: state })
    })
})

describe('several messages', () => {
  const later = { createdAt: 600 }
  const table: [string, Sample[], Told, typeof open?][] = [
    ['none', [], {}],
    [
      'the newest decides',
      [
        { ...sms, ...failed('x') },
        { ...sms, ...later },
      ],
      { sms: { state: 'on_its_way' } },
    ],
    [
      'an older one that has arrived comes first',
      [
        { ...sms, ...delivered },
        { ...sms, ...later, ...failed('x') },
      ],
      { sms: { state: 'delivered' } },
    ],
    [
      'one with another code counts for nothing, arrived or not',
      [
        { ...sms, ...delivered, expiresAt: UNTIL - 1 },
        { ...sms, ...later },
      ],
      { sms: { state: 'on_its_way' } },
    ],
    [
      'one code by both ways',
      [
        { ...sms, ...delivered },
        { ...email, ...accepted, body: null },
      ],
      { email: { state: 'accepted' }, sms: { state: 'delivered' } },
      both,
    ],
    [
      'by both ways, of which one was taken later',
      [email, { ...sms, ...later, ...accepted }],
      { email: { state: 'on_its_way' }, sms: { state: 'accepted' } },
      both,
    ],
    [
      'a code by the other way that only ends at the same time is another one',
      [
        { ...email, ...delivered },
        { ...sms, ...later },
      ],
      { sms: { state: 'on_its_way' } },
    ],
  ]
  for (const [what, messages, told, asked = open] of table)
    test(what, () => {
      expect(messageStates(messages, asked, NOW)).toEqual(told)
    })
})

test('whatever became of them, a code that has arrived is never told as anything else', () => {
  const time = fc.option(fc.integer({ min: 500, max: 3_000 }))
  const message = fc.record({
    by: fc.constantFrom('email', 'sms'),
    createdAt: fc.constant(500),
    expiresAt: fc.constantFrom(UNTIL, UNTIL + 1),
    body: fc.option(fc.constant('sealed')),
    reason: fc.option(fc.constantFrom('x', 'budget', 'expired', UNANSWERED)),
    acceptedAt: time,
    deliveredAt: time,
    failedAt: time,
  })
  const ways = fc.subarray(['email', 'sms'])
  const now = fc.integer({ min: 500, max: 3_000 })
  fc.assert(
    fc.property(fc.array(message), ways, now, (messages, by, at) => {
      const told = messageStates(messages, { by, until: UNTIL }, at)
      for (const kind of ['email', 'sms'] as const) {
        const its = messages.filter((one) => one.expiresAt === UNTIL && one.by === kind)
        const shown = by.includes(kind) ? its : []
        const hasArrived = shown.some(({ deliveredAt }) => deliveredAt !== null)
        expect(told[kind] === undefined).toBe(shown.length === 0)
        expect(told[kind]?.state === 'delivered').toBe(hasArrived)
      }
    }),
  )
})
