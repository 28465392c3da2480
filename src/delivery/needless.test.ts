import { expect, test } from 'vitest'
import { isAskedFor, isReplaced } from './needless.ts'

const mail = { by: 'email', expiresAt: 500 } as const
const text = { by: 'sms', expiresAt: 500 } as const
const asks = (kind: string, until = 500, by?: readonly ('email' | 'sms')[]) => {
  const asked = { kind, question: { until }, ...(by && { by }) }
  return { asked, endedAt: null, expiresAt: 900, triesLeft: 3 }
}
const open = asks('sms')

test.each([
  ['that of the open question', text, open, true],
  ['by mail too', mail, asks('email'), true],
  ['one that goes both ways', text, asks('email', 500, ['email', 'sms']), true],
  ['a mail, where a text message took its place', mail, open, false],
  ['a text message, where a mail took its place', text, asks('email'), false],
  ['the same, where that could go by both', text, asks('email', 500, ['email']), false],
  ['an older code', text, asks('sms', 700), false],
  ['where an app is asked', text, { ...open, asked: { kind: 'totp', question: null } }, false],
  ['where it was proven, or nothing was asked', text, { ...open, asked: null }, false],
  ['where all is over', text, { ...open, endedAt: 100 }, false],
  ['where time is over', text, { ...open, expiresAt: 200 }, false],
  ['where no tries are left', text, { ...open, triesLeft: 0 }, false],
] as const)('asked for, or not: %s', (_, code, asking, is) => {
  expect(isAskedFor(code, asking, 200)).toBe(is)
})

const m1 = { id: 'm1', by: 'sms', expiresAt: 500, acceptedAt: 100, failedAt: null } as const
const m2 = { ...m1, id: 'm2' } as const

test.each([
  ['by a newer one that went out', m1, [m1, m2], true],
  ['not by an older one', m2, [m1, m2], false],
  ['not by one that nobody has taken yet', m1, [m1, { ...m2, acceptedAt: null }], false],
  ['not by one that has failed', m1, [m1, { ...m2, failedAt: 200 }], false],
  ['not by a mail', m1, [m1, { ...m2, by: 'email' as const }], false],
] as const)('replaced, or not: %s', (_, code, all, is) => {
  expect(isReplaced(code, all)).toBe(is)
})
