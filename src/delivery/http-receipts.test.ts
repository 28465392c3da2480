import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readReceipts, type ReceiptRequest } from './http-receipts.ts'
import type { Receipt } from './route.ts'
import { recipes, type RecipeName } from './recipes/all.ts'

const id = '0193f0c2a1b4000000112233445566aa'
const form = 'application/x-www-form-urlencoded; charset=utf-8'
const json = 'application/json'

const posted = (body: object, query = ''): ReceiptRequest => ({
  query,
  type: json,
  body: JSON.stringify(body),
})
const filled = (fields: Record<string, string>, query = ''): ReceiptRequest => ({
  query,
  type: form,
  body: new URLSearchParams(fields).toString(),
})
const got = (fields: Record<string, string>): ReceiptRequest => ({
  query: new URLSearchParams(fields).toString(),
  type: null,
  body: '',
})
const one = (state: Receipt['state'], reason: string | null = null, by = id) => [
  { id: by, state, reason },
]

const twilio = (status: string, more = {}) =>
  filled(
    {
      SmsSid: 'SMb7c0',
      SmsStatus: status,
      MessageStatus: status,
      To: '+351912345678',
      MessageSid: 'SMb7c0',
      AccountSid: 'AC5ef8',
      From: '+15017122661',
      ApiVersion: '2010-04-01',
      ...more,
    },
    `message=${id}`,
  )
const vonage = (status: string, code = '0') => ({
  msisdn: '351912345678',
  to: 'Nightlatch',
  'network-code': '26801',
  messageId: '0A0000001234567B',
  price: '0.03330000',
  status,
  scts: '2001011400',
  'err-code': code,
  'api-key': 'abcd1234',
  'client-ref': id,
  'message-timestamp': '2020-01-01T12:00:00.000+00:00',
})
const infobip = (messageId: string, groupName: string, name: string, error = 'NO_ERROR') => ({
  bulkId: 'BULK-ID-123-xyz',
  messageId,
  to: '351912345678',
  sentAt: '2019-11-09T16:00:00.000+0000',
  doneAt: '2019-11-09T16:00:00.000+0000',
  smsCount: 1,
  price: { pricePerMessage: 0.01, currency: 'EUR' },
  status: { groupId: 3, groupName, id: 5, name, description: 'Message delivered to handset' },
  error: { groupId: 0, groupName: 'OK', id: 0, name: error, description: '', permanent: false },
})
const messagebird = (status: string, more = {}) =>
  got({
    id: 'e8077d803532c0b5937c639b60216938',
    reference: id,
    recipient: '351912345678',
    status,
    statusDatetime: '2016-05-03T08:58:10+00:00',
    ...more,
  })
const plivo = (Status: string, more = {}) =>
  filled(
    { MessageUUID: 'db3ce55a', To: '351912345678', From: 'Night', Status, Units: '1', ...more },
    `message=${id}`,
  )
const kannel = (type: string, reply = '') => got({ message: id, type, reply })

const rows: [name: RecipeName, what: string, ReceiptRequest, readonly Receipt[]][] = [
  ['twilio', 'sent', twilio('sent'), one('underway')],
  ['twilio', 'delivered', twilio('delivered'), one('delivered')],
  [
    'twilio',
    'undelivered',
    twilio('undelivered', { ErrorCode: '30003' }),
    one('failed', 'undelivered: 30003'),
  ],
  ['twilio', 'failed', twilio('failed', { ErrorCode: '' }), one('failed', 'failed')],
  ['twilio', 'a word of tomorrow', twilio('pondered'), one('underway')],
  [
    'twilio',
    'without our id',
    { ...twilio('delivered'), query: '' },
    one('delivered', null, 'SMb7c0'),
  ],

  ['vonage', 'delivered, as JSON', posted(vonage('delivered')), one('delivered')],
  ['vonage', 'delivered, as a form', filled(vonage('delivered')), one('delivered')],
  ['vonage', 'delivered, by GET', got(vonage('delivered')), one('delivered')],
  ['vonage', 'accepted', posted(vonage('accepted')), one('underway')],
  ['vonage', 'buffered', posted(vonage('buffered')), one('underway')],
  ['vonage', 'expired', posted(vonage('expired', '1')), one('failed', 'expired: 1')],
  ['vonage', 'rejected', posted(vonage('rejected', '6')), one('failed', 'rejected: 6')],

  [
    'infobip',
    'several at once',
    posted({
      results: [
        infobip('a', 'DELIVERED', 'DELIVERED_TO_HANDSET'),
        infobip('b', 'PENDING', 'PENDING_ENROUTE'),
        infobip('c', 'UNDELIVERABLE', 'UNDELIVERABLE_NOT_DELIVERED', 'EC_ABSENT_SUBSCRIBER'),
        infobip('d', 'EXPIRED', 'EXPIRED_EXPIRED', 'EC_EXPIRED'),
        infobip('e', 'REJECTED', 'REJECTED_OPERATOR', 'EC_NO_ROUTE'),
      ],
    }),
    [
      { id: 'a', state: 'delivered', reason: null },
      { id: 'b', state: 'underway', reason: null },
      {
        id: 'c',
        state: 'failed',
        reason: 'UNDELIVERABLE: UNDELIVERABLE_NOT_DELIVERED: EC_ABSENT_SUBSCRIBER',
      },
      { id: 'd', state: 'failed', reason: 'EXPIRED: EXPIRED_EXPIRED: EC_EXPIRED' },
      { id: 'e', state: 'failed', reason: 'REJECTED: REJECTED_OPERATOR: EC_NO_ROUTE' },
    ],
  ],
  [
    'infobip',
    'a broken one among good ones',
    posted({ results: [null, 7, {}, infobip('a', 'DELIVERED', 'X'), { messageId: 'b' }] }),
    one('delivered', null, 'a'),
  ],

  ['messagebird', 'delivered', messagebird('delivered'), one('delivered')],
  ['messagebird', 'buffered', messagebird('buffered'), one('underway')],
  [
    'messagebird',
    'delivery_failed',
    messagebird('delivery_failed', { statusErrorCode: '1' }),
    one('failed', 'delivery_failed: 1'),
  ],
  ['messagebird', 'expired', messagebird('expired'), one('failed', 'expired')],

  ['plivo', 'queued', plivo('queued'), one('underway')],
  ['plivo', 'delivered', plivo('delivered', { ErrorCode: '000' }), one('delivered')],
  [
    'plivo',
    'undelivered',
    plivo('undelivered', { ErrorCode: '30' }),
    one('failed', 'undelivered: 30'),
  ],

  [
    'unifonic',
    'delivered',
    filled({ MessageID: '42000348806924', DLR: 'Delivered', Recipient: '351912345678' }),
    one('delivered', null, '42000348806924'),
  ],
  [
    'unifonic',
    'undeliverable, as JSON with a number',
    posted({ MessageID: 42000348806924, DLR: 'Undeliverable' }),
    one('failed', 'Undeliverable', '42000348806924'),
  ],

  ['kannel', 'delivered', kannel('1', 'ACK/'), one('delivered')],
  ['kannel', 'taken by the centre', kannel('8', 'ACK/'), one('underway')],
  ['kannel', 'queued', kannel('4'), one('underway')],
  [
    'kannel',
    'refused by the centre',
    kannel('16', 'NACK/11/Invalid Destination Address'),
    one('failed', '16: NACK/11/Invalid Destination Address'),
  ],
  [
    'kannel',
    'failed, with the receipt of the centre',
    kannel('2', 'id:7 sub:001 dlvrd:000 stat:UNDELIV err:027 text:Your code is 48392'),
    one('failed', '2: id:7 sub:001 dlvrd:000 stat:UNDELIV err:027'),
  ],

  ['plain-get', 'any, since it has none', got({ id, status: 'delivered' }), []],
]

