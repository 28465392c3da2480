import { expect, test } from 'vitest'
import { reachedIn } from './measured.ts'

const seen = (detail: object, people = 1) => ({ detail: JSON.stringify(detail), people })
const kinds = 'totp+sms+email'

test.each([
  [{ kinds, email: 'accepted', sms: 'open' }, 'code'],
  [{ kinds, email: 'failed', sms: 'open' }, 'code'],
  [{ kinds: 'email', email: 'accepted' }, 'code'],
  [{ kinds, email: 'failed', sms: 'no_number' }, 'open'],
  [{ kinds: 'sms+email', email: 'unknown', sms: 'stopped' }, 'open'],
  [{ kinds: 'passkey' }, 'open'],
  [{ kinds: 'sms+email', email: 'failed', sms: 'country' }, 'none'],
  [{ kinds: 'sms', sms: 'no_route' }, 'none'],
  // Gone with its account.
  [{}, 'none'],
])('%o is counted as %s', (detail, part) => {
  const { code, open, none } = reachedIn([seen(detail, 3)])
  expect({ code, open, none }).toEqual({ code: 0, open: 0, none: 0, [part]: 3 })
})

test('people are added up, and one may be reached by several ways', () => {
  const all = [
    seen({ kinds, email: 'accepted', sms: 'open' }, 2),
    seen({ kinds: 'sms+email', email: 'failed', sms: 'open' }),
    seen({ kinds: 'email', email: 'failed' }, 4),
  ]
  expect(reachedIn(all)).toEqual({
    people: 7,
    code: 3,
    open: 0,
    none: 4,
    email: 2,
    sms: 3,
    app: 2,
  })
})
