import { expect, test } from 'vitest'
import { isAboutNumber } from './about-number.ts'

const rows: [reason: string, isSo: boolean][] = [
  ['UNDELIVERABLE: REJECTED_OPERATOR: EC_ABSENT_SUBSCRIBER', true],
  ['delivery_failed: unknown subscriber: 1', true],
  ['undelivered: 30003', true],
  ['undelivered: 30006', true],
  ['failed: invalid number', true],
  ['NO_SUCH_NUMBER', true],
  ['Invalid_Destination', true],
  ['delivery_failed: opted out', true],
  ['call barred', true],
  ['not delivered', false],
  ['UNDELIV 011', false],
  ['REJECTD 008', false],
  ['EXPIRED', false],
  ['undelivered: 30007', false],
  ['undelivered: 130003', false],
  ['failed: unknown error', false],
  ['invalid sender', false],
  ['no credit', false],
  ['', false],
]
test.each(rows)('%j is about the number: %s', (reason, isSo) => {
  expect(isAboutNumber(reason)).toBe(isSo)
})