describe('receipts as each gateway sends them', () => {
  test.each(rows)('%s: %s', (name, _, request, expected) => {
    expect(readReceipts(recipes[name], request)).toEqual(expected)
  })
})

const strange: [what: string, ReceiptRequest][] = [
  ['nothing', { query: '', type: null, body: '' }],
  ['an id without a state', got({ 'client-ref': id })],
  ['a state without an id', got({ status: 'delivered' })],
  ['an empty id', got({ 'client-ref': '', status: 'delivered' })],
  ['an id of spaces', got({ 'client-ref': 'a b', status: 'delivered' })],
  ['an id without end', got({ 'client-ref': 'a'.repeat(201), status: 'delivered' })],
  ['half of it', { query: '', type: json, body: '{"status":"delivered","client-re' }],
  ['JSON that says it is a form', { query: '', type: form, body: '{"status"' }],
  ['objects for words', posted({ 'client-ref': { a: 1 }, status: ['delivered'] })],
  ['a million floors', { query: '', type: json, body: '['.repeat(1_000_000) }],
  ['a page', { query: '', type: 'text/html', body: '<html>' }],
]

test.each(strange)('is no receipt: %s', (_, request) => {
  expect(readReceipts(recipes.vonage, request)).toEqual([])
})

test('JSON is understood whatever it says it is, and a state in any letters', () => {
  const body = JSON.stringify({ ...vonage('DELIVERED') })
  for (const type of [null, form, 'text/plain'])
    expect(readReceipts(recipes.vonage, { query: '', type, body })).toEqual(one('delivered'))
})

test('a list is one without being named, and a hundred are enough', () => {
  const all = Array.from({ length: 150 }, (_, i) => ({
    ...vonage('delivered'),
    'client-ref': `m${i}`,
  }))
  const receipts = readReceipts(recipes.vonage, posted(all))
  expect(receipts).toHaveLength(100)
  expect(receipts[99]).toEqual({ id: 'm99', state: 'delivered', reason: null })
})

test('of a field that comes twice, the first counts', () => {
  const query = `client-ref=${id}&client-ref=other&status=delivered&status=failed`
  expect(readReceipts(recipes.vonage, { query, type: null, body: '' })).toEqual(one('delivered'))
})

test('no receipt throws, none has an odd id, and no reason holds a number', () => {
  const number = fc.constantFrom('+351912345678', '483920', 'ana@x.example')
  const word = fc.oneof(
    fc.string({ unit: 'binary' }),
    number,
    fc.constantFrom('failed', 'DELIVERED', id),
  )
  const keys = [
    'client-ref',
    'messageId',
    'status',
    'err-code',
    'results',
    '__proto__',
    'constructor',
  ]
  const value = fc.oneof(word, fc.jsonValue())
  const fields = fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), value)
  const body = fc.oneof(
    word,
    fields.map((all) => JSON.stringify(all)),
    fc.array(fields).map((all) => JSON.stringify(all)),
  )
  const type = fc.constantFrom(null, json, form)
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(recipes)),
      word,
      type,
      body,
      (recipe, query, of, text) => {
        const receipts = readReceipts(recipe, { query, type: of, body: text })
        expect(receipts.length).toBeLessThanOrEqual(100)
        for (const receipt of receipts) {
          expect(receipt.id).toMatch(/^[\x21-\x7e]{1,200}$/)
          expect(receipt.reason ?? '').not.toMatch(/\d{6}|@|[\p{C}]/u)
          expect(receipt.reason?.length ?? 0).toBeLessThanOrEqual(120)
        }
      },
    ),
  )
})
