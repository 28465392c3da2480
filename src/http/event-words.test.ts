import { expect, test } from 'vitest'
import type { Entry } from '../accounts/history.ts'
import { inWords } from './event-words.ts'

const event = {
  id: '0'.repeat(32),
  at: Date.parse('2026-11-20T12:00:00Z'),
  kind: 'signed_in',
  accountId: '1'.repeat(32),
  attemptId: null,
  sessionId: null,
  deviceId: null,
  address: '203.0.113.1',
  userAgent: '',
  requestId: 'r',
  detail: {},
} satisfies Entry['event']

const detailsOf = (kind: string, by: string) => {
  const entry = { event: { ...event, kind, detail: { by } }, message: null, deviceName: null }
  return inWords({ placeOf: () => null }, 'en', { ...entry, by: null, canBeDenied: true }).details
}

test('what was shown is said in words, and nothing where nothing was shown', () => {
  expect(detailsOf('signed_in', 'password+email')).toEqual([['By', 'password and code by e-mail']])
  expect(detailsOf('email_change_stopped', 'link')).toEqual([])
  expect(detailsOf('email_change_stopped', 'account')).toEqual([])
  expect(detailsOf('session_ended', 'link')).toEqual([])
})
