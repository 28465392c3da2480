import fc from 'fast-check'
import { getCountries, getExampleNumber } from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/examples.mobile.json' with { type: 'json' }
import { expect, test } from 'vitest'
import { countries, isCountry, parseInternational, parsePhone } from './phone.ts'

// Of any code points at all, halves of characters among them.
const points = fc.array(fc.nat(0x10ffff), { maxLength: 20 })
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  points.map((each) => String.fromCodePoint(...each)),
)

const rows: [text: string, country: string, expected: string][] = [
  ['07400 123456', 'GB', '+447400123456'],
  ['+44 7400 123456', 'GB', '+447400123456'],
  ['0044 7400-123456', 'GB', '+447400123456'],
  ['(07400) 123.456', 'GB', '+447400123456'],
  ['٠٧٤٠٠١٢٣٤٥٦', 'GB', '+447400123456'],
  ['＋４４７４００１２３４５６', 'GB', '+447400123456'],
  ['۰۷۴۰۰ ۱۲۳۴۵۶', 'GB', '+447400123456'],
  ['\u2066+44 7400 123456\u2069', 'GB', '+447400123456'],
  ['07797 712345', 'JE', '+447797712345'],
  ['07797 712345', 'GB', 'phone_country'],
  ['139 1234 5678', 'CN', '+8613912345678'],
  ['050 123 4567', 'SA', '+966501234567'],
  ['416-555-0123', 'CA', '+14165550123'],
  ['+1 416 555 0123', 'US', 'phone_country'],
  ['+1 212 555 0123', 'US', '+12125550123'],
  ['8 912 345-67-89', 'RU', '+79123456789'],
  ['+7 701 234 5678', 'KZ', '+77012345678'],
  ['+7 701 234 5678', 'RU', 'phone_country'],
  ['+358 40 1234567', 'FI', '+358401234567'],
  ['+358 40 1234567', 'AX', '+358401234567'],
  ['+590 690 00 12 34', 'MF', '+590690001234'],
  ['+49 1512 3456789', 'FR', 'phone_country'],
  ['0044 7400 123456', 'DE', 'phone_country'],
  ['07400 123456', 'ZZ', 'phone_country'],
  ['07400 123456', 'gb', 'phone_country'],
  ['07400 12345', 'GB', 'bad_phone'],
  ['07400 1234567', 'GB', 'bad_phone'],
  ['1-800-FLOWERS', 'US', 'bad_phone'],
  ['+1 800 555 1234', 'US', 'bad_phone'],
  ['+44 909 8790000', 'GB', 'bad_phone'],
  ['070 1234 5678', 'GB', 'bad_phone'],
  ['+44 56 1234 5678', 'GB', '+445612345678'],
  ['07400 123456 ext. 5', 'GB', 'bad_phone'],
  ['tel:+447400123456', 'GB', 'bad_phone'],
  ['+447400123456;phone-context=x', 'GB', 'bad_phone'],
  ['++447400123456', 'GB', 'bad_phone'],
  ['my number is 07400 123456', 'GB', 'bad_phone'],
  ['07400 123456\0', 'GB', 'bad_phone'],
  ['', 'GB', 'bad_phone'],
  ['1'.repeat(10_000), 'GB', 'bad_phone'],
]

for (const [text, country, expected] of rows) {
  test(`phone: ${JSON.stringify(text.slice(0, 40))} in ${country} is ${expected}`, () => {
    const answer = parsePhone(text, country)
    expect('e164' in answer ? answer.e164 : answer.problem).toBe(expected)
  })
}

test('a mobile number of every country is understood there, national and international', () => {
  for (const country of getCountries()) {
    const number = getExampleNumber(country, examples)!
    expect([country, parsePhone(number.number, country)]).toEqual([
      country,
      { e164: number.number },
    ])
    const national = parsePhone(number.formatNational(), country)
    expect([country, national]).toEqual([country, { e164: number.number }])
  }
})

test('no text makes it throw, and E.164 stays as it is', () => {
  const digits = fc.string({ unit: fc.constantFrom(...Array.from('+0123456789 -٠١٢')) })
  fc.assert(
    fc.property(fc.oneof(digits, anyText), (text) => {
      const answer = parsePhone(text, 'GB')
      const e164 = 'e164' in answer ? answer.e164 : '+447400123456'
      expect(parsePhone(e164, 'GB')).toEqual({ e164 })
    }),
  )
})

test('countries have their names in the language asked for, in the order of its people', () => {
  const names = (language: string) => countries(language).map((country) => country.name)
  expect(names('en').slice(0, 3)).toEqual(['Afghanistan', 'Åland Islands', 'Albania'])
  expect(countries('zh-CN')).toContainEqual({ code: 'CN', name: '中国' })
  expect(countries('ar')).toContainEqual({ code: 'SA', name: 'المملكة العربية السعودية' })
  expect(names('zh-CN').every((name) => /\p{Script=Han}/u.test(name))).toBe(true)
})

test('only capital codes of countries are countries', () => {
  expect(['GB', 'CN', 'SA', 'XK'].every(isCountry)).toBe(true)
  expect(['', 'gb', 'UK', 'ZZ', '__proto__', 'constructor', 'toString'].some(isCountry)).toBe(false)
})

test.each([
  ['+351 912 345 678', '+351912345678'],
  ['00351912345678', '+351912345678'],
  ['+٣٥١٩١٢٣٤٥٦٧٨', '+351912345678'],
  ['912345678', null],
  ['+351760300100', null], // charges whoever calls
  ['+1', null],
  ['', null],
  ['+351912345678 or so', null],
])('%s is %s wherever it is at home', (typed, e164) => {
  expect(parseInternational(typed)).toBe(e164)
})
