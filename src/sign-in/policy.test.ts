import fc from 'fast-check'
import { expect, test } from 'vitest'
import { factorOf, kinds } from '../factors/all.ts'
import type { FactorKind } from '../factors/factor.ts'
import type { LoginCode, Privilege } from '../store/tables.ts'
import { dueFor, noRules, policyFrom, type Policy, type PolicyRules } from './policy.ts'

const config = {
  factors: [...kinds],
  limits: { rememberDays: 30, rememberIdleDays: 14 },
} as unknown as Parameters<typeof policyFrom>[0]

const rules = (some: Partial<PolicyRules> = {}): PolicyRules => ({ ...noRules, ...some })
const privileges = [null, 'support', 'manage', 'operator'] as const

const cases: [
  what: string,
  all: Partial<PolicyRules>[],
  privilege: Privilege | null,
  holds: Partial<Policy>,
][] = [
  ['nothing was written', [], null, { protection: 'offered', factors: kinds, rememberDays: 30 }],
  [
    'it is off in both',
    [{ protection: 'off' }, { protection: 'off' }],
    null,
    { protection: 'off' },
  ],
  ['it is off in one', [{ protection: 'off' }, {}], null, { protection: 'offered' }],
  [
    'it is required later in one, sooner in the other',
    [
      { protection: 'required', requiredFrom: 20 },
      { protection: 'required', requiredFrom: 10 },
    ],
    null,
    { protection: 'required', requiredFrom: 10 },
  ],
  [
    'it is off in one and required in the other',
    [{ protection: 'off' }, { protection: 'required' }],
    null,
    { protection: 'required', requiredFrom: 0 },
  ],
  [
    'what each allows is not the same',
    [{ factors: ['totp', 'email'] }, { factors: ['totp', 'sms'] }],
    null,
    { factors: ['totp'] },
  ],
  [
    'who manages must be strong',
    [{ strongFor: ['manage'], rememberDays: 5 }],
    'manage',
    { protection: 'required', requiredFrom: 0, factors: ['passkey', 'totp'], rememberDays: 0 },
  ],
  [
    'who manages must be strong, of somebody else',
    [{ strongFor: ['manage'], rememberDays: 5 }],
    null,
    { protection: 'offered', factors: kinds, rememberDays: 5 },
  ],
  [
    'it is only measured',
    [{ protection: 'required', factors: ['totp'], shadowSince: 1 }],
    null,
    { protection: 'offered', factors: kinds, isShadow: true },
  ],
  [
    'sessions are short in both',
    [{ idleMinutes: 20 }, { idleMinutes: 5, sessionHours: 2 }],
    null,
    { longestIdle: 300_000, longestLife: 7_200_000 },
  ],
]

for (const [what, all, privilege, holds] of cases)
  test(`where ${what}`, () => {
    const each = all.map((some) => rules(some))
    expect(policyFrom(config, each, privilege)).toMatchObject(holds)
    expect(policyFrom(config, each.toReversed(), privilege)).toMatchObject(holds)
  })

test('who must be strong from a day on is trusted on a remembered device until then', () => {
  const all = [rules({ protection: 'required', requiredFrom: 50, strongFor: ['manage'] })]
  const days = [49, 50, undefined].map((now) => policyFrom(config, all, 'manage', now).rememberDays)
  expect(days).toEqual([30, 0, 0])
  const at = [rules({ strongFor: ['manage'] })]
  expect(policyFrom(config, at, 'manage', 0).rememberDays).toBe(0)
})

const anyRules: fc.Arbitrary<PolicyRules> = fc.record({
  protection: fc.constantFrom('off', 'offered', 'required'),
  requiredFrom: fc.option(fc.nat(100)),
  strongFor: fc.subarray(['operator', 'manage', 'support']),
  factors: fc.option(fc.subarray([...kinds], { minLength: 1 })),
  rememberDays: fc.option(fc.nat(30)),
  idleMinutes: fc.option(fc.integer({ min: 1, max: 60 })),
  sessionHours: fc.option(fc.integer({ min: 1, max: 24 })),
  caseKnownHours: fc.constant(null),
  caseHours: fc.constant(null),
  shadowSince: fc.constant(null),
})

