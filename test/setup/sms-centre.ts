import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createServer, PDU, type Fields, type Session } from 'smpp'
import { errors } from 'smpp/lib/defs.js'
import { receiptOf, type Told } from './sms-receipt.ts'

/** One PDU that was taken. */
export type ReceivedPart = {
  /** What it was given for a name. */
  readonly id: string
  readonly text: string
  readonly asksReceipt: boolean
  readonly pdu: PDU
}

/** A text message, when all its parts are here. */
export type ReceivedText = {
  readonly from: string
  readonly to: string
  readonly text: string
  readonly parts: readonly ReceivedPart[]
  /** Of the last part, by which receipts go. */
  readonly id: string
}

/**
 * What a part (counted from 1) to this number is answered: a command status, 0 for yes; or nothing;
 * or the connection breaks when it was taken.
 */
export type Answer = (to: string, part: number) => number | 'silence' | 'drop'

export type SmsCentre = {
  readonly port: number
  readonly url: string
  /** What a client must trust to speak TLS with this centre (PEM). */
  readonly certificate: string
  readonly messages: readonly ReceivedText[]
  /** The commands that came, answers too, in their order. */
  readonly heard: readonly string[]
  /** The connections that are bound. */
  readonly bound: ReadonlySet<Session>
  /** The first message that fits, among those that came and those that come within `ms`. */
  readonly waitFor: (fits: (text: ReceivedText) => boolean, ms?: number) => Promise<ReceivedText>
  /** When something is so that a connection, a bind or a PDU can change. */
  readonly until: (isSo: () => boolean, ms?: number) => Promise<void>
  readonly answerWith: (answer: Answer) => void
  readonly requireLogin: (systemId: string, password: string) => void
  /** Whether it answers binds; those that came meanwhile are answered then. */
  readonly answerBinds: (does: boolean) => void
  /** Whether it answers `enquire_link`. */
  readonly answerEnquiries: (does: boolean) => void
  /** Tells the state of a message (`DELIVRD`, `UNDELIV` …); the status it is answered with. */
  readonly receipt: (id: string, state: string, told?: Told) => Promise<number>
  /** Sends any PDU over one of the bound connections, and waits for the answer. */
  readonly send: (command: string, fields?: Fields) => Promise<PDU>
  /** Breaks all connections. */
  readonly drop: () => void
  readonly close: () => Promise<void>
}

type Options = {
  readonly port?: number
  readonly secure?: boolean
  readonly login?: { readonly systemId: string; readonly password: string }
}

const pem = readFileSync(join(import.meta.dirname, 'test-only.pem'), 'utf8')

