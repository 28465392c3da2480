import { errors } from 'smpp/lib/defs.js'
import { readPdu, type Header } from './smpp-pdu.ts'
import { readReceipt } from './smpp-receipt.ts'
import type { SmppTools } from './smpp-setting.ts'
import type { Wire } from './smpp-wire.ts'

/**
 * What the centre asks of us. Whatever it is, it is answered, where SMPP has an answer to it; a receipt
 * when it is written down.
 */
export function answerTo(
  wire: Wire,
  { command, sequence }: Header,
  frame: Buffer,
  onReceipt: SmppTools['onReceipt'],
): 'leave' | undefined {
  switch (command) {
    case 'deliver_sm':
    case 'data_sm':
      void takeReceipt(frame, onReceipt).then((status) =>
        wire.answer(`${command}_resp`, sequence, status),
      )
      return
    case 'enquire_link':
      wire.answer('enquire_link_resp', sequence)
      return
    case 'unbind':
      wire.answer('unbind_resp', sequence)
      return 'leave'
    case 'alert_notification':
    case 'outbind':
      return
    default:
      wire.answer('generic_nack', sequence, errors.ESME_RINVCMDID)
  }
}

/**
 * The status to answer. Zero for what is no receipt, too: sent again, it would be none again. Never
 * throws.
 */
async function takeReceipt(
  frame: Buffer,
  onReceipt: SmppTools['onReceipt'],
): Promise<number | undefined> {
  const pdu = readPdu(frame)
  const receipt = pdu && readReceipt(pdu)
  try {
    if (receipt) await onReceipt(receipt)
    return 0
  } catch {
    // Ours to answer for: the centre may tell it again later.
    return errors.ESME_RX_T_APPN
  }
}
