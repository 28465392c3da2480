import fc from 'fast-check'
import { PDU, type Fields } from 'smpp'
import { expect, test } from 'vitest'
import { receiptOf } from '../../test/setup/sms-receipt.ts'
import { readPdu } from './smpp-pdu.ts'
import { readReceipt } from './smpp-receipt.ts'

/** As it comes from the wire. */
const received = (fields: Fields) => new PDU(new PDU('deliver_sm', fields).toBuffer())

const read = (text: string, fields: Fields = {}) =>
  readReceipt(received({ esm_class: 4, short_message: Buffer.from(text, 'latin1'), ...fields }))

const written: [string, ReturnType<typeof readReceipt>][] = [
  [
    'id:0123456789 sub:001 dlvrd:001 submit date:2611201200 done date:2611201201 stat:DELIVRD err:000 text:Your code',
    { id: '0123456789', state: 'delivered', reason: null },
  ],
  [
    'ID:c0ffee-7A SUB:1 DLVRD:0 SUBMIT DATE:261120120000 DONE DATE:261120120100 STAT:UNDELIV ERR:1B TEXT:',
    { id: 'c0ffee-7A', state: 'failed', reason: 'UNDELIV 1B' },
  ],
  ['id:7f_3@x$ stat:Delivered', { id: '7f_3@x$', state: 'delivered', reason: null }],
  ['id: 77 stat: rejected err: 8', { id: '77', state: 'failed', reason: 'REJECTED 8' }],
  ['stat:EXPIRED id:{78}\nerr:001', { id: '{78}', state: 'failed', reason: 'EXPIRED 001' }],
  ['id:79 stat:DELETED', { id: '79', state: 'failed', reason: 'DELETED' }],
  ['id:80 stat:REJECTD err:000', { id: '80', state: 'failed', reason: 'REJECTD 000' }],
  ['id:81 stat:UNKNOWN err:000', { id: '81', state: 'failed', reason: 'UNKNOWN 000' }],
  ['id:82 stat:ACCEPTD err:000', { id: '82', state: 'underway', reason: null }],
  ['id:83 stat:ENROUTE err:000', { id: '83', state: 'underway', reason: null }],
  // What is no code of an error is not kept: it could be a number or a code.
  ['id:84 stat:UNDELIV err:447700900123', { id: '84', state: 'failed', reason: 'UNDELIV' }],
  ['id:85 stat:UNDELIV text: err:011', { id: '85', state: 'failed', reason: 'UNDELIV' }],
  // The words of the message are not the centre's.
  ['id:86 sub:001 text:stat:DELIVRD', null],
  ['sub:001 text:x id:87 stat:DELIVRD', null],
  ['id:88 stat:NEVERHEARDOF', null],
  ['id:89', null],
  ['stat:DELIVRD', null],
  ['uuid:90 substat:DELIVRD', null],
  ['', null],
]
test.each(written)('a receipt in words: %s', (text, expected) => {
  expect(read(text)).toEqual(expected)
})

const parameters: [string, Fields, ReturnType<typeof readReceipt>][] = [
  [
    'go before the words',
    { receipted_message_id: '1', message_state: 2 },
    { id: '1', state: 'delivered', reason: null },
  ],
  [
    'give the id alone',
    { receipted_message_id: '1' },
    { id: '1', state: 'failed', reason: 'UNDELIV 011' },
  ],
  ['give the state alone', { message_state: 2 }, { id: '2', state: 'delivered', reason: null }],
  [
    'give a state that is none',
    { receipted_message_id: '1', message_state: 77 },
    { id: '1', state: 'failed', reason: 'UNDELIV 011' },
  ],
  [
    'come without a receipt’s mark',
    { esm_class: 0, receipted_message_id: '1', message_state: 5 },
    { id: '1', state: 'failed', reason: 'UNDELIV' },
  ],
  [
    'tell of the way',
    { esm_class: 0x20, receipted_message_id: '1', message_state: 1 },
    { id: '1', state: 'underway', reason: null },
  ],
  [
    'have words in the payload',
    { short_message: '', message_payload: Buffer.from('id:3 stat:DELIVRD') },
    { id: '3', state: 'delivered', reason: null },
  ],
  [
    'have words in UCS-2',
    { data_coding: 8, short_message: Buffer.from('id:4_ stat:DELIVRD', 'utf16le').swap16() },
    { id: '4_', state: 'delivered', reason: null },
  ],
  [
    'have words in Latin-1',
    { data_coding: 3, short_message: Buffer.from('id:5_ stat:DELIVRD') },
    { id: '5_', state: 'delivered', reason: null },
  ],
  [
    'have words in bytes',
    { data_coding: 4, short_message: Buffer.from('id:6_ stat:DELIVRD') },
    { id: '6_', state: 'delivered', reason: null },
  ],
  ['come without any mark', { esm_class: 0 }, null],
]
test.each(parameters)('parameters %s', (_, fields, expected) => {
  expect(read('id:2 stat:UNDELIV err:011', fields)).toEqual(expected)
})

test('an id whose end is not marked does not run into what follows', () => {
  const bytes = new PDU('deliver_sm', {
    esm_class: 4,
    receipted_message_id: 'abc7',
    message_state: 2,
  }).toBuffer()
  const end = bytes.indexOf('abc7') + 4
  const unmarked = Buffer.concat([bytes.subarray(0, end), bytes.subarray(end + 1)])
  unmarked.writeUInt32BE(unmarked.length)
  unmarked.writeUInt16BE(4, end - 6)
  expect(readReceipt(new PDU(unmarked))).toEqual({ id: 'abc7', state: 'delivered', reason: null })
})

test('an id comes as it was given, in every form', () => {
  const id = fc.string({
    unit: fc.constantFrom(...'0123456789abcdefABCDEF-_@$.{}[]~^|'),
    minLength: 1,
    maxLength: 64,
  })
  fc.assert(
    fc.property(id, fc.constantFrom('text', 'parameters', 'both'), (given, form) => {
      const pdu = received(receiptOf(given, 'DELIVRD', { form }))
      expect(readReceipt(pdu)).toEqual({ id: given, state: 'delivered', reason: null })
    }),
  )
})

test('whatever comes, nothing is thrown, and a reason is two short words', () => {
  const head = Buffer.from('00000000000000050000000000000001', 'hex')
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 30 }),
    fc.constantFrom('id:', ' stat:', ' err:', ' text:', 'UNDELIV', '\0', '1').map(Buffer.from),
    fc.constantFrom('001e', '0427', '0424', '0001', '04', '20').map((h) => Buffer.from(h, 'hex')),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.boolean(), (pieces, isLikely) => {
      const text = Buffer.concat(pieces)
      const start = Buffer.from(`${'00'.repeat(7)}04${'00'.repeat(8)}`, 'hex')
      const size = Buffer.from([Math.min(text.length, 255)])
      const frame = Buffer.concat([head, ...(isLikely ? [start, size] : []), text])
      frame.writeUInt32BE(frame.length)
      const pdu = readPdu(frame)
      const receipt = pdu && readReceipt(pdu)
      expect(receipt?.reason ?? '').toMatch(/^([A-Z]+( [0-9a-z]{1,4})?)?$/i)
      expect(receipt?.id ?? 'x').toMatch(/^[^\0-\x1f]{1,255}$/)
    }),
    { numRuns: 2000 },
  )
})
