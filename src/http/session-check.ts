import type { IncomingMessage, ServerResponse } from 'node:http'
import type { App } from '../app.ts'
import { holderOf } from '../sign-in/session.ts'
import type { Holder } from '../store/sessions.ts'
import type { Soon } from '../store/statement.ts'
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

type Said = { readonly status: number; readonly body: object }

function check(app: App, cookies: string | undefined): Soon<Said> {
  const token = readCookies(cookies).get(cookieName(app.config, 'session')) ?? null
  const holder = holderOf(app, token)
  return holder instanceof Promise ? holder.then(say) : say(holder)
}

function say(holder: Holder | null): Said {
  if (!holder) return { status: 401, body: { error: 'sign_in_first' } }
  const { accountId, name, email, language } = holder
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

  const answer = (response: ServerResponse, began: number, { status, body }: Said): void => {
    const text = JSON.stringify(body)
    const length = String(Buffer.byteLength(text))
    response.writeHead(status, [...head, 'Content-Length', length]).end(text)
    const ms = performance.now() - began
    app.metrics.request('/session', status, ms / 1000)
    app.log.debug({ method: 'GET', route: '/session', status, ms }, 'request')
  }

  return (request: IncomingMessage, response: ServerResponse, otherwise: () => void): boolean => {
    if (request.url !== '/session' || request.method !== 'GET') return false
    const began = performance.now()
    try {
      const said = check(app, request.headers.cookie)
      if (said instanceof Promise) said.then((it) => answer(response, began, it)).catch(otherwise)
      else answer(response, began, said)
    } catch {
      // What goes wrong is met where everything is.
      otherwise()
    }
    return true
  }
}
