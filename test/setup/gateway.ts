import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createEncrypted } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** What a gateway has got. `fields` are those of the query and of the form. */
export type GatewayRequest = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly fields: Readonly<Record<string, string>>
  readonly json: unknown
  readonly raw: string
}

type Answer = (request: GatewayRequest, response: ServerResponse) => void

export type Gateway = {
  readonly url: string
  /** What a client must trust to speak TLS with it (PEM). */
  readonly certificate: string
  readonly requests: readonly GatewayRequest[]
  readonly answerWith: (answer: Answer) => void
  readonly close: () => Promise<void>
}

const pem = readFileSync(join(import.meta.dirname, 'test-only.pem'), 'utf8')

/** A gateway for text messages on a free port of 127.0.0.1, which answers as it is told. */
export async function startGateway(answer: Answer, secure = false): Promise<Gateway> {
  const requests: GatewayRequest[] = []
  const sockets = new Set<Socket>()
  let current = answer
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const receive = async () => {
      const received = await readRequest(request)
      requests.push(received)
      current(received, response)
    }
    receive().catch(() => response.destroy())
  }
  const server = secure
    ? createEncrypted({ key: pem, cert: pem }, listener)
    : createServer(listener)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http${secure ? 's' : ''}://127.0.0.1:${port}`,
    certificate: pem,
    requests,
    answerWith: (next) => (current = next),
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

async function readRequest(request: IncomingMessage): Promise<GatewayRequest> {
  const raw = await text(request)
  const url = new URL(request.url ?? '/', 'http://gateway.invalid')
  const type = request.headers['content-type'] ?? ''
  const isForm = type.startsWith('application/x-www-form-urlencoded')
  const form = isForm ? [...new URLSearchParams(raw)] : []
  return {
    method: request.method ?? '',
    path: url.pathname,
    headers: request.headers,
    fields: Object.fromEntries([...url.searchParams, ...form]),
    json: type.startsWith('application/json') ? JSON.parse(raw) : null,
    raw: `${request.url}\n${raw}`,
  }
}
