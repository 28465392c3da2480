import { expect, test } from 'vitest'
import { kinds } from '../factors/all.ts'
import type { LoginCode } from '../store/tables.ts'
import { wantedOf, whyNotGivenUp, whyNotUnprotected } from './wanted-rules.ts'

const HERE = '+351912345678'
const THERE = '+351961234567'
const offered = { factors: kinds, protection: 'offered' } as const
const required = { factors: kinds, protection: 'required' } as const

/** Called by their kinds; those with `!` were guessed at too often. */
const having = (all: readonly string[]) =>
  all.map((each) => {
    const kind = each.replace('!', '')
    return { id: kind, kind, state: { to: HERE }, disabledAt: each.endsWith('!') ? 1 : null }
  })

const isKept = (refusal: unknown): boolean => {
  if (refusal !== null) expect(refusal).toEqual({ refused: 'wanted_by_administrator' })
  return refusal !== null
}

test.each<[LoginCode | null, typeof offered | typeof required, boolean]>([
  [null, offered, false],
  ['app', offered, true],
  ['email', offered, true],
  [null, required, true],
])('%s wanted, under %j: protection stays on: %s', (wantedCode, policy, kept) => {
  expect(isKept(whyNotUnprotected({ wantedCode }, policy))).toBe(kept)
})

test.each<[LoginCode | null, readonly string[], string, boolean]>([
  [null, ['email', 'totp'], 'email', false],
  ['email', ['email', 'totp'], 'email', true],
  ['email', ['email', 'totp'], 'totp', false],
  // It is not proven yet: what there is instead is not what is wanted.
  ['email', ['sms', 'totp'], 'sms', false],
  ['sms', ['sms!', 'totp'], 'sms', false],
  ['both', ['email', 'sms', 'totp'], 'email', true],
  ['both', ['email', 'sms', 'totp'], 'sms', true],
  ['both', ['email', 'totp'], 'email', false],
  ['app', ['totp', 'passkey'], 'totp', false],
  ['app', ['totp', 'email'], 'totp', true],
  ['app', ['totp', 'passkey!', 'email'], 'totp', true],
])('%s wanted, having %j: the %s stays: %s', (wantedCode, has, id, kept) => {
  expect(isKept(whyNotGivenUp({ wantedCode }, offered, having(has), id))).toBe(kept)
})

test('where a policy requires protection, the last that it allows stays', () => {
  const all = having(['totp', 'email'])
  const strong = { ...required, factors: ['totp', 'passkey'] } as const
  const none = { wantedCode: null }
  expect(isKept(whyNotGivenUp(none, strong, all, 'totp'))).toBe(true)
  expect(isKept(whyNotGivenUp(none, strong, all, 'email'))).toBe(false)
  expect(isKept(whyNotGivenUp(none, required, all, 'totp'))).toBe(false)
  expect(isKept(whyNotGivenUp(none, { ...strong, protection: 'offered' }, all, 'totp'))).toBe(false)
})

test.each<[LoginCode, string | null, readonly string[], string | null]>([
  ['email', null, ['email'], null],
  ['email', null, [], 'email'],
  ['email', null, ['email!'], 'email, disabled'],
  ['sms', null, ['sms'], null],
  ['sms', HERE, ['sms'], null],
  ['sms', THERE, ['sms'], 'sms'],
  ['sms', THERE, ['sms!'], 'sms'],
  ['sms', HERE, ['sms!'], 'sms, disabled'],
  ['both', null, [], 'email'],
  ['both', null, ['email'], 'sms'],
  ['both', null, ['email', 'sms'], null],
  ['app', null, ['email'], 'app'],
  ['app', null, ['passkey'], null],
])('%s to %s, having %j: %s is missing', (wantedCode, wantedPhone, has, expected) => {
  const wanted = wantedOf({ wantedCode, wantedPhone }, having(has))!
  const { missing, isDisabled } = wanted
  expect(missing && missing + (isDisabled ? ', disabled' : '')).toBe(expected)
})
