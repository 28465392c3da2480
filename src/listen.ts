import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Config } from './config.ts'

type Fetch = (request: Request, env: HttpBindings) => Response | Promise<Response>

export type Listening = {
  /** The port, also when 0 was asked for. */
  readonly port: number
  /** Takes no more, lets what is under way end, and after 3 seconds ends it. */
  close(): Promise<void>
}

/** Milliseconds. Who sends slower than this is cut off (security.md §5.8). */
const PATIENCE = { headersTimeout: 10_000, requestTimeout: 20_000, connectionsCheckingInterval: 5_000 }
const LAST_CALL = 3000

export async function listen({ host, port }: Config, fetch: Fetch): Promise<Listening> {
  const serverOptions = { ...PATIENCE, maxHeaderSize: 16 * 1024 }
  // Its types say Response of any kind; ours are whole ones.
  const options = { fetch: fetch as (request: Request, env: unknown) => unknown, serverOptions }
  const server = createAdaptorServer(options) as Server
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        const lastCall = setTimeout(() => server.closeAllConnections(), LAST_CALL)
        server.close(() => {
          clearTimeout(lastCall)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}
