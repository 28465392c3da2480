import { once } from 'node:events'
import { errors } from 'smpp/lib/defs.js'
import type { Receipt } from './route.ts'
import { dial } from './smpp-dial.ts'
import { readPdu, statusName, type Header } from './smpp-pdu.ts'
import { readReceipt } from './smpp-receipt.ts'
import type { Patience, SmppSetting, SmppTools } from './smpp-setting.ts'
import { talkOver, type Wire } from './smpp-wire.ts'

/** Why there is no connection, and what the centre said if it came to that. */
export type Trouble = { readonly reason: string; readonly status?: string }

/** One connection, from its first packet to its last. */
export type Link = {
  /** Null once it is bound, or why it will not be; then it ends. */
  readonly bound: Promise<Trouble | null>
  readonly ended: Promise<void>
  readonly ask: Wire['ask']
  /** Takes leave, as far as the centre has the patience that we have. */
  readonly close: () => Promise<void>
}

/** Connects and binds as transceiver, so that receipts come the same way. Never throws. */
export function openLink(setting: SmppSetting, tools: SmppTools, patience: Patience): Link {
  const socket = dial(setting, tools)
  const wire = talkOver(socket, (on, header, frame) => {
    if (answerTo(on, header, frame, tools.onReceipt) === 'leave') leave()
  })
  const ended = new Promise<void>((resolve) => void socket.once('close', () => resolve()))
  let fault = 'the connection broke'
  socket.on('error', (error: NodeJS.ErrnoException) => void (fault = error.code ?? fault))
  let isBound = false
  const bound = bind()

  async function bind(): Promise<Trouble | null> {
    const slow = setTimeout(() => {
      fault = 'no answer in time'
      socket.destroy()
    }, patience.bind)
    const opened = once(socket, setting.tls ? 'secureConnect' : 'connect').then(ignore, ignore)
    await Promise.race([opened, ended])
    const said = await wire.ask('bind_transceiver', bindOf(setting), patience.bind)
    clearTimeout(slow)
    if (said instanceof Object && said.command_status === 0) {
      isBound = true
      keepAwake()
      return null
    }
    socket.destroy()
    await ended
    if (!(said instanceof Object)) return { reason: `not connected: ${fault}` }
    const status = statusName(said.command_status)
    const isOurs = SETTINGS.includes(said.command_status)
    return { reason: `${isOurs ? 'the SMPP settings are wrong' : 'no bind'}: ${status}`, status }
  }

  function keepAwake(): void {
    const pulse = setInterval(() => void enquire(), patience.enquireEvery)
    socket.once('close', () => clearInterval(pulse))
  }

  async function enquire(): Promise<void> {
    if ((await wire.ask('enquire_link', {}, patience.enquire)) === 'silent') socket.destroy()
  }

  function leave(): void {
    const late = setTimeout(() => socket.destroy(), patience.unbind)
    socket.once('close', () => clearTimeout(late))
    socket.end()
  }

  async function close(): Promise<void> {
    const said = isBound ? await wire.ask('unbind', {}, patience.unbind) : 'unsent'
    if (said instanceof Object) leave()
    else socket.destroy()
    await ended
  }

  return { bound, ended, ask: wire.ask, close }
}

const SETTINGS = [
  errors.ESME_RINVPASWD,
  errors.ESME_RINVSYSID,
  errors.ESME_RINVSYSTYP,
  errors.ESME_RBINDFAIL,
]

const ignore = (): void => {}

const bindOf = ({ systemId, password, systemType }: SmppSetting) => ({
  system_id: systemId,
  password,
  system_type: systemType,
  interface_version: 0x34,
})

/** What the centre asks of us. Whatever it is, it is answered, where SMPP has an answer to it. */
function answerTo(
  wire: Wire,
  { command, sequence }: Header,
  frame: Buffer,
  onReceipt: (receipt: Receipt) => void,
): 'leave' | undefined {
  switch (command) {
    case 'deliver_sm':
    case 'data_sm':
      wire.answer(`${command}_resp`, sequence, takeReceipt(frame, onReceipt))
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

/** The status to answer. Zero for what is no receipt, too: sent again, it would be none again. */
function takeReceipt(frame: Buffer, onReceipt: (receipt: Receipt) => void): number | undefined {
  const pdu = readPdu(frame)
  const receipt = pdu && readReceipt(pdu)
  try {
    if (receipt) onReceipt(receipt)
    return 0
  } catch {
    // Ours to answer for: the centre may tell it again later.
    return errors.ESME_RX_T_APPN
  }
}
