import { expect } from 'vitest'
import { pino } from 'pino'
import { openSetUp } from '../../src/accounts/set-up.ts'
import type { Tables } from '../../src/store/tables.ts'
import {
  ana,
  bob,
  DAY,
  MINUTE,
  protect,
  recoveryCodesIn,
  signInFully,
  type Visitor,
  type World,
} from '../world.ts'
import { codeFor, copyOf, eventsOf, notThe, story, WIDE, NO_ID } from './story.ts'

const HERE = '/account/security'
const AGENT = 'Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0'
const visitorOf = (world: World): Visitor =>
  world.visitor({ address: '198.51.100.20', userAgent: AGENT })

const idOf = async (world: World, email: string): Promise<string> =>
  (
    await world.app.db
      .selectFrom('accounts')
      .select('id')
      .where('email', '=', email)
      .executeTakeFirstOrThrow()
  ).id

/** The kinds of all events since the last call. */
function reader(world: World): () => Promise<string[]> {
  let read = 0
  return async () => {
    const rows = await world.app.db.selectFrom('events').select('kind').orderBy('id').execute()
    const fresh = rows.slice(read).map(({ kind }) => kind)
    read = rows.length
    return fresh
  }
}

story(
  'everything that happens is an event, and nothing else is',
  { people: [ana, bob], settings: { ...WIDE, NEW_DEVICE_MAIL: 'no' } },
  async (world) => {
    const browser = visitorOf(world)
    const since = reader(world)
    expect(await since()).toEqual(['set_up', 'account_added'])

    await browser.get('/sign-in')
    await browser.signIn({ ...ana, password: 'not the right one' })
    await browser.signIn({ ...ana, email: 'nobody@example.com' })
    await browser.post('/sign-out')
    expect(await since()).toEqual([])
    await browser.signIn()
    expect(await since()).toEqual(['signed_in'])
    await browser.get('/account')
    await browser.post('/account', { name: 'Ana', country: 'XX', language: 'en' })
    expect(await since()).toEqual([])
    await browser.post('/account', { name: 'Ana Lima', country: 'PT', language: 'en' })
    expect(await since()).toEqual(['profile_changed'])

    await browser.post(`${HERE}/protect`)
    expect(await since()).toEqual(['code_sent'])
    const code = await world.codeTo(ana.email)
    await browser.post(`${HERE}/code`, { code: notThe(code) })
    expect(await since()).toEqual(['second_step_refused'])
    world.pass(MINUTE)
    await browser.post(`${HERE}/send`)
    expect(await since()).toEqual(['code_sent'])
    const codes = recoveryCodesIn(await (await browser.post(`${HERE}/code`, { code })).text())
    expect(await since()).toEqual([])
    await browser.post(`${HERE}/confirm`, { saved: 'yes' })
    expect(await since()).toEqual(['protected', 'notice_sent'])

    await browser.post('/sign-out')
    expect(await since()).toEqual(['signed_out'])
    await signInFully(world, browser, ana, { remember: 'yes' })
    expect((await since()).toSorted()).toEqual(['code_sent', 'device_remembered', 'signed_in'])
    const thief = copyOf(world, browser)
    world.pass(DAY)
    await browser.signIn()
    expect(await since()).toEqual(['signed_in'])
    world.pass(MINUTE)
    await thief.signIn()
    expect(await since()).toEqual([
      'device_trust_ended',
      'session_ended',
      'notice_sent',
      'code_sent',
    ])
    await thief.post('/sign-in/second', { code: codes[0]!, with: 'recovery' })
    expect(await since()).toEqual(['recovery_code_used', 'notice_sent', 'signed_in'])

    await thief.post(`${HERE}/recovery-codes`)
    await thief.post(`${HERE}/code`, { code: await world.codeTo(ana.email) })
    await thief.post(`${HERE}/confirm`, { saved: 'yes' })
    expect(await since()).toEqual(['code_sent', 'recovery_codes_renewed', 'notice_sent'])
    await thief.post(`${HERE}/unprotect`)
    await thief.post(`${HERE}/code`, { code: await world.codeTo(ana.email) })
    expect(await since()).toEqual(['code_sent', 'unprotected', 'notice_sent'])
  },
)

