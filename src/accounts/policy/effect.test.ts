import fc from 'fast-check'
import { expect, test } from 'vitest'
import { kinds } from '../../factors/all.ts'
import { noRules, type PolicyRules } from '../../sign-in/policy.ts'
import type { AccountClass } from '../../store/policy-effect.ts'
import {
  countUp,
  devicesEnded,
  nameOf,
  policyForOf,
  sessionsShortened,
  verdictOn,
  type Verdict,
} from './effect.ts'

const limits = { rememberDays: 30, rememberIdleDays: 14 } as never
const config = { factors: [...kinds], limits }
const NOW = 1_000_000
const one: AccountClass = {
  key: '',
  owner: '',
  privilege: null,
  kinds: [],
  isAddressProven: true,
  hasNumber: true,
  count: 1,
}
const required: PolicyRules = { ...noRules, protection: 'required' }

const table: [string, Partial<PolicyRules>, Partial<AccountClass>, Partial<Verdict>][] = [
  ['nothing said, nothing there', {}, {}, { is: 'free', stuck: null }],
  ['nothing said, a code there', {}, { kinds: ['email'] }, { is: 'enough' }],
  ['required now', required, {}, { is: 'asked', stuck: null }],
  ['required later', { ...required, requiredFrom: NOW + 1 }, {}, { is: 'asked_later' }],
  ['required since', { ...required, requiredFrom: NOW }, {}, { is: 'asked' }],
  ['required, and there', required, { kinds: ['sms'] }, { is: 'enough', isReplaced: false }],
  [
    'only what is allowed no more',
    { ...required, requiredFrom: NOW + 1, factors: ['totp'] },
    { kinds: ['sms', 'email'] },
    { is: 'asked_later', isReplaced: true, stuck: null },
  ],
  [
    'only what is allowed no more, and no day',
    { ...required, factors: ['totp'] },
    { kinds: ['sms', 'email'] },
    { is: 'asked', isReplaced: true, stuck: null },
  ],
  [
    'an app for managers, later',
    { ...required, strongFor: ['manage'], requiredFrom: NOW + 1 },
    { privilege: 'manage', kinds: ['email'] },
    { is: 'asked_later', isReplaced: true },
  ],
  [
    'only mail, never proven',
    { ...required, factors: ['email'] },
    { isAddressProven: false },
    { is: 'asked', stuck: 'address_unproven' },
  ],
  [
    'only text messages',
    { ...required, factors: ['sms'] },
    { hasNumber: false },
    { stuck: 'no_number' },
  ],
  [
    'a number at least',
    { ...required, factors: ['sms', 'email'] },
    { isAddressProven: false },
    { stuck: null },
  ],
  [
    'an app for managers',
    { strongFor: ['manage'] },
    { privilege: 'manage', kinds: ['email'] },
    { is: 'asked', isReplaced: true, isWeak: true },
  ],
  [
    'and for nobody else',
    { strongFor: ['manage'] },
    { privilege: 'support', kinds: ['email'] },
    { is: 'enough', isWeak: false },
  ],
  [
    'an app that is there',
    { strongFor: ['manage'] },
    { privilege: 'manage', kinds: ['totp'] },
    { is: 'enough', isWeak: false },
  ],
]

test.each(table)('%s', (_, rules, about, verdict) => {
  const policyFor = policyForOf(config, new Map([['', { ...noRules, ...rules }]]))
  const its = { ...one, ...about }
  expect(verdictOn(config, policyFor(its), its, NOW)).toMatchObject(verdict)
})

