import { expect, test } from 'vitest'
import { readLoginPhone } from '../accounts/users/read-login-phone.ts'
import { kinds } from '../factors/all.ts'
import type { FactorKind } from '../factors/factor.ts'
import type { LoginCode } from '../store/tables.ts'
import { isWaiting } from './login-code.ts'
import { dueFor, type Policy } from './policy.ts'

const NUMBER = '+351912345678'
const policy: Policy = {
  protection: 'offered',
  requiredFrom: 0,
  closedFrom: {},
  factors: kinds,
  rememberDays: 30,
  rememberIdleDays: 30,
  longestIdle: null,
  longestLife: null,
  isShadow: false,
}
const required = { ...policy, protection: 'required', requiredFrom: 77 } as const

type Case = [LoginCode, string | null, readonly FactorKind[], string]

test.each<Case>([
  ['email', null, [], 'email passkey totp sms, now'],
  ['email', null, ['email'], 'nothing'],
  ['email', null, ['totp'], 'email, later'],
  ['sms', null, ['sms'], 'nothing'],
  // Another number is none that is proven.
  ['sms', NUMBER, ['sms'], 'sms, later'],
  ['both', null, [], 'email sms passkey totp, now'],
  ['both', null, ['email'], 'sms, later'],
  ['both', null, ['sms'], 'email, later'],
  ['both', null, ['email', 'sms'], 'nothing'],
  ['both', NUMBER, ['email', 'sms'], 'sms, later'],
  ['app', null, ['email'], 'passkey totp, now'],
  ['app', null, ['totp'], 'nothing'],
])('%s to %s, where %j work: %s', (wantedCode, wantedPhone, working, expected) => {
  const wanted = { wantedCode, wantedPhone, wantedAt: 5 }
  const due = dueFor(policy, wanted, working, { enrolled: working, sendsNew: false })
  const said = due && `${due.kinds.join(' ')}, ${due.until === null ? 'now' : 'later'}`
  expect(said ?? 'nothing').toBe(expected)
})

test('what can only be tried can be put off, unless a policy requires something', () => {
  const wanted = { wantedCode: 'email', wantedPhone: null, wantedAt: 5 } as const
  const untilWhen = (its: Policy, enrolled: FactorKind[]) =>
    dueFor(its, wanted, [], { enrolled, sendsNew: false, isOffered: true })?.until
  expect(untilWhen(policy, [])).toBe(Infinity)
  expect(untilWhen(required, [])).toBe(77)
  // What is set up lets in no more: it is now or never.
  expect(untilWhen(policy, ['sms'])).toBe(null)
})

test.each<[LoginCode | null, string | null, number | null, readonly string[], boolean]>([
  [null, null, null, [], false],
  ['sms', null, null, [], true],
  ['sms', null, 5, [], false],
  ['sms', null, null, ['sms'], false],
  ['sms', NUMBER, null, ['sms'], true],
  ['both', null, null, ['sms'], true],
  ['app', null, null, ['passkey'], false],
])('%s to %s since %s, having %j, waits: %s', (wantedCode, wantedPhone, wantedAt, own, waits) => {
  expect(isWaiting({ wantedCode, wantedPhone, wantedAt }, own)).toBe(waits)
})

test.each<[string, string, string | null | { problem: string }]>([
  ['912 345 678', 'PT', NUMBER],
  [NUMBER, 'PT', NUMBER],
  ['', 'PT', null],
  ['  ', 'PT', null],
  // At home elsewhere, and said to be.
  ['+44 7400 123456', 'PT', '+447400123456'],
  ['00447400123456', 'PT', '+447400123456'],
  ['07400 123456', 'PT', { problem: 'bad_phone' }],
  ['none', 'PT', { problem: 'bad_phone' }],
  // It costs whoever calls it.
  ['+351 760 123 456', 'PT', { problem: 'bad_phone' }],
])('the number %j, typed for somebody in %s', (typed, country, expected) => {
  const read = readLoginPhone(typed, country)
  expect(read).toEqual(
    typeof expected === 'object' && expected !== null ? expected : { phone: expected },
  )
})
