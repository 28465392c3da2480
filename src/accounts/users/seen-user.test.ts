import { expect, test } from 'vitest'
import { codeOf, type SeenCode } from './seen-user.ts'

type User = Parameters<typeof codeOf>[0]

const allowed = ['passkey', 'totp', 'sms', 'email']
const user = (kinds: readonly string[], about: Partial<User> = {}): User => ({
  factors: kinds.map((kind) => ({ kind, isDisabled: false })),
  bothSince: null,
  wantedCode: null,
  wantedPhone: null,
  wantedAt: null,
  ...about,
})

const cases: readonly (readonly [what: string, user: User, seen: SeenCode])[] = [
  ['nothing', user([]), { code: null, waits: false }],
  ['a mailbox', user(['email']), { code: 'email', waits: false }],
  ['either', user(['email', 'sms']), { code: 'sms', waits: false }],
  ['both', user(['email', 'sms'], { bothSince: 1 }), { code: 'both', waits: false }],
  ['an app', user(['email', 'totp']), { code: 'app', waits: false }],
  ['what may not be used', user(['fax']), { code: null, waits: false }],
  ['a wish', user(['email'], { wantedCode: 'sms' }), { code: 'sms', waits: true }],
  ['a wish come true', user(['sms'], { wantedCode: 'sms' }), { code: 'sms', waits: false }],
  [
    'another number',
    user(['sms'], { wantedCode: 'sms', wantedPhone: '+351912345678' }),
    { code: 'sms', waits: true },
  ],
  ['half a wish', user(['email'], { wantedCode: 'both' }), { code: 'both', waits: true }],
  ['a passkey, as wished', user(['passkey'], { wantedCode: 'app' }), { code: 'app', waits: false }],
]

test.each(cases)('the login code of who has %s', (_, its, seen) => {
  expect(codeOf(its, allowed)).toEqual(seen)
})

test('what was guessed at too often is no login code', () => {
  const its = { ...user([]), factors: [{ kind: 'email', isDisabled: true }] }
  expect(codeOf(its, allowed)).toEqual({ code: null, waits: false })
})