story(
  'each event says whose, when, from where, with what, and in which request',
  { people: [ana] },
  async (world) => {
    const browser = visitorOf(world)
    const account = await idOf(world, ana.email)
    world.pass(MINUTE)
    await browser.signIn()
    await protect(world, browser)
    await signInFully(world, browser, ana, { remember: 'yes' })
    await browser.post('/sign-out')
    await browser.signIn()

    const events = await world.app.db
      .selectFrom('events')
      .selectAll()
      .where('kind', '!=', 'set_up')
      .orderBy('id')
      .execute()
    expect(events.length).toBeGreaterThan(6)
    for (const event of events)
      expect(event, event.kind).toMatchObject({
        accountId: account,
        at: world.now(),
        address: '198.51.100.20',
        userAgent: AGENT,
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      })
    const requests = new Set(events.map(({ requestId }) => requestId))
    expect(requests.size).toBeGreaterThan(5)

    const [signedIn] = (await eventsOf(world, 'signed_in')).slice(-1)
    const [device] = await world.app.db.selectFrom('devices').selectAll().execute()
    const session = await world.app.db
      .selectFrom('sessions')
      .selectAll()
      .where('id', '=', signedIn!.sessionId!)
      .executeTakeFirstOrThrow()
    expect(signedIn).toMatchObject({ deviceId: device!.id, attemptId: session.attemptId })
    expect(session.deviceId).toBe(device!.id)
    const [remembered] = await eventsOf(world, 'device_remembered')
    expect(remembered).toMatchObject({ deviceId: device!.id })
    const [signedOut] = await eventsOf(world, 'signed_out')
    expect(signedOut!.sessionId).not.toBeNull()
    expect(signedOut!.deviceId).toBe(device!.id)
  },
)

story(
  'what somebody changes inside says on which device',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = visitorOf(world)
    await browser.signIn()
    await browser.post('/account', { name: 'Ana Lima', country: 'PT', language: 'en' })
    await protect(world, browser)
    await signInFully(world, browser)
    await browser.post(`${HERE}/recovery-codes`)
    await browser.post(`${HERE}/code`, { code: await world.codeTo(ana.email) })
    await browser.post(`${HERE}/confirm`, { saved: 'yes' })
    await browser.post(`${HERE}/unprotect`)
    await browser.post(`${HERE}/code`, { code: await world.codeTo(ana.email) })
    const devices = await world.app.db.selectFrom('devices').select('id').execute()
    expect(devices).toHaveLength(1)
    for (const kind of ['profile_changed', 'protected', 'recovery_codes_renewed', 'unprotected']) {
      const [event] = await eventsOf(world, kind)
      expect(event, kind).toMatchObject({ deviceId: devices[0]!.id })
    }
  },
)

story('a hostile user agent is cut to what can be read', { people: [ana] }, async (world) => {
  const nasty = `${'A'.repeat(500)}`
  await world.visitor({ userAgent: nasty }).signIn()
  await world.visitor({ userAgent: 'Fox\u00FF\u0080 <script>' }).signIn()
  const events = await eventsOf(world, 'signed_in')
  expect(events.map(({ userAgent }) => userAgent)).toEqual(['A'.repeat(300), 'Fox <script>'])
})

const tables = [
  'accounts',
  'enrolments',
  'attempts',
  'sessions',
  'devices',
  'messages',
  'events',
  'limits',
  'links',
  'installation',
] as const satisfies readonly (keyof Tables)[]

const lines: string[] = []
const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })

/** A browser that keeps every answer it got, and what its cookies ever held. */
function watched(world: World) {
  const browser = visitorOf(world)
  const answers: { readonly path: string; readonly said: string }[] = []
  const tokens = new Set<string>()
  const keep = async (path: string, response: Response): Promise<string> => {
    const headers = [...response.headers].filter(([name]) => name !== 'set-cookie')
    const body = await response.text()
    answers.push({ path, said: `${JSON.stringify(headers)}\n${body}` })
    for (const value of browser.cookies.values())
      // The id of the row stands before the secret, and is none.
      for (const part of value.split('.').slice(1)) tokens.add(part)
    return body
  }
  return {
    answers,
    tokens,
    get: async (path: string) => keep(path, await browser.get(path)),
    post: async (path: string, form: Record<string, string> = {}) =>
      keep(path, await browser.post(path, form)),
  }
}

const password = 'zebra umbrella 7 quartz'
const wrong = 'violet hammer 9 tundra'

