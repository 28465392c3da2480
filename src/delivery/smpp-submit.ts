import type { Fields } from 'smpp'
import { encodings } from 'smpp/lib/defs.js'
import type { TextMessage } from './route.ts'
import { isGsm, splitText } from '../lib/sms-text.ts'

/** After five minutes the centre need not try any more. Relative (SMPP 3.4, section 7.1.1.2). */
export const VALIDITY = '000000000500000R'

/**
 * What is submitted for a message, a PDU for each part; asks for a receipt on the last. Parts are
 * joined by a header with an 8-bit reference (3GPP TS 23.040, section 9.2.3.24.1). The same message
 * makes the same parts. Pure.
 */
export function submitsOf(from: string, { id, to, text }: TextMessage): Fields[] {
  const gsm = isGsm(text)
  const parts = splitText(text)
  const isLong = parts.length > 1
  const reference = Buffer.from(id).reduce((sum, byte) => (sum * 31 + byte) % 256, 0)
  return parts.map((part, i) => {
    const header = isLong ? [5, 0, 3, reference, parts.length, i + 1] : []
    return {
      ...senderOf(from),
      dest_addr_ton: 1,
      dest_addr_npi: 1,
      destination_addr: to.replace(/^\+/, ''),
      esm_class: isLong ? 0x40 : 0,
      registered_delivery: i === parts.length - 1 ? 1 : 0,
      // 0 is the centre's default alphabet, which is GSM 03.38 wherever nothing else is agreed.
      data_coding: gsm ? 0 : 8,
      short_message: Buffer.concat([Buffer.from(header), gsm ? gsmOf(part) : ucs2Of(part)]),
      validity_period: VALIDITY,
    }
  })
}

const gsmOf = (text: string): Buffer => encodings.ASCII.encode(text)
const ucs2Of = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()

/** Type and plan of a number (SMPP 3.4, sections 5.2.5 and 5.2.6), from how it is written. Pure. */
export function senderOf(from: string): Fields {
  if (from === '') return sender(0, 0, '')
  if (/^\+\d+$/.test(from)) return sender(1, 1, from.slice(1))
  if (/^\d{1,8}$/.test(from)) return sender(3, 0, from)
  if (/^\d+$/.test(from)) return sender(1, 1, from)
  return sender(5, 0, from)
}

const sender = (ton: number, npi: number, address: string): Fields => ({
  source_addr_ton: ton,
  source_addr_npi: npi,
  source_addr: address,
})
