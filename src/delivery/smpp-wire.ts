import type { Socket } from 'node:net'
import { PDU, type Fields } from 'smpp'
import { readHeader, readPdu, takeFrames, type Header } from './smpp-pdu.ts'

/**
 * An answer; or `unsent`: nothing was written; `silent`: none came in time; `lost`: the connection
 * broke before it came. Of the last two nobody knows what became of them.
 */
export type Said = PDU | 'unsent' | 'silent' | 'lost'

export type Wire = {
  readonly ask: (command: string, fields: Fields, ms: number) => Promise<Said>
  readonly answer: (command: string, sequence: number, status?: number) => void
}

/**
 * Questions and answers over a socket. The package has this too, but there one PDU with a broken body
 * ends the connection, and the centre would send the same again at the next.
 */
export function talkOver(
  socket: Socket,
  onRequest: (wire: Wire, header: Header, frame: Buffer) => void,
): Wire {
  const asked = new Map<number, (said: Said) => void>()
  const wire: Wire = { ask, answer }
  let sequence = 0
  let rest: Buffer = Buffer.alloc(0)

  socket.on('data', (bytes: Buffer) => {
    const taken = takeFrames(Buffer.concat([rest, bytes]))
    if (!taken) return socket.destroy()
    rest = taken.rest
    for (const frame of taken.frames) meet(frame)
  })
  socket.on('close', () => {
    for (const done of asked.values()) done('lost')
  })

  function meet(frame: Buffer): void {
    const header = readHeader(frame)
    if (!header.isAnswer) return onRequest(wire, header, frame)
    const pdu = readPdu(frame)
    if (pdu) asked.get(header.sequence)?.(pdu)
  }

  function ask(command: string, fields: Fields, ms: number): Promise<Said> {
    return new Promise((resolve) => {
      if (!socket.writable || ms <= 0) return resolve('unsent')
      sequence = (sequence % 0x7fff_ffff) + 1
      const own = sequence
      const timer = setTimeout(() => done('silent'), ms)
      const done = (said: Said) => {
        clearTimeout(timer)
        asked.delete(own)
        resolve(said)
      }
      asked.set(own, done)
      socket.write(new PDU(command, { ...fields, sequence_number: own }).toBuffer())
    })
  }

  function answer(command: string, to: number, status = 0): void {
    if (!socket.writable) return
    const head = { sequence_number: to, command_status: status }
    socket.write(new PDU(command, head).toBuffer())
  }

  return wire
}
