import fc from 'fast-check'
import { expect, test } from 'vitest'
import { kinds } from '../../factors/all.ts'
import { noRules, PolicyRules } from '../../sign-in/policy.ts'
import { readPolicy, typedFrom, type TypedPolicy } from './read-policy.ts'

const NOW = Date.parse('2026-01-05T09:00:00Z')
const given = { kinds, before: noRules, isInstallation: true, now: NOW }
const plain = typedFrom(noRules, kinds)
const read = (typed: Partial<TypedPolicy>, but: Partial<typeof given> = {}) =>
  readPolicy({ ...plain, ...typed }, { ...given, ...but })

const wrong: [Partial<TypedPolicy>, string, string][] = [
  [{ protection: 'some' }, 'protection', 'wrong_value'],
  [{ protection: '' }, 'protection', 'wrong_value'],
  [{ requiredFrom: 'soon' }, 'requiredFrom', 'bad_day'],
  [{ requiredFrom: '2026-02-30' }, 'requiredFrom', 'bad_day'],
  [{ requiredFrom: '1969-12-31' }, 'requiredFrom', 'bad_day'],
  [{ rememberDays: '31' }, 'rememberDays', 'not_number'],
  [{ rememberDays: '-1' }, 'rememberDays', 'not_number'],
  [{ rememberDays: '1.5' }, 'rememberDays', 'not_number'],
  [{ idleMinutes: '0' }, 'idleMinutes', 'not_number'],
  [{ idleMinutes: '61' }, 'idleMinutes', 'not_number'],
  [{ sessionHours: '25' }, 'sessionHours', 'not_number'],
  [{ caseKnownHours: '169' }, 'caseKnownHours', 'not_number'],
  [{ caseHours: '0' }, 'caseHours', 'not_number'],
  [
    { usePasskey: undefined, useTotp: undefined, useSms: undefined, useEmail: undefined },
    'usePasskey',
    'no_factor',
  ],
  [{ usePasskey: undefined, useTotp: undefined, strongManage: 'yes' }, 'strongManage', 'no_strong'],
]

test.each(wrong)('%o is refused at %s: %s', (typed, field, code) => {
  expect(read(typed)).toEqual({ problems: { [field]: code } })
})

const right: [string, Partial<TypedPolicy>, Partial<PolicyRules>][] = [
  ['nothing said', {}, {}],
  [
    'a day, in other digits too',
    { protection: 'required', requiredFrom: '٢٠٢٦-٠٢-٠١', advised: 'yes' },
    { protection: 'required', requiredFrom: Date.parse('2026-02-01T00:00:00Z') },
  ],
  ['a day without need', { requiredFrom: '2026-02-01' }, { requiredFrom: null }],
  ['no device', { rememberDays: ' 0 ' }, { rememberDays: 0 }],
  ['some factors', { useSms: undefined, useEmail: undefined }, { factors: ['passkey', 'totp'] }],
  ['measured from now on', { measure: 'yes' }, { shadowSince: NOW }],
]

test.each(right)('%s', (_, typed, rules) => {
  expect(read(typed)).toEqual({ rules: { ...noRules, ...rules }, advises: false })
})

test('what is measured already goes on since then', () => {
  const before = { ...noRules, shadowSince: 5 }
  expect(read({ measure: 'yes' }, { before })).toMatchObject({ rules: { shadowSince: 5 } })
  expect(read({}, { before })).toMatchObject({ rules: { shadowSince: null } })
})

test('an app or a passkey is advised once, where protection is required for the first time', () => {
  const required = { protection: 'required' }
  expect(read(required)).toMatchObject({
    rules: { strongFor: ['operator', 'manage'] },
    advises: true,
  })
  expect(read(required, { isInstallation: false })).toMatchObject({
    rules: { strongFor: ['manage'] },
    advises: true,
  })
  const not = { rules: { strongFor: [] }, advises: false }
  expect(read({ ...required, advised: 'yes' })).toMatchObject(not)
  expect(read({})).toMatchObject(not)
  expect(read({ ...required, usePasskey: undefined, useTotp: undefined })).toMatchObject(not)
  const before: PolicyRules = { ...noRules, protection: 'required' }
  expect(read(required, { before })).toMatchObject(not)
})

test('who manages a main account says nothing of operators', () => {
  const typed = { strongOperator: 'yes', strongSupport: 'yes' }
  expect(read(typed, { isInstallation: false })).toMatchObject({
    rules: { strongFor: ['support'] },
  })
})

const DAY = 86_400_000
const orNull = (least: number, most: number) =>
  fc.option(fc.integer({ min: least, max: most }), { nil: null })
const rulesThere = fc
  .record({
    protection: fc.constantFrom('off', 'offered', 'required'),
    strongFor: fc.subarray(['operator', 'manage', 'support']),
    factors: fc.option(fc.subarray([...kinds], { minLength: 1, maxLength: 3 }), { nil: null }),
    rememberDays: orNull(0, 30),
    idleMinutes: orNull(1, 60),
    sessionHours: orNull(1, 24),
    caseKnownHours: orNull(0, 168),
    caseHours: orNull(1, 720),
    shadowSince: fc.option(fc.nat(), { nil: null }),
    day: orNull(0, 30_000),
  })
  .map(({ day, ...rules }) =>
    PolicyRules.parse({
      ...rules,
      requiredFrom: rules.protection === 'required' && day !== null ? day * DAY : null,
    }),
  )
  .filter(
    ({ factors, strongFor }) =>
      strongFor.length === 0 ||
      factors === null ||
      factors.includes('totp') ||
      factors.includes('passkey'),
  )

test('the form of any rules says those rules', () => {
  fc.assert(
    fc.property(rulesThere, (rules) => {
      const typed = { ...typedFrom(rules, kinds), advised: 'yes' }
      expect(readPolicy(typed, { ...given, before: rules })).toEqual({ rules, advises: false })
    }),
  )
})

test('whatever is typed is refused or can be kept', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('', 'yes', 'required', '7', '2026-12-01'))
  const typed = fc.record(
    Object.fromEntries(Object.keys(plain).map((name) => [name, text])) as Record<
      keyof TypedPolicy,
      typeof text
    >,
  )
  fc.assert(
    fc.property(typed, (any) => {
      const result = readPolicy(any, given)
      if ('rules' in result) expect(PolicyRules.parse(result.rules)).toEqual(result.rules)
      else expect(Object.keys(result.problems).length).toBeGreaterThan(0)
    }),
  )
})
