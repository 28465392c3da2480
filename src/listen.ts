import { createServer, STATUS_CODES, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Config } from './config.ts'
import { fixedHeaders } from './http/reply.ts'

export type Listening = {
  /** The port, also when 0 was asked for. */
  readonly port: number
  /** Takes no more, lets what is under way end, and after 3 seconds ends it. */
  close(): Promise<void>
}

/** We cannot listen where the settings say. */
export class CannotListen extends Error {}

/** Milliseconds. Who sends slower than this is cut off (docs/http.md, Every request). */
const PATIENCE = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 5_000,
}
const LAST_CALL = 3000

/** Answers on HOST and PORT. A shorter `patience` is for tests. */
export async function listen(
  { host, port, secure }: Pick<Config, 'host' | 'port' | 'secure'>,
  answer: RequestListener,
  patience: typeof PATIENCE = PATIENCE,
): Promise<Listening> {
  const headers = fixedHeaders({ secure })
  const options = { ...patience, maxHeaderSize: 16 * 1024, requireHostHeader: false }
  const server = createServer(options, (request, response) => {
    // RFC 9112 §3.2
    if (request.headers.host !== undefined) answer(request, response)
    else response.writeHead(400, { ...headers, Connection: 'close' }).end()
  })
  server.on('checkExpectation', (_request, response) => response.writeHead(417, headers).end())
  server.on('clientError', (error, socket) => turnAway(error, socket as Socket, headers))
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(error, host, port)))
    server.listen(port, host, resolve)
  })
  let isClosing = false
  // A connection that was busy when we began to close is idle after its answer.
  server.on('request', (_request, response) => {
    response.once('close', () => isClosing && server.closeIdleConnections())
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        isClosing = true
        const lastCall = setTimeout(() => server.closeAllConnections(), LAST_CALL)
        server.close(() => {
          clearTimeout(lastCall)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}

/** What cannot be read as a request, or not in time: answered as Node does, with our headers. */
function turnAway(
  error: NodeJS.ErrnoException,
  socket: Socket & { _httpMessage?: ServerResponse | null },
  headers: Readonly<Record<string, string>>,
): void {
  // Never into the middle of an answer.
  if (socket.writable && !socket._httpMessage?.headersSent) {
    const status = statusOf(error)
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, 'Connection: close']
    socket.write(`${head.join('\r\n')}\r\n\r\n`)
  }
  socket.destroy(error)
}

function statusOf({ code }: NodeJS.ErrnoException): number {
  switch (code ?? '') {
    case 'HPE_HEADER_OVERFLOW':
      return 431
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return 413
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 408
    default:
      return 400
  }
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): CannotListen {
  return new CannotListen(`Nightlatch cannot listen on ${host}, port ${port}: ${why(error)}`)
}

function why({ code, message }: NodeJS.ErrnoException): string {
  switch (code ?? '') {
    case 'EADDRINUSE':
      return 'another program does already. Stop it, or set another PORT'
    case 'EACCES':
      return 'this user may not use that port. Set a PORT above 1023'
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `this machine has no such address (${code}). Set another HOST`
    default:
      return message
  }
}
