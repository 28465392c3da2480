import type { PDU, Text } from 'smpp'
import { encodings } from 'smpp/lib/defs.js'
import type { Receipt } from './route.ts'
import { idOf } from './smpp-pdu.ts'

/** A delivery receipt, or a word on the way (SMPP 3.4, section 5.2.12). */
const RECEIPT = 0x04 | 0x20

/** By `message_state` (SMPP 3.4, section 5.2.28). */
const STATES = [
  'SCHEDULED',
  'ENROUTE',
  'DELIVRD',
  'EXPIRED',
  'DELETED',
  'UNDELIV',
  'ACCEPTD',
  'UNKNOWN',
  'REJECTD',
  'SKIPPED',
]

/**
 * What a PDU from the centre tells about a message; null when it tells nothing. The parameters go
 * before the text, where a centre sends both. Pure, and never throws.
 */
export function readReceipt(pdu: PDU): Receipt | null {
  const { receipted_message_id: named, message_state: state } = pdu
  const isReceipt = ((pdu.esm_class ?? 0) & RECEIPT) !== 0
  // Anybody can write a text that looks like a receipt; the parameters only the centre can write.
  const text = isReceipt ? textOf(pdu) : ''
  const id = idOf(named) ?? idOf(field(text, 'id', /\S+/))
  const word = STATES[state ?? -1] ?? field(text, 'stat', /[a-z]{1,13}/)?.toUpperCase()
  const what = word && stateOf(word)
  if (!id || !what) return null
  const error = field(text, 'err', /[0-9a-z]{1,4}(?!\S)/)
  const reason = what === 'failed' ? [word, error].filter(Boolean).join(' ') : null
  return { id, state: what, reason }
}

// Of most words the end is written in two ways: DELIVRD and DELIVERED, REJECTD and REJECTED.
function stateOf(word: string): Receipt['state'] | null {
  if (word.startsWith('DELIV')) return 'delivered'
  if (/^(UNDELIV|EXPIRE|DELETE|REJECT|UNKNOWN|SKIPPED|FAILED)/.test(word)) return 'failed'
  if (/^(ACCEPT|ENROUTE|SCHEDULED|BUFFERED)/.test(word)) return 'underway'
  return null
}

/** `id:… sub:… dlvrd:… submit date:… done date:… stat:… err:… text:…` (SMPP 3.4, appendix B). */
function field(text: string, name: string, value: RegExp): string | undefined {
  return new RegExp(`(?:^|\\s)${name}:\\s?(${value.source})`, 'i').exec(text)?.[1]
}

/** As far as the words of the message itself begin. */
function textOf({ short_message: short, message_payload: long, data_coding: coding = 0 }: PDU) {
  const text = [short, long].map((each) => plain(each, coding)).join('')
  return text.slice(0, 1000).replace(/\stext:.*$/is, '')
}

function plain(written: Text | Buffer | undefined, coding: number): string {
  const message = written && (Buffer.isBuffer(written) ? written : written.message)
  if (!message) return ''
  if (Buffer.isBuffer(message)) return message.toString('latin1')
  // Receipts are ASCII. The package takes them for GSM, and an id with `_` would come out with `§`.
  return (coding & 0x0f) < 2 ? encodings.ASCII.encode(message).toString('latin1') : message
}