const rank = { off: 0, offered: 1, required: 2 }
const from = ({ protection, requiredFrom }: Policy): number =>
  protection === 'required' ? requiredFrom : Infinity

test('one more set of rules never loosens anything but what it says is off where nobody said more', () => {
  fc.assert(
    fc.property(anyRules, anyRules, fc.constantFrom(...privileges), (one, more, privilege) => {
      const before = policyFrom(config, [one], privilege)
      const after = policyFrom(config, [one, more], privilege)
      expect(rank[after.protection]).toBeGreaterThanOrEqual(rank[before.protection])
      expect(from(after)).toBeLessThanOrEqual(from(before))
      // What is strong takes the place of what is not, where nothing would be left else.
      const isStrong = after.factors.every((kind) => factorOf(kind).isStrong)
      if (!isStrong) expect(before.factors).toEqual(expect.arrayContaining([...after.factors]))
      expect(after.rememberDays).toBeLessThanOrEqual(before.rememberDays)
      const times = ({ longestIdle, longestLife }: Policy) => [
        longestIdle ?? Infinity,
        longestLife ?? Infinity,
      ]
      for (const [at, time] of times(after).entries())
        expect(time).toBeLessThanOrEqual(times(before)[at]!)
    }),
  )
})

type Wanted = Parameters<typeof dueFor>[1]
const nobody: Wanted = { wantedCode: null, wantedPhone: null, wantedAt: null }
const wants = (wantedCode: LoginCode, wantedPhone: string | null = null): Wanted => ({
  wantedCode,
  wantedPhone,
  wantedAt: 1,
})
const laterStrong = policyFrom(
  config,
  [rules({ protection: 'required', requiredFrom: 50, strongFor: ['manage'] })],
  'manage',
)
const laterApps = policyFrom(
  config,
  [
    rules({ protection: 'required', requiredFrom: 50, factors: ['totp', 'sms'] }),
    rules({ protection: 'required', requiredFrom: 70, factors: ['totp', 'email'] }),
    rules({ factors: ['totp', 'sms', 'email'] }),
  ],
  null,
)
const required = policyFrom(config, [rules({ protection: 'required', requiredFrom: 50 })], null)
const offered = policyFrom(config, [], null)
const strong = policyFrom(config, [rules({ strongFor: ['operator'] })], 'operator')
const fresh = { enrolled: [], sendsNew: false }

const dues: [
  what: string,
  due: ReturnType<typeof dueFor>,
  holds: Partial<NonNullable<ReturnType<typeof dueFor>>> | null,
][] = [
  ['nobody wants anything', dueFor(offered, nobody, [], fresh), null],
  ['it is required, and something works', dueFor(required, nobody, ['totp'], fresh), null],
  ['it is required from a date', dueFor(required, nobody, [], fresh), { kinds, until: 50 }],
  [
    'it is required, and only codes are left',
    dueFor(required, nobody, ['recovery'], fresh),
    { until: 50 },
  ],
  [
    'what is set up may not be used',
    dueFor(offered, nobody, [], { ...fresh, enrolled: ['email'] }),
    { kinds, until: null, why: 'policy' },
  ],
  [
    'who must be strong has nothing strong',
    dueFor(strong, nobody, [], { ...fresh, enrolled: ['email'] }),
    { kinds: ['passkey', 'totp'], until: null },
  ],
  [
    'who must be strong from a date has nothing strong',
    dueFor(laterStrong, nobody, [], { ...fresh, enrolled: ['email'] }),
    { kinds: ['passkey', 'totp'], until: 50, why: 'policy' },
  ],
  [
    'who must be strong from a date has nothing at all',
    dueFor(laterStrong, nobody, [], fresh),
    { kinds: ['passkey', 'totp'], until: 50 },
  ],
  [
    'what is set up may not be used from a date on',
    dueFor(laterApps, nobody, [], { ...fresh, enrolled: ['email'] }),
    { kinds: ['totp'], until: 50 },
  ],
  [
    'the last of what is set up may not be used from a date on',
    dueFor(laterApps, nobody, [], { ...fresh, enrolled: ['email', 'sms'] }),
    { kinds: ['totp'], until: 70 },
  ],
  [
    'what is set up may not be used at once, by whom no date is said',
    dueFor(laterApps, nobody, [], { ...fresh, enrolled: ['passkey'] }),
    { kinds: ['totp'], until: null },
  ],
  [
    'a login code is wanted of who has nothing',
    dueFor(offered, wants('sms', '+351'), [], fresh),
    { kinds: ['sms', 'passkey', 'totp', 'email'], until: null, instead: [] },
  ],
  [
    'a login code is wanted of who has something',
    dueFor(offered, wants('email'), ['totp'], fresh),
    { kinds: ['email'], until: Infinity, instead: [] },
  ],
  [
    'both are wanted and one is there',
    dueFor(offered, wants('both', '+351'), ['email'], fresh),
    { kinds: ['sms'] },
  ],
  [
    'a new one goes to where it was said, in place of the old',
    dueFor(offered, wants('both', '+351'), ['totp'], { enrolled: ['totp'], sendsNew: true }),
    { kinds: ['email', 'sms'], instead: ['email', 'sms'] },
  ],
  [
    'a number that is only typed stands for nothing',
    dueFor(offered, wants('both'), ['totp'], { enrolled: ['totp'], sendsNew: true }),
    { instead: ['email'] },
  ],
  [
    'an app stands for nothing either',
    dueFor(offered, wants('app'), ['email'], { enrolled: ['totp'], sendsNew: true }),
    { kinds: ['passkey', 'totp'], instead: [] },
  ],
  ['what is wanted may not be used', dueFor(strong, wants('sms', '+351'), ['totp'], fresh), null],
]

