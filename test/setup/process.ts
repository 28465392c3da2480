import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openBody } from '../../src/delivery/deliver.ts'
import type { Body } from '../../src/delivery/message.ts'
import { readKeys } from '../../src/keys.ts'
import { turnstile } from '../../src/lib/password.ts'
import { systemRandom } from '../../src/lib/random.ts'
import { openDatabase, type Database } from '../../src/store/open.ts'
import { recoveryCodesIn } from '../world.ts'
import { databases } from './databases.ts'

const root = join(import.meta.dirname, '../..')
const MAIN = ['--disable-warning=ExperimentalWarning', join(root, 'src/main.ts')]

export type Settings = Readonly<Record<string, string>>
export type Kind = (typeof databases)[number]['name']

/** A folder and an empty database for one installation. Gone at the end of the block. */
export type Place = AsyncDisposable & {
  readonly folder: string
  readonly settings: { readonly DATA_DIR: string; readonly DATABASE_URL: string }
  /** Our own connection to its database. */
  readonly db: () => Database
  /** The newest code that was written to this address, from its sealed message. */
  readonly codeTo: (email: string) => Promise<string>
}

export async function openPlace(kind: Kind = 'SQLite'): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'nightlatch-process-'))
  const fresh = await databases.find(({ name }) => name === kind)!.fresh()
  let db: Database | null = null
  const place: Place = {
    folder,
    settings: { DATA_DIR: folder, DATABASE_URL: fresh.url },
    db: () => (db ??= openDatabase(fresh.url)),
    async codeTo(email) {
      const rows = await place
        .db()
        .selectFrom('messages')
        .select(['id', 'body'])
        .where('recipient', '=', email)
        .where('kind', '=', 'code')
        .where('body', 'is not', null)
        .orderBy('id', 'desc')
        .limit(1)
        .execute()
      const [row] = rows
      if (!row) throw new Error(`no code was sent to ${email}`)
      const { notice } = openBody(readKeys(folder, systemRandom, false), row.id, row.body!) as Body
      return notice.kind === 'code' ? notice.code : ''
    },
    async [Symbol.asyncDispose]() {
      await db?.destroy()
      await fresh.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return place
}

export type Running = AsyncDisposable & {
  readonly pid: number
  /** What it has written so far. */
  readonly out: () => string
  readonly err: () => string
  readonly kill: (signal?: NodeJS.Signals) => void
  /** Its standard input, all of it; only for one that was started with none (`null`). */
  readonly give: (input: string) => void
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
  /** Waits until its standard output holds this text; throws when it ends before. */
  readonly says: (what: string, ms?: number) => Promise<void>
}

const running = new Set<ChildProcess>()
// What one process has compiled the next one need not: half the time of a start.
const compiled = mkdtempSync(join(tmpdir(), 'nightlatch-compiled-'))
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(compiled, { recursive: true, force: true })
})

/** More at once would only all be slow. */
const startInTurn = turnstile(2, Infinity)

/** Starts a program with these settings and nothing else in its environment, in this folder. */
export function run(
  command: readonly string[],
  env: Settings,
  { cwd = tmpdir(), input = '' }: { readonly cwd?: string; readonly input?: string | null } = {},
): Running {
  const [program = '', ...args] = command
  const ours = { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: compiled }
  const child = spawn(program, args, { cwd, env: { ...ours, ...env }, stdio: 'pipe' })
  running.add(child)
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => void (said.out += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => void (said.err += chunk))
  child.stdin.on('error', () => {}) // it may end without having read
  if (input !== null) child.stdin.end(input)
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      running.delete(child)
      resolve(code ?? signal!)
    })
  })
  return {
    pid: child.pid!,
    out: () => said.out,
    err: () => said.err,
    kill: (signal = 'SIGTERM') => void child.kill(signal),
    give: (input) => void child.stdin.end(input),
    ended,
    async says(what, ms = 30_000) {
      const tooLate = Date.now() + ms
      while (!said.out.includes(what)) {
        if (child.exitCode !== null || child.signalCode !== null || Date.now() > tooLate)
          throw new Error(`it did not say "${what}", but: ${said.out}${said.err}`)
        await sleep(10)
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** One command to its end. */
export async function nightlatch(
  args: readonly string[],
  env: Settings,
  options: { readonly cwd?: string; readonly input?: string } = {},
): Promise<{ readonly code: number | string; readonly out: string; readonly err: string }> {
  const ended = await startInTurn(async () => {
    await using process_ = run([process.execPath, ...MAIN, ...args], env, options)
    const code = await process_.ended
    return { code, out: process_.out(), err: process_.err() }
  })
  return ended!
}

export type Server = Running & {
  readonly url: string
  readonly port: number
  /** The path of the one-time link; `null` when there is an account. */
  readonly setUpPath: string | null
  /** The log, line by line. */
  readonly log: () => readonly Readonly<Record<string, unknown>>[]
}

/** The server with these settings, on a free port, once it answers. */
export async function startServer(
  settings: Settings,
  { under = [], cwd }: { readonly under?: readonly string[]; readonly cwd?: string } = {},
): Promise<Server> {
  const process_ = (await startInTurn(async () => {
    const command = [...under, process.execPath, ...MAIN, 'start']
    const begun = run(command, { PORT: '0', ...settings }, cwd ? { cwd } : {})
    try {
      await begun.says('listens on')
    } catch (error) {
      await begun[Symbol.asyncDispose]()
      throw error
    }
    return begun
  }))!
  const url = /listens on (\S+)/.exec(process_.out())![1]!
  // Written in the same breath as the address, or not at all.
  for (let i = 0; i < 5 && !process_.out().includes('/setup?token='); i++) await sleep(20)
  return {
    ...process_,
    url,
    port: Number(new URL(url).port),
    setUpPath: /(\/setup\?token=\S+)/.exec(process_.out())?.[1] ?? null,
    log: () =>
      process_
        .err()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line)),
  }
}

export const account = {
  email: 'ana@example.com',
  name: 'Ana Lima',
  country: 'PT',
  language: 'en',
  password: 'a quiet lake in winter',
}

/** Makes an account from a script; the first one with `setup`, others with `account add`. */
export function make(
  command: readonly string[],
  settings: Settings,
  about: Partial<typeof account> = {},
): ReturnType<typeof nightlatch> {
  const { password, ...rest } = { ...account, ...about }
  const options = Object.entries(rest).flatMap(([name, value]) => [`--${name}`, value])
  const args = [...command, ...options, '--password-stdin']
  return nightlatch(args, settings, { input: `${password}\n` })
}

export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string }

