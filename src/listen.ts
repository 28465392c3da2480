import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Config } from './config.ts'

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
  { host, port }: Pick<Config, 'host' | 'port'>,
  answer: RequestListener,
  patience: typeof PATIENCE = PATIENCE,
): Promise<Listening> {
  const server = createServer({ ...patience, maxHeaderSize: 16 * 1024 }, answer)
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