for (const [what, due, holds] of dues)
  test(`due where ${what}`, () => {
    if (holds === null) expect(due).toBeNull()
    else expect(due).toMatchObject(holds)
  })

test('what is due is always something that may be used', () => {
  const anyWanted = fc.record({
    wantedCode: fc.option(fc.constantFrom('email', 'sms', 'both', 'app')),
    wantedPhone: fc.option(fc.constant('+351')),
    wantedAt: fc.option(fc.constant(1)),
  })
  const anyWorking = fc.subarray([...kinds, 'recovery'] as FactorKind[])
  const anyHow = fc.record({ enrolled: fc.subarray([...kinds]), sendsNew: fc.boolean() })
  fc.assert(
    fc.property(
      anyRules,
      fc.constantFrom(...privileges),
      anyWanted,
      anyWorking,
      anyHow,
      (one, privilege, wanted, working, how) => {
        const policy = policyFrom(config, [one], privilege)
        const own = working.filter((kind) => kind === 'recovery' || policy.factors.includes(kind))
        const due = dueFor(policy, wanted, own, how)
        if (!due) return
        expect(due.kinds.length).toBeGreaterThan(0)
        expect(policy.factors).toEqual(expect.arrayContaining([...due.kinds]))
        expect(due.kinds).toEqual(expect.arrayContaining([...due.instead]))
        expect(new Set(due.kinds).size).toBe(due.kinds.length)
      },
    ),
  )
})

test('where protection is required, nobody puts off what is due who has nothing that counts', () => {
  const anyWanted = fc.record({
    wantedCode: fc.option(fc.constantFrom('email', 'sms', 'both', 'app')),
    wantedPhone: fc.option(fc.constant('+351')),
    wantedAt: fc.option(fc.constant(1)),
  })
  const anyHow = fc.record({
    enrolled: fc.subarray([...kinds] as FactorKind[]),
    sendsNew: fc.boolean(),
    isOffered: fc.boolean(),
  })
  const codes = fc.subarray(['recovery'] as FactorKind[])
  fc.assert(
    fc.property(anyRules, anyWanted, codes, anyHow, (one, wanted, working, how) => {
      const live = { ...one, protection: 'required', shadowSince: null } as const
      const policy = policyFrom(config, [live], null)
      const due = dueFor(policy, wanted, working, how)
      expect(due).not.toBeNull()
      expect(due?.until ?? 0).toBeLessThanOrEqual(policy.requiredFrom)
    }),
  )
})
