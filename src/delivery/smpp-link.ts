import { once } from 'node:events'
import type { Fields } from 'smpp'
import { errors } from 'smpp/lib/defs.js'
import { dial } from './smpp-dial.ts'
import { statusName } from './smpp-pdu.ts'
import { answerTo } from './smpp-requests.ts'
import type { Patience, SmppSetting, SmppTools } from './smpp-setting.ts'
import { talkOver, type Said, type Wire } from './smpp-wire.ts'

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

  async function ask(command: string, fields: Fields, ms: number): Promise<Said> {
    const said = await wire.ask(command, fields, ms)
    // Perhaps nobody is there any more; who comes next should not have to find out.
    if (said === 'silent') void enquire()
    return said
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

  return { bound, ended, ask, close }
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
