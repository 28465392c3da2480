import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addAccount, setUp } from '../src/accounts/set-up.ts'
import type { App } from '../src/app.ts'
import { loadConfig, type Config } from '../src/config.ts'
import { openBody } from '../src/delivery/deliver.ts'
import type { Body } from '../src/delivery/message.ts'
import { openApp, type Opened, type World as Given } from '../src/open-app.ts'
import { createServer } from '../src/server.ts'
import type { Visit } from '../src/sign-in/visit.ts'
import type { Typed } from '../src/accounts/new-account.ts'
import { databases, type FreshDatabase } from './setup/databases.ts'

/** The cheapest hash there is: stories are about what comes after it. */
export const CHEAP = { memory: 8, passes: 1 }

export const PASSWORD = 'a quiet lake in winter'

export const ana: Typed = {
  email: 'ana@example.com',
  name: 'Ana Lima',
  country: 'PT',
  language: 'en',
  phone: '',
  password: PASSWORD,
}
export const bob: Typed = { ...ana, email: 'bob@example.com', name: 'Bob Stone', country: 'GB' }

export const nobodysVisit: Visit = {
  address: '192.0.2.1',
  userAgent: 'test',
  requestId: 'test',
  sessionToken: null,
  deviceTokens: new Map(),
}

export type World = {
  readonly app: App
  readonly opened: Opened
  readonly config: Config
  readonly server: ReturnType<typeof createServer>
  readonly url: string
  /** A browser of its own: cookies, an address. */
  visitor(options?: VisitorOptions): Visitor
  /** Moves the clock on, in milliseconds. */
  pass(ms: number): void
  now(): number
  /** The bodies of the messages to an address, oldest first: what lies in the outbox. */
  messagesTo(email: string): Promise<Body[]>
  /** The newest code sent to an address. */
  codeTo(email: string): Promise<string>
  close(): Promise<void>
}

export type VisitorOptions = {
  readonly address?: string
  readonly userAgent?: string
  readonly language?: string
}

export type Visitor = {
  readonly cookies: Map<string, string>
  get(path: string, headers?: Record<string, string>): Promise<Response>
  /** A form, sent as a browser sends it from one of our pages. */
  post(
    path: string,
    form?: Record<string, string> | [string, string][],
    headers?: Record<string, string>,
  ): Promise<Response>
  /** Any request, with this browser's cookies. */
  send(path: string, init: RequestInit): Promise<Response>
  signIn(typed?: Pick<Typed, 'email' | 'password'>): Promise<Response>
}

const MINUTE = 60_000
export { MINUTE }
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/**
 * A whole server on a database of its own, with a clock that only the test moves. Accounts named in
 * `people` exist; messages wait in the outbox.
 */
export async function openWorld(
  options: {
    readonly database?: 'SQLite' | 'PostgreSQL'
    /** A database that is there already, with nothing in its tables or no tables at all. */
    readonly on?: FreshDatabase
    /** An existing database, to open a second server on it. */
    readonly beside?: World
    readonly settings?: Record<string, string>
    readonly people?: readonly Typed[]
    readonly given?: Given
    /** Puts something round a part of the app: to count what it does, or to slow it down. */
    readonly wrap?: (app: App) => App
  } = {},
): Promise<World> {
  const kind = databases.find(({ name }) => name === (options.database ?? 'SQLite'))!
  const beside = options.beside
  const fresh: FreshDatabase = beside
    ? { url: beside.config.databaseUrl, drop: async () => {} }
    : (options.on ?? (await kind.fresh()))
  const folder = beside?.config.dataDir ?? mkdtempSync(join(tmpdir(), 'nightlatch-'))
  const settings = { DATABASE_URL: fresh.url, DATA_DIR: folder, LOG_LEVEL: 'silent' }
  const loaded = loadConfig({ ...settings, ...options.settings }, null)
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems))
  const { config } = loaded

  let clock = Date.parse('2026-01-05T09:00:00Z')
  const now = () => (beside ? beside.now() : clock)
  const opened = await openApp(config, {
    now,
    cost: CHEAP,
    pause: async () => {},
    ...options.given,
  })
  const app = options.wrap ? options.wrap(opened.app) : opened.app
  const server = createServer(app, opened.render)
  for (const [index, typed] of (options.people ?? []).entries()) {
    const made = await (index === 0
      ? setUp(app, nobodysVisit, null, typed)
      : addAccount(app, nobodysVisit, typed))
    if (!('account' in made)) throw new Error(JSON.stringify(made))
  }

  const url = config.publicUrl
  const messagesTo = async (email: string): Promise<Body[]> => {
    const rows = await app.db
      .selectFrom('messages')
      .select(['id', 'body'])
      .where('recipient', '=', email)
      .where('body', 'is not', null)
      .orderBy('id')
      .execute()
    return rows.map(({ id, body }) => openBody(app.keys, id, body!) as Body)
  }

  return {
    app,
    opened,
    config,
    server,
    url,
    visitor: (about) => visitorOf(server, url, about),
    pass: (ms) => void (clock += ms),
    now,
    messagesTo,
    async codeTo(email) {
      const codes = (await messagesTo(email)).flatMap(({ notice }) =>
        notice.kind === 'code' ? [notice.code] : [],
      )
      if (codes.length === 0) throw new Error(`no code was sent to ${email}`)
      return codes.at(-1)!
    },
    async close() {
      await opened.close()
      await fresh.drop()
      if (!beside) rmSync(folder, { recursive: true, force: true })
    },
  }
}

function visitorOf(
  server: World['server'],
  url: string,
  { address = '192.0.2.7', userAgent = 'Mozilla/5.0 Test', language = 'en' }: VisitorOptions = {},
): Visitor {
  const cookies = new Map<string, string>()
  const host = new URL(url).host
  const env = { incoming: { socket: { remoteAddress: address } } } as never

  async function send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers({ host, 'user-agent': userAgent, 'accept-language': language })
    if (cookies.size > 0)
      headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value)
    const response = await server.request(url + path, { ...init, headers }, env)
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      if (/max-age=0/i.test(line)) cookies.delete(name!)
      else cookies.set(name!, value!)
    }
    return response
  }

  const visitor: Visitor = {
    cookies,
    send,
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, form = {}, headers = {}) =>
      send(path, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          origin: url,
          'sec-fetch-site': 'same-origin',
          ...headers,
        },
        body: new URLSearchParams(form).toString(),
      }),
    signIn: ({ email, password } = ana) => visitor.post('/sign-in', { login: email, password }),
  }
  return visitor
}

/** Switches login protection on, as the person does it. Gives the ten recovery codes. */
export async function protect(
  world: World,
  visitor: Visitor,
  typed: Pick<Typed, 'email' | 'password'> = ana,
): Promise<string[]> {
  await visitor.signIn(typed)
  await visitor.post('/account/security/protect')
  const shown = await visitor.post('/account/security/code', {
    code: await world.codeTo(typed.email),
  })
  const codes = recoveryCodesIn(await shown.text())
  await visitor.post('/account/security/confirm', { saved: 'yes' })
  return codes
}

export const recoveryCodesIn = (page: string): string[] =>
  [...page.matchAll(/<code>([0-9A-Z-]{19})<\/code>/g)].map(([, code]) => code!)

/** Signs in to a protected account, both steps. */
export async function signInFully(
  world: World,
  visitor: Visitor,
  typed: Pick<Typed, 'email' | 'password'> = ana,
  more: Record<string, string> = {},
): Promise<Response> {
  await visitor.signIn(typed)
  return visitor.post('/sign-in/second', { code: await world.codeTo(typed.email), ...more })
}
