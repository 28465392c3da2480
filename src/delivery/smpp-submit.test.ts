import fc from 'fast-check'
import { PDU } from 'smpp'
import { expect, test } from 'vitest'
import { senderOf, submitsOf } from './smpp-submit.ts'

const message = { id: 'a1', to: '+447700900123', text: '' }

const bytesOf = (text: string) =>
  submitsOf('Door', { ...message, text }).map(({ data_coding, esm_class, short_message }) => [
    data_coding,
    esm_class,
    (short_message as Buffer).toString('hex'),
  ])

test('GSM text goes a byte each, by the table of 3GPP TS 23.038', () => {
  expect(bytesOf('Aé@_$€{')).toEqual([[0, 0, '4105001102' + '1b65' + '1b28']])
})

test('any other text goes as UCS-2, the high byte first', () => {
  expect(bytesOf('码م🔑')).toEqual([[8, 0, '7801' + '0645' + 'd83ddd11']])
})

test('a long text goes in parts with one reference, numbered from 1', () => {
  const parts = submitsOf('Door', { ...message, text: 'a'.repeat(307) })
  const headers = parts.map(({ short_message }) => [...(short_message as Buffer).subarray(0, 6)])
  const reference = headers[0]![3]
  expect(headers).toEqual([1, 2, 3].map((part) => [5, 0, 3, reference, 3, part]))
  expect(parts.map(({ esm_class }) => esm_class)).toEqual([0x40, 0x40, 0x40])
  expect(parts.map((each) => each.registered_delivery)).toEqual([0, 0, 1])
})

test('it goes to an international number, and is worth five minutes', () => {
  expect(submitsOf('Door', message)).toMatchObject([
    {
      dest_addr_ton: 1,
      dest_addr_npi: 1,
      destination_addr: '447700900123',
      validity_period: '000000000500000R',
    },
  ])
})

const senders: [string, ton: number, npi: number, address: string][] = [
  ['+447700900123', 1, 1, '447700900123'],
  ['447700900123', 1, 1, '447700900123'],
  ['60777', 3, 0, '60777'],
  ['Nightlatch', 5, 0, 'Nightlatch'],
  ['4ever', 5, 0, '4ever'],
  ['', 0, 0, ''],
]
test.each(senders)('a sender has its type and plan: %s', (from, ton, npi, address) => {
  expect(senderOf(from)).toEqual({
    source_addr_ton: ton,
    source_addr_npi: npi,
    source_addr: address,
  })
})

test('whatever the text, its parts fit, and joined they are the text again', () => {
  const gsm = fc.string({ unit: fc.constantFrom(...'abc é@€{}[]\\~^|\n'), maxLength: 700 })
  const any = fc.string({ unit: 'grapheme', maxLength: 300 })
  fc.assert(
    fc.property(fc.oneof(gsm, any), (text) => {
      const parts = submitsOf('Door', { ...message, text }).map((fields) => {
        expect((fields.short_message as Buffer).length).toBeLessThanOrEqual(160)
        return new PDU(new PDU('submit_sm', fields).toBuffer())
      })
      expect(parts.map(({ short_message }) => String(short_message!.message)).join('')).toBe(text)
    }),
  )
})
