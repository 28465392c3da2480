import { expect, test } from 'vitest'
import { readNumber } from './read-number.ts'

const NUMBER = '+351912345678'
const offer = { countries: ['PT', 'AX', 'US'] }

const table: [country: string, phone: string, own: string | null, read: unknown][] = [
  ['PT', '912 345 678', null, { to: NUMBER }],
  ['PT', ' +351-912-345-678 ', null, { to: NUMBER }],
  ['PT', '٩١٢٣٤٥٦٧٨', null, { to: NUMBER }],
  ['PT', NUMBER, '+351961234567', { to: NUMBER }],
  ['PT', NUMBER, NUMBER, { problems: { phone: 'phone_yours' } }],
  ['PT', '', null, { problems: { phone: 'missing' } }],
  ['', '', null, { problems: { country: 'missing', phone: 'missing' } }],
  ['GB', NUMBER, null, { problems: { country: 'bad_country' } }],
  ['pt', NUMBER, null, { problems: { country: 'bad_country' } }],
  ['US', NUMBER, null, { problems: { phone: 'phone_country' } }],
  ['PT', '91234567', null, { problems: { phone: 'bad_phone' } }],
  ['PT', 'x', null, { problems: { phone: 'bad_phone' } }],
  // +1 is the code of many countries, and this number is at home in another one of them.
  ['US', '+14165550123', null, { problems: { phone: 'phone_country' } }],
  // One that fits both is at home where the tables say.
  ['AX', '+3584573123456', null, { refused: 'sms_country' }],
]

for (const [country, phone, own, read] of table)
  test(`${phone || 'nothing'} in ${country || 'no country'}: ${JSON.stringify(read)}`, () => {
    expect(readNumber(offer, { country, phone }, own)).toEqual(read)
  })
