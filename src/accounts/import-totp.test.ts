import { expect, test } from 'vitest'
import { readLine } from './import-totp.ts'

const line = {
  login: 'ana@example.com',
  key: 'JBSWY3DPEHPK3PXP',
  algorithm: '',
  digits: '',
  period: '',
  name: '',
}
const read = (about: Partial<typeof line>) => readLine({ ...line, ...about })

test('what is left out is as nearly every app has it', () => {
  expect(readLine(line)).toEqual({
    login: 'ana@example.com',
    key: 'JBSWY3DPEHPK3PXP',
    otp: { algorithm: 'SHA1', digits: 6, period: 30 },
    name: '',
  })
})

test('logins and keys are read as people and systems write them', () => {
  expect(read({ login: ' ANA@Example.com ' })).toMatchObject({ login: 'ana@example.com' })
  for (const key of ['jbsw y3dp ehpk 3pxp', 'JBSW-Y3DP-EHPK-3PXP', 'JBSWY3DPEHPK3PXP======'])
    expect(read({ key })).toEqual(read({}))
})

test.each([
  ['SHA1', 'SHA1'],
  ['sha-1', 'SHA1'],
  ['sha256', 'SHA256'],
  ['SHA-256', 'SHA256'],
  ['HmacSHA512', 'SHA512'],
  ['hmac-sha-512', 'SHA512'],
])('the algorithm may be written %s', (algorithm, real) => {
  expect(read({ algorithm })).toMatchObject({ otp: { algorithm: real } })
})

test.each([
  ['digits', '6', true],
  ['digits', '8', true],
  ['digits', '5', false],
  ['digits', '9', false],
  ['digits', '06', false],
  ['digits', '6.0', false],
  ['period', '15', true],
  ['period', '120', true],
  ['period', '14', false],
  ['period', '121', false],
  ['period', '-30', false],
  ['period', '30s', false],
  ['period', '1e2', false],
])('%s %s is taken: %s', (name, text, isRight) => {
  expect('login' in read({ [name]: text })).toBe(isRight)
})

test.each([
  ['bad_login', { login: 'ana' }],
  ['bad_login', { login: '' }],
  ['bad_key', { key: 'JBSWY3DPEHPK3PX1' }],
  ['bad_key', { key: '3132333435363738393031323334353637383930' }],
  ['key_size', { key: '' }],
  ['key_size', { key: 'JBSWY3DPEHPKY' }],
  ['key_size', { key: 'A'.repeat(208) }],
  ['bad_algorithm', { algorithm: 'MD5' }],
  ['bad_algorithm', { algorithm: 'SHA224' }],
  ['bad_algorithm', { algorithm: 'SHA-1024' }],
  ['bad_digits', { digits: 'six' }],
  ['bad_period', { period: '0' }],
  ['bad_name', { name: 'x'.repeat(51) }],
  ['bad_name', { name: 'a\u202Eb' }],
] as const)('%s is said of %o', (refused, about) => {
  expect(read(about)).toEqual({ refused })
})
