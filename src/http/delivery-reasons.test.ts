import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NEEDLESS } from '../delivery/needless.ts'
import { UNANSWERED, UNREADABLE } from '../delivery/try.ts'
import { reasonsIn } from './delivery-reasons.ts'

const unanswered = { known: 'unanswered' }

test.each([
  [null, []],
  ['expired', [{ known: 'expired' }]],
  ['no route', [{ known: 'noRoute' }]],
  ['budget', [{ known: 'budget' }]],
  ['stopped', [{ known: 'stopped' }]],
  ['not delivered', [{ known: 'undelivered' }]],
  [UNANSWERED, [unanswered]],
  [UNREADABLE, [{ known: 'unreadable' }]],
  [NEEDLESS, [{ known: 'needless' }]],
  ['HTTP 503 Busy', [{ said: 'HTTP 503 Busy' }]],
  ['constructor', [{ said: 'constructor' }]],
  ['unreachable EHOSTUNREACH', [{ known: 'away' }, { said: 'unreachable EHOSTUNREACH' }]],
  ['EAUTH 535 No', [{ known: 'settings' }, { said: 'EAUTH 535 No' }]],
  [`too_slow (${UNANSWERED})`, [{ known: 'slow' }, { said: 'too_slow' }, unanswered]],
  [`UNDELIV 1B (${UNANSWERED})`, [{ said: 'UNDELIV 1B' }, unanswered]],
])('%s', (reason, parts) => {
  expect(reasonsIn(reason)).toEqual(parts)
})

test('a gateway’s own words are never lost or changed', () => {
  fc.assert(
    fc.property(fc.string(), (reason) => {
      const parts = reasonsIn(reason)
      const isOurs = parts.length === 1 && 'known' in parts[0]!
      if (!isOurs) expect(parts).toContainEqual({ said: reason })
    }),
  )
})
