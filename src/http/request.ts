import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { App } from '../app.ts'
import { clientAddress } from '../lib/address.ts'
import { isLanguage, type Language } from '../lib/language.ts'
import { newRequestId } from '../lib/random.ts'
import type { Visit } from '../sign-in/visit.ts'
import type { SignedIn } from '../store/sessions.ts'
import { cookieName, readCookies } from './cookies.ts'
import { isApiPath } from './api/api-path.ts'
import type { KeyInUse } from '../accounts/keys/use-key.ts'
import { isReceiptPath } from './receipt-path.ts'

/** What every handler knows of its request. */
type Ask = {
  readonly visit: Visit
  /** The secret of the attempt this browser is in, if it is in one. */
  readonly attemptSecret: string | null
  /** What ties a passkey to this browser, if it was asked for one. */
  readonly passkeyBearer: string | null
  /** The language chosen in this browser. */
  readonly chosenLanguage: Language | null
}

export type Env = {
  Bindings: Partial<HttpBindings>
  Variables: { ask: Ask; session: SignedIn | null; key: KeyInUse | undefined }
}
export type Ctx = Context<Env>

export function readRequest(app: App, c: Ctx): Ask {
  const { config } = app
  // Gateways and programs have none, and whoever comes with some must not act as whom they are of.
  const hasNone = isReceiptPath(c.req.path) || isApiPath(c.req.path)
  const cookies = readCookies(hasNone ? undefined : c.req.header('cookie'))
  const chosen = cookies.get(cookieName(config, 'language')) ?? ''
  return {
    visit: {
      address: addressOf(app, c),
      userAgent: cleanUserAgent(c.req.header('user-agent')),
      requestId: newRequestId(),
      sessionToken: cookies.get(cookieName(config, 'session')) || null,
      deviceTokens: deviceTokens(cookieName(config, 'device-'), cookies),
    },
    attemptSecret: cookies.get(cookieName(config, 'attempt')) || null,
    passkeyBearer: cookies.get(cookieName(config, 'passkey')) || null,
    chosenLanguage: isLanguage(chosen) ? chosen : null,
  }
}

/** Has a proxy passed this on, trusted or not? What is for this machine only is not for its guests. */
export const isForwarded = (c: Ctx): boolean =>
  ['x-forwarded-for', 'forwarded', 'via'].some((name) => c.req.header(name) !== undefined)

/** The address of the client. Of X-Forwarded-For only what a trusted proxy has written counts. */
export const addressOf = ({ config }: App, c: Ctx): string =>
  clientAddress(
    c.env?.incoming?.socket.remoteAddress,
    c.req.header('x-forwarded-for'),
    config.proxies,
  )

const deviceTokens = (
  prefix: string,
  cookies: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> =>
  new Map(
    [...cookies]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  )

const cleanUserAgent = (text = ''): string => text.replace(/[^\x20-\x7e]/g, '').slice(0, 300)
