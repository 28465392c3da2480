import { expect, test } from 'vitest'
import type { Counted, CountedFactor } from '../../store/standings.ts'
import { daysOf, wayIn } from './overview.ts'
import { standingOf, type Stuck } from './standing.ts'

const NOW = Date.parse('2026-01-05T09:00:00Z')
const DAY = 24 * 60 * 60 * 1000
const EMAIL = 'uma@example.com'

const uma: Counted = {
  id: 'uma',
  mainId: 'main',
  email: EMAIL,
  emailProvenAt: NOW,
  invitedAt: null,
  wantedCode: null,
  hasPassword: true,
}
const factor = (kind: string, state: unknown = {}, disabledAt: number | null = null) => ({
  kind,
  disabledAt,
  state: JSON.stringify(state),
})
const codes = (left: number) => factor('recovery', { salt: '', hashes: Array(left).fill('') })
const app = factor('totp')
const mail = factor('email', { to: EMAIL })
const near = factor('sms', { to: '+351912345678' })
const far = factor('sms', { to: '+201001234567' })

test.each<[string, Partial<Counted>, CountedFactor[], boolean, Stuck[]]>([
  ['nothing at all', {}, [], false, []],
  ['an app, and codes on paper', {}, [app, codes(3)], true, []],
  ['an app, and no code left', {}, [app, codes(0)], true, ['no_second_way']],
  ['an app', {}, [app], true, ['no_second_way']],
  ['two ways', {}, [app, near], true, []],
  ['only codes on paper', {}, [codes(3)], false, []],
  ['one that was guessed at', {}, [factor('totp', {}, NOW), codes(3)], false, []],
  ['one that may not be used here', {}, [factor('passkey'), app], true, ['no_second_way']],
  ['a number that is reached', {}, [near, codes(3)], true, []],
  ['a number that is not', {}, [far, codes(3)], true, ['out_of_reach']],
  ['that, and an app', {}, [far, app], true, []],
  ['an address where codes have arrived', { emailProvenAt: null }, [mail, codes(3)], true, []],
  [
    'another address than that',
    { emailProvenAt: null, email: 'new@example.com' },
    [mail, codes(3)],
    true,
    ['address_unproven'],
  ],
  [
    'codes wanted to an address never proven',
    { emailProvenAt: null, wantedCode: 'email' },
    [],
    false,
    ['address_unproven'],
  ],
  ['none wanted', { emailProvenAt: null }, [], false, []],
  ['that, with an app', { emailProvenAt: null, wantedCode: 'both' }, [app, near], true, []],
  ['invited today', { hasPassword: false, invitedAt: NOW }, [], false, []],
  ['invited long ago', { hasPassword: false, invitedAt: NOW - 4 * DAY }, [], false, ['not_come']],
  ['invited long ago, and there', { invitedAt: NOW - 4 * DAY }, [], false, []],
])('who will be stuck: %s', (_, about, enrolled, isProtected, stuck) => {
  const factors = ['totp', 'sms', 'email'] as const
  const reaches = (number: string): boolean => number.startsWith('+351')
  const standing = standingOf({ ...uma, ...about }, enrolled, { factors, now: NOW, reaches })
  expect(standing).toEqual({ isProtected, stuck })
})

test('a sign-in counts for what was shown beside the password', () => {
  const shown = ['password', 'password+email', 'password+device', 'passkey', 'password+pass', '']
  expect(shown.map(wayIn)).toEqual(['password', 'email', 'device', 'passkey', 'other', 'other'])
})

test('on a day when nobody counted it is as it was before, and today as it is now', () => {
  const row = (day: number, name: string, count: number, by = '') => ({
    owner: '',
    day,
    name,
    by,
    count,
  })
  const daily = [
    row(11, 'accounts', 4),
    row(11, 'protected', 1),
    row(12, 'signed_in', 2, 'password+totp'),
    row(12, 'signed_in', 3, 'passkey+password+totp'),
    row(12, 'second_step_refused', 5),
    row(12, 'device_named', 7),
    row(14, 'accounts', 9),
    row(14, 'protected', 9),
  ]
  const days = daysOf(daily, 14, 5, { accounts: 3, protected: 2 })
  expect(days.map((each) => [each.day, each.protected, each.unprotected])).toEqual([
    [10, 0, 0],
    [11, 1, 3],
    [12, 1, 3],
    [13, 1, 3],
    [14, 2, 1],
  ])
  expect(days.map(({ refusals, signIns }) => [signIns.totp, refusals])).toEqual([
    [0, 0],
    [0, 0],
    [5, 5],
    [0, 0],
    [0, 0],
  ])
})