/** A real SMPP server on 127.0.0.1, which takes texts for every number. */
export async function startSmsCentre(options: Options = {}): Promise<SmsCentre> {
  const messages: ReceivedText[] = []
  const heard: string[] = []
  const open = new Set<Session>()
  const bound = new Set<Session>()
  const waiting = new Set<() => void>()
  const taken = new Map<string, ReceivedPart[]>()
  let answer: Answer = () => 0
  let login = options.login
  let isAwake = true
  let held: (() => void)[] | null = null
  let count = 0

  const server = createServer(options.secure ? { key: pem, cert: pem } : {}, (session) => {
    open.add(session)
    session.socket.setNoDelay(true)
    session.on('close', () => {
      open.delete(session)
      bound.delete(session)
      look()
    })
    // A client that hangs up is the client's story; its test sees it there.
    session.on('error', () => void session.socket.destroy())
    session.on('pdu', (pdu) => {
      heard.push(pdu.command)
      meet(session, pdu)
      look()
    })
  })
  // A client that distrusts us, too.
  server.on('tlsClientError', () => {})
  await once(server.listen(options.port ?? 0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo

  function look(): void {
    for (const each of waiting) each()
  }

  function meet(session: Session, pdu: PDU): void {
    const say = (fields: Fields = {}) => void session.send(pdu.response(fields))
    switch (pdu.command) {
      case 'bind_transceiver':
        if (held) return void held.push(() => bind(session, pdu))
        return bind(session, pdu)
      case 'submit_sm':
        return take(session, pdu, say)
      case 'enquire_link':
        return isAwake ? say() : undefined
      case 'unbind':
        return say()
    }
  }

  function bind(session: Session, pdu: PDU): void {
    const { systemId = pdu.system_id, password = pdu.password } = login ?? {}
    const isRight = pdu.system_id === systemId && pdu.password === password
    const { ESME_ROK, ESME_RINVPASWD } = errors
    if (isRight) bound.add(session)
    session.send(pdu.response({ command_status: isRight ? ESME_ROK! : ESME_RINVPASWD! }))
    look()
  }

  function take(session: Session, pdu: PDU, say: (fields: Fields) => void): void {
    const place = placeOf(pdu)
    const said = answer(pdu.destination_addr!, place.part)
    if (typeof said === 'number' && said !== 0) return say({ command_status: said })
    // The underscore is one more trap: GSM and ASCII differ in it.
    const id = `${port.toString(16)}_${(count += 1)}`
    keep(pdu, place, id)
    if (said === 'drop') session.socket.destroy()
    else if (said === 0) say({ message_id: id })
  }

  function keep(pdu: PDU, { part, of, key }: Place, id: string): void {
    const text = String(pdu.short_message!.message)
    const parts = taken.get(key) ?? []
    parts[part - 1] = { id, text, asksReceipt: pdu.registered_delivery === 1, pdu }
    taken.set(key, parts)
    if (Object.keys(parts).length < of) return
    taken.delete(key)
    messages.push({
      from: pdu.source_addr!,
      to: pdu.destination_addr!,
      text: parts.map((each) => each.text).join(''),
      parts,
      id: parts.at(-1)!.id,
    })
  }

  function until(isSo: () => boolean, ms = 10_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (say: () => void) => {
        waiting.delete(each)
        clearTimeout(timer)
        say()
      }
      const each = () => {
        if (isSo()) settle(resolve)
      }
      const told = () => new Error(`not in ${ms} ms; heard: ${heard.join(' ')}`)
      const timer = setTimeout(() => settle(() => reject(told())), ms)
      waiting.add(each)
      each()
    })
  }

  function send(command: string, fields: Fields = {}): Promise<PDU> {
    return new Promise((resolve, reject) => {
      const [session] = bound
      if (!session) return reject(new Error('nobody is bound'))
      session.on('close', () => reject(new Error('the connection broke before the answer')))
      session.send(new PDU(command, fields), resolve)
    })
  }

  return {
    port,
    url: `${options.secure ? 'ssmpp' : 'smpp'}://127.0.0.1:${port}`,
    certificate: pem,
    messages,
    heard,
    bound,
    until,
    waitFor: async (fits, ms) => {
      await until(() => messages.some(fits), ms)
      return messages.find(fits)!
    },
    answerWith: (next) => void (answer = next),
    requireLogin: (systemId, password) => void (login = { systemId, password }),
    answerBinds: (does) => {
      const late = held ?? []
      held = does ? null : late
      if (does) for (const answerOne of late) answerOne()
    },
    answerEnquiries: (does) => void (isAwake = does),
    receipt: async (id, state, told) =>
      (await send('deliver_sm', receiptOf(id, state, told))).command_status,
    send,
    drop: () => {
      for (const session of open) session.socket.destroy()
    },
    close: async () => {
      const closed = new Promise((resolve) => void server.close(resolve))
      for (const session of open) session.socket.destroy()
      await closed
    },
  }
}

type Place = { readonly part: number; readonly of: number; readonly key: string }

/** Which part of what it is, as its header says (8-bit reference). */
function placeOf({ short_message, source_addr, destination_addr }: PDU): Place {
  const udh = short_message?.udh
  const header = Array.isArray(udh) ? udh.find((each: Buffer) => each[0] === 0) : undefined
  if (!header) return { part: 1, of: 1, key: '' }
  const [, , reference, of, part] = header
  return { part, of, key: [source_addr, destination_addr, reference, of].join(' ') }
}