/** Everything a person can do, in one go. Gives back what nobody else may ever see. */
async function live(world: World, { get, post }: ReturnType<typeof watched>) {
  const token = await openSetUp(world.app)
  const account = { email: ana.email, name: ana.name, country: 'PT', language: 'en' }
  const right = { login: ana.email, password }
  const codes: string[] = []
  const mailed = async () => codes[codes.push(await world.codeTo(ana.email)) - 1]!

  await post('/setup', { token, ...account, country: 'XX', password: wrong })
  await post('/setup', { token, ...account, password })
  await post('/setup', { token, ...account, password })
  await post('/sign-in', { ...right, password: wrong })
  await post('/sign-in', { ...right, unknown: wrong })
  await post('/sign-in', right)
  await post(`${HERE}/protect`)
  const recovery = recoveryCodesIn(await post(`${HERE}/code`, { code: await mailed() }))
  await get(`${HERE}/codes`)
  await post(`${HERE}/confirm`, { saved: 'yes' })
  for (const page of ['/', '/account', HERE, '/session', '/health', '/metrics']) await get(page)
  await post('/sign-out')
  await post('/sign-in', { ...right, to: HERE })
  await get('/sign-in/second')
  await post('/sign-in/second', { code: wrong })
  await post('/sign-in/second', { code: recovery[0]!, with: 'recovery', unknown: password })
  world.pass(MINUTE)
  await post('/sign-in/second/send')
  await post('/sign-in/second', { code: await mailed(), remember: 'yes' })
  await post('/sign-out')
  await post('/sign-in', right)
  await post(`${HERE}/recovery-codes`)
  await mailed()
  const fresh = await post(`${HERE}/code`, { code: recovery[1]!, with: 'recovery' })
  recovery.push(...recoveryCodesIn(fresh))
  await get(`/no-such-page?password=${encodeURIComponent(password)}`)
  await world.opened.delivery.settled()
  return { token, codes, recovery }
}

/** Six digits turn up by chance in hashes and times, so a code must stand by itself. */
const standsIn = (text: string, secret: string): boolean =>
  /^\d{6}$/.test(secret)
    ? new RegExp(`(?<![\\w.-])${secret}(?![\\w-])`).test(text)
    : text.includes(secret)

story(
  'no password, code or token is anywhere in the clear: rows, log lines, answers',
  { given: { log }, settings: WIDE },
  async (world) => {
    lines.length = 0
    const browser = watched(world)
    const { token, codes, recovery } = await live(world, browser)
    const tokens = [...browser.tokens].filter((each) => each.length > 20)
    const written = [...recovery, ...recovery.map((code) => code.replaceAll('-', ''))]
    const secrets = [password, wrong, token, ...codes, ...tokens, ...written]
    expect([codes.length, recovery.length, tokens.length >= 7]).toEqual([3, 20, true])

    const found = (place: string, text: string, but: readonly string[] = []) =>
      secrets
        .filter((secret) => !but.includes(secret) && standsIn(text, secret))
        .map((secret) => `${secret} in ${place}`)
    for (const table of tables) {
      const rows = await world.app.db.selectFrom(table).selectAll().execute()
      expect(found(table, JSON.stringify(rows))).toEqual([])
    }

    expect(lines.length).toBeGreaterThan(20)
    expect(found('the log', lines.join(''))).toEqual([])
    expect(lines.join('')).not.toContain(encodeURIComponent(password))
    expect(lines.join('')).not.toContain(ana.email)

    // The form for setting up holds its token, and the page of recovery codes shows them.
    for (const { path, said } of browser.answers) {
      const shown = recoveryCodesIn(said)
      expect(found(path, said, path === '/setup' ? [token] : shown)).toEqual([])
    }
    const lists = browser.answers.filter(({ said }) => recoveryCodesIn(said).length > 0)
    expect(lists).toHaveLength(2)
  },
)

story(
  'a code is in its mail and nowhere else, and a mail that is done is wiped',
  { people: [ana] },
  async (world) => {
    const browser = visitorOf(world)
    await protect(world, browser)
    const code = await codeFor(world, browser)
    const [message] = await world.app.db
      .selectFrom('messages')
      .selectAll()
      .where('kind', '=', 'code')
      .orderBy('id', 'desc')
      .execute()
    expect(message!.body).not.toContain(code)
    const mail = world.opened.render.mail(NO_ID, (await world.messagesTo(ana.email)).at(-1))
    expect(mail.text).toContain(code)
    expect(mail.html).toContain(code)
    expect(mail.subject).not.toContain(code)

    world.pass(10 * MINUTE)
    world.opened.delivery.wake()
    await world.opened.delivery.settled()
    const left = await world.app.db
      .selectFrom('messages')
      .select('id')
      .where('kind', '=', 'code')
      .where('body', 'is not', null)
      .execute()
    expect(left).toEqual([])
  },
)
