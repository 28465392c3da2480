import { connect, type Socket } from 'node:net'

export type Answer = {
  readonly status: number
  /** Status line and header lines as they came. */
  readonly head: string
  readonly body: string
}

export type Connection = {
  /** Sends a whole request; the next one only after its answer. */
  send(request: string | Buffer): Promise<Answer>
  close(): void
}

/**
 * One kept-alive HTTP/1.1 connection that does only what the bench needs, so that it costs less
 * than any server it drives.
 */
export function openConnection(port: number): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let received = ''
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | null = null

  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    received += chunk
    const answer = parse(received)
    if (!answer) return
    received = ''
    const asked = waiting
    waiting = null
    asked?.resolve(answer)
  })
  const fail = (error: Error) => {
    waiting?.reject(error)
    waiting = null
  }
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the server closed the connection')))

  const connection: Connection = {
    send: (request) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error('the server closed the connection'))
        waiting = { resolve, reject }
        socket.write(request)
      }),
    close: () => socket.destroy(),
  }
  return connected(socket).then(() => connection)
}

const connected = (socket: Socket): Promise<void> =>
  new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))

/** The answer once it is there to its last byte (RFC 9112 §6.3), `null` before. */
export function parse(text: string): Answer | null {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return null
  const head = text.slice(0, end)
  const status = Number(head.slice(9, 12))
  const rest = text.slice(end + 4)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length !== undefined)
    return rest.length < Number(length) ? null : { status, head, body: rest }
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
    const body = joinChunks(rest)
    return body === null ? null : { status, head, body }
  }
  return { status, head, body: '' }
}

function joinChunks(text: string): string | null {
  let body = ''
  for (let at = 0; ;) {
    const line = text.indexOf('\r\n', at)
    if (line < 0) return null
    const size = Number.parseInt(text.slice(at, line), 16)
    const next = line + 2 + size + 2
    if (next > text.length) return null
    if (size === 0) return body
    body += text.slice(line + 2, line + 2 + size)
    at = next
  }
}