const kindsThere = fc.subarray(['passkey', 'totp', 'sms', 'email'] as const)
const classThere = fc.record({
  key: fc.string(),
  owner: fc.constantFrom('', 'main'),
  privilege: fc.constantFrom(null, 'support', 'manage', 'operator'),
  kinds: kindsThere,
  isAddressProven: fc.boolean(),
  hasNumber: fc.boolean(),
  count: fc.nat(1000),
}) as fc.Arbitrary<AccountClass>
const rulesThere: fc.Arbitrary<PolicyRules> = fc.record({
  ...Object.fromEntries(Object.entries(noRules).map(([name, value]) => [name, fc.constant(value)])),
  protection: fc.constantFrom('off', 'offered', 'required'),
  requiredFrom: fc.constantFrom(null, NOW - 1, NOW + 1),
  strongFor: fc.subarray(['operator', 'manage', 'support']),
  factors: fc.oneof(fc.constant(null), fc.subarray([...kinds], { minLength: 1 })),
  rememberDays: fc.option(fc.nat(30), { nil: null }),
  idleMinutes: fc.option(fc.integer({ min: 1, max: 60 }), { nil: null }),
}) as never

test('everybody is in one number and no other, and who is stuck is asked', () => {
  fc.assert(
    fc.property(rulesThere, rulesThere, fc.array(classThere), (general, own, classes) => {
      const policyFor = policyForOf(
        config,
        new Map([
          ['', general],
          ['main', own],
        ]),
      )
      const { people, enough, asked, askedLater, free, replaced, stuck } = countUp(
        config,
        policyFor,
        classes,
        NOW,
      )
      expect(enough + asked + askedLater + free).toBe(people)
      expect(replaced).toBeLessThanOrEqual(asked + askedLater)
      for (const each of [...stuck.address_unproven, ...stuck.no_number])
        expect(verdictOn(config, policyFor(each), each, NOW).is).toMatch(/^asked/)
    }),
  )
})

test('a main account makes it no looser: who is asked by the server is asked all the same', () => {
  fc.assert(
    fc.property(rulesThere, rulesThere, classThere, (general, own, about) => {
      const policyFor = policyForOf(
        config,
        new Map([
          ['', general],
          ['main', own],
        ]),
      )
      const its = { ...about, kinds: [] }
      const alone = verdictOn(config, policyFor({ ...its, owner: '' }), its, NOW)
      const both = verdictOn(config, policyFor({ ...its, owner: 'main' }), its, NOW)
      if (alone.is === 'asked') expect(both.is).toBe('asked')
      if (alone.is === 'asked_later') expect(both.is).toMatch(/^asked/)
    }),
  )
})

test('devices end that were remembered for longer, and no others', () => {
  const before = policyForOf(config, new Map())
  const after = policyForOf(config, new Map([['', { ...noRules, rememberDays: 7 }]]))
  const ages = [0, 6, 7, 29, 30].map((age) => ({ owner: '', privilege: null, age, count: 1 }))
  expect(devicesEnded(before, after, ages)).toBe(2)
  expect(devicesEnded(before, before, ages)).toBe(0)
})

test('sessions end sooner where a policy is shorter than what holds for them', () => {
  const usual = { idle: 30 * 60_000, absolute: 12 * 3_600_000 }
  const after = policyForOf(config, new Map([['', { ...noRules, idleMinutes: 10 }]]))
  const of = (longestIdle: number | null) => ({
    owner: '',
    privilege: null,
    count: 1,
    longestIdle,
    longestLife: null,
  })
  const some = [null, 5, 10, 20].map((minutes) => of(minutes === null ? null : minutes * 60_000))
  expect(sessionsShortened(after, some, usual)).toBe(2)
  const long = policyForOf(config, new Map([['', { ...noRules, idleMinutes: 60 }]]))
  expect(sessionsShortened(long, some, usual)).toBe(0)
})

test('what was seen is another when rules or people are others, and not for the moment it is asked', () => {
  const nobody = { count: 0, first: [] }
  const stuck = { address_unproven: nobody, no_number: nobody }
  const name = nameOf('', required, stuck)
  expect(nameOf('', { ...required }, stuck)).toBe(name)
  const others = [
    nameOf('main', required, stuck),
    nameOf('', noRules, stuck),
    nameOf('', { ...required, shadowSince: 1 }, stuck),
    nameOf('', required, { ...stuck, no_number: { count: 1, first: ['uma'] } }),
  ]
  expect(new Set([name, ...others]).size).toBe(5)
  const measured = { ...required, shadowSince: 1 }
  expect(nameOf('', { ...measured, shadowSince: 2 }, stuck)).toBe(nameOf('', measured, stuck))
})