/** A browser: cookies of its own, redirects not followed. Over real HTTP. */
export type Browser = {
  readonly cookies: Map<string, string>
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Answer>
  /** A form, sent as from one of our pages. */
  readonly post: (path: string, form?: Record<string, string> | URLSearchParams) => Promise<Answer>
  readonly signIn: (about?: { email: string; password: string }) => Promise<Answer>
}

export function browserAt(url: string, cookies = new Map<string, string>()): Browser {
  async function send(path: string, init: RequestInit): Promise<Answer> {
    const headers = new Headers(init.headers)
    if (cookies.size > 0)
      headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await fetch(url + path, { ...init, headers, redirect: 'manual' })
    const answer = { status: response.status, headers: response.headers, text: '' }
    answer.text = await response.text()
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0/i.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
    return answer
  }
  const browser: Browser = {
    cookies,
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, form = {}) =>
      send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin: url },
        body: new URLSearchParams(form).toString(),
      }),
    signIn: ({ email, password } = account) => browser.post('/sign-in', { login: email, password }),
  }
  return browser
}

export const whereTo = ({ headers }: Answer): string | null => headers.get('location')

/** What "I have saved them" sends, from the page that shows the codes. */
export function savedForm(page: string): Record<string, string> {
  const set = /name="set" value="([^"]+)"/.exec(page)?.[1]
  return { saved: 'yes', ...(set && { set }) }
}

/** The newest code on the page of what would have been sent. */
export const codeOnOutbox = async (browser: Browser): Promise<string> =>
  /^ {4}(\d{6})$/m.exec((await browser.get('/outbox')).text)?.[1] ?? 'none'

/** Signs in and switches login protection on. Gives the recovery codes. */
export async function protect(
  browser: Browser,
  codeTo: () => Promise<string>,
  about: { email: string; password: string } = account,
): Promise<string[]> {
  await browser.signIn(about)
  await browser.post('/account/security/protect')
  const shown = await browser.post('/account/security/code', { code: await codeTo() })
  await browser.post('/account/security/confirm', savedForm(shown.text))
  return recoveryCodesIn(shown.text)
}

/** Nobody is slowed down. For tests in which a few people do a day's work in seconds. */
export const wideOpen: Settings = {
  CODE_TRIES: '10',
  CODE_SENDS: '10',
  RESEND_SECONDS: '10',
  REMEMBERED_DEVICES: '100',
  SESSIONS: '1000',
  ...Object.fromEntries(
    [
      'SECOND_STEP_FAILURES_5_MINUTES',
      'SECOND_STEP_FAILURES_DAY',
      'SECOND_STEP_ADDRESS_FAILURES_5_MINUTES',
      'SECOND_STEP_ADDRESS_FAILURES_HOUR',
      'PASSWORD_FAILURES_5_MINUTES',
      'PASSWORD_ADDRESS_FAILURES_5_MINUTES',
      'PASSWORD_ADDRESS_REQUESTS_MINUTE',
      'ADDRESS_REQUESTS_5_MINUTES',
      'ALL_PASSWORD_FAILURES_5_MINUTES',
      'MAILS_HOUR',
      'MAILS_DAY',
      'NEW_EMAIL_CODES_DAY',
      'ADDRESS_SENDS_5_MINUTES',
    ].map((name) => [name, '1000000']),
  ),
}
