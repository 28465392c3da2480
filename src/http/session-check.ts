import type { IncomingMessage, ServerResponse } from 'node:http'
import type { App } from '../app.ts'
import { sessionOf } from '../sign-in/session.ts'
import { cookieName, readCookies } from './cookies.ts'
import type { Door } from './door.ts'
import { fixedHeaders } from './reply.ts'
import type { Ctx } from './request.ts'

/** `/session`: who is signed in here? For programs; asking does not keep a session alive. */
export function sessionCheck({ app, reply }: Door) {
  return async (c: Ctx) => {
    const { status, body } = await check(app, c.req.header('cookie'))
    return reply.json(body, status)
  }
}

async function check(app: App, cookies: string | undefined) {
  const token = readCookies(cookies).get(cookieName(app.config, 'session')) ?? null
  const session = await sessionOf(app, token)
  if (!session) return { status: 401, body: { error: 'sign_in_first' } }
  const { accountId, name, email, language } = session
  return { status: 200, body: { account: accountId, name, email, language } }
}

/**
 * The same, straight on Node's server: applications ask this at every request of theirs, and most of
 * what a request costs elsewhere is of no use here. False when it is another request.
 */
export function quickSessionCheck(app: App) {
  const head = Object.entries({
    ...fixedHeaders(app.config),
    'Content-Type': 'application/json',
  }).flat()

  return (
    request: IncomingMessage,
    response: ServerResponse,
    otherwise: (request: IncomingMessage, response: ServerResponse) => void,
  ): boolean => {
    if (request.url !== '/session' || request.method !== 'GET') return false
    const began = performance.now()
    check(app, request.headers.cookie).then(
      ({ status, body }) => {
        const text = JSON.stringify(body)
        const length = String(Buffer.byteLength(text))
        response.writeHead(status, [...head, 'Content-Length', length]).end(text)
        const ms = performance.now() - began
        app.metrics.request('/session', status, ms / 1000)
        app.log.debug({ method: 'GET', route: '/session', status, ms }, 'request')
      },
      // What goes wrong is met where everything is.
      () => otherwise(request, response),
    )
    return true
  }
}
