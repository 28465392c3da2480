import { expect } from 'vitest'
import { acceptMessage, failMessage } from '../../src/store/messages.ts'
import { insertEvent } from '../../src/store/events.ts'
import { newId, systemRandom } from '../../src/lib/random.ts'
import {
  ana,
  bob,
  DAY,
  HOUR,
  MINUTE,
  openWorld,
  protect,
  signInFully,
  type Visitor,
  type World,
} from '../world.ts'
import { messageTo, sayNotMe } from './not-me-tools.ts'
import { asHtml, eventsOf, noticesTo, notThe, placeOf, story, whoIs, WIDE } from './story.ts'

const HERE = '/account/history'
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0'

const page = async (browser: Visitor, query = ''): Promise<string> => {
  const answer = await browser.get(HERE + query)
  expect(answer.status).toBe(200)
  return answer.text()
}

/** What a page of the history says happened, the newest first. */
const titles = (html: string): string[] =>
  [
    ...html
      .split('class="events"')[1]!
      .split('</ol>')[0]!
      .matchAll(/<h2>([^<]*)<\/h2>/g),
  ].map(([, title]) => title!)

const older = (html: string): string | null =>
  /href="\/account\/history([^"]*)" rel="next"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? null

type File = {
  readonly account: string
  readonly isWhole: boolean
  readonly events: readonly {
    readonly id: string
    readonly at: string
    readonly kind: string
    readonly what: string
    readonly details: readonly [string, string][]
    readonly device: string | null
    readonly address: string
  }[]
}
const jsonOf = async (browser: Visitor): Promise<File> =>
  (await (await browser.get(`${HERE}.json`)).json()) as File

/** Writes so many events down for an account, a minute apart, as if they had happened. */
async function happened(world: World, accountId: string, count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    world.pass(MINUTE)
    await insertEvent(world.app.db, {
      id: newId(systemRandom, world.now()),
      at: world.now(),
      kind: 'profile_changed',
      accountId,
      attemptId: null,
      sessionId: null,
      deviceId: null,
      address: `198.51.100.${turn % 250}`,
      userAgent: '',
      requestId: 'test',
      detail: {},
    })
  }
}

const accountOf = async (world: World, email = ana.email): Promise<string> =>
  (
    await world.app.db
      .selectFrom('accounts')
      .select('id')
      .where('email', '=', email)
      .executeTakeFirstOrThrow()
  ).id

story(
  'the history says in words what happened, the newest first: how, where from, and what became of mails',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor({ address: '203.0.113.9', userAgent: FIREFOX })
    const codes = await protect(world, browser)
    world.pass(HOUR)
    await browser.signIn()
    const code = await world.codeTo(ana.email)
    await browser.post('/sign-in/second', { code: notThe(code) })
    await browser.post('/sign-in/second', { code: codes[0]!, with: 'recovery' })
    await browser.post('/account', { ...ana, phone: '', email: '', password: '' })
    const html = await page(browser)
    expect(titles(html)).toEqual([
      'Signed in',
      'A message was sent',
      'A recovery code was used',
      'A wrong code was refused',
      'A code was sent',
      'A message was sent',
      'Login protection was switched on',
      'A code was sent',
      'Signed in',
      'The account was made, the first one here',
    ])
    const text = html
      .replaceAll(/<\/?(?:p|div)\b[^>]*>/g, ' ')
      .replaceAll(/<[^>]*>/g, '')
      .replaceAll(/\s+/g, ' ')
    for (const said of [
      'By: password and recovery code',
      'Message: a recovery code was used',
      'Recovery codes left: 9',
      'By: code by e-mail For: signing in',
      'For: switching on login protection To: a•••@e•••.com Delivery: too old before',
      'For: signing in To: a•••@e•••.com Delivery: on its way',
      'January 5, 2026 at 10:00 UTC · Firefox, Linux · 203.0.113.9',
    ])
      expect(text).toContain(said)
  },
)

story(
  'what became of a message: accepted, on its way, refused and why, too late',
  { people: [ana], settings: WIDE },
  async (world) => {
    const { db } = world.app
    const browser = world.visitor()
    await browser.signIn()
    const state = async (): Promise<string> => {
      const [first] = (await jsonOf(browser)).events.filter(({ kind }) => kind === 'code_sent')
      return first!.details.find(([label]) => label === 'Delivery')![1]
    }
    const send = async () => {
      world.pass(20 * MINUTE)
      await browser.post('/account/security/protect')
      return messageTo(world, 'code')
    }
    const { id } = await send()
    expect(await state()).toBe('on its way')
    await acceptMessage(db, id, 'smtp', world.now())
    expect(await state()).toBe('accepted by the mail server')

    const reasons = {
      'EENVELOPE 550 5.1.1 no such user': 'the mail server refuses this address or message',
      'ETIMEDOUT the server took too long': 'the mail server could not be reached',
      'EAUTH (the SMTP settings are wrong) 535': 'the mail settings of this server are wrong',
      'the body does not open: its key is gone': 'a fault on the way',
    }
    for (const [reason, words] of Object.entries(reasons)) {
      const { id, tries } = await send()
      await failMessage(db, { id, tries }, 'smtp', reason, world.now())
      expect(await state()).toBe(`not delivered: ${words}`)
    }
    await send()
    world.pass(20 * MINUTE)
    expect(await state()).toBe('too old before it could be sent')
  },
)

story('a device is called as the person calls it', { people: [ana] }, async (world) => {
  const browser = world.visitor({ userAgent: FIREFOX })
  await browser.signIn()
  expect((await jsonOf(browser)).events[0]!.device).toBe('Firefox, Linux')
  await world.app.db.updateTable('devices').set({ name: 'Ana’s laptop' }).execute()
  expect((await jsonOf(browser)).events[0]!.device).toBe('Ana’s laptop')
  expect(await page(browser)).toContain('<bdi>Ana’s laptop</bdi>')
})

story(
  'the filter shows one group, and every event there is belongs to one',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    await protect(world, browser)
    await browser.post('/account/security/unprotect')
    await browser.post('/account/security/code', { code: '000000' })
    const whole = titles(await page(browser))
    const found: Record<string, string[]> = {}
    for (const group of ['sign-ins', 'refusals', 'messages', 'changes'])
      found[group] = titles(await page(browser, `?show=${group}`))
    expect(found).toEqual({
      'sign-ins': ['Signed in'],
      refusals: ['A wrong code was refused'],
      messages: ['A code was sent', 'A message was sent', 'A code was sent'],
      changes: ['Login protection was switched on', 'The account was made, the first one here'],
    })
    expect(Object.values(found).flat().toSorted()).toEqual(whole.toSorted())
    expect(await page(browser, '?show=messages')).toContain(
      '<a href="/account/history?show=messages" aria-current="true">',
    )
  },
)

story(
  'pages hold 25 entries, none twice and none left out while others are written',
  { people: [ana] },
  async (world) => {
    const id = await accountOf(world)
    await happened(world, id, 60)
    const browser = world.visitor()
    await browser.signIn()
    const before = (await jsonOf(browser)).events.map((each) => each.address)
    const seen: string[] = []
    let query: string | null = ''
    for (let turn = 0; query !== null && turn < 9; turn++) {
      const html = await page(browser, query)
      expect(titles(html).length).toBeLessThanOrEqual(25)
      seen.push(...[...html.matchAll(/· <bdi dir="ltr">([^<]*)<\/bdi>/g)].map(([, at]) => at!))
      query = older(html)
      await happened(world, id, 3)
    }
    expect(seen).toEqual(before)
    expect(await page(browser, '?show=sign-ins')).not.toContain('rel="next"')
  },
)

story('an address that nobody of ours has made is no page', { people: [ana] }, async (world) => {
  const browser = world.visitor()
  await browser.signIn()
  for (const query of ['?show=everything', '?show=', '?before=', '?before=x', "?before='or 1=1"])
    expect((await browser.get(HERE + query)).status, query).toBe(404)
})

story(
  'the whole history can be kept as a table and for programs, as a file nobody else may keep',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor({ userAgent: FIREFOX })
    await protect(world, browser)
    const csv = await browser.get(`${HERE}.csv`)
    const json = await browser.get(`${HERE}.json`)
    for (const [file, name] of [
      [csv, 'history.csv'],
      [json, 'history.json'],
    ] as const) {
      expect(file.headers.get('content-disposition')).toBe(`attachment; filename="${name}"`)
      expect(file.headers.get('cache-control')).toBe('no-store')
      expect(file.headers.get('x-content-type-options')).toBe('nosniff')
    }
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    const bytes = Buffer.from(await csv.arrayBuffer())
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const lines = bytes.toString('utf8').slice(1).split('\r\n')
    expect(lines[0]).toBe('"When","What","Details","Device","Address","Place","kind"')
    expect(lines[1]).toBe(
      '"2026-01-05T09:00:00.000Z","A message was sent","Message: login protection is on; ' +
        'To: a•••@e•••.com; Delivery: on its way","Firefox, Linux","192.0.2.7","","notice_sent"',
    )
    const { account, isWhole, events } = (await json.json()) as File
    expect([account, isWhole]).toEqual([await accountOf(world), true])
    expect(lines).toHaveLength(events.length + 2)
    expect(events.map(({ kind }) => kind)).toEqual([
      'notice_sent',
      'protected',
      'code_sent',
      'signed_in',
      'set_up',
    ])
  },
)

story(
  'a file holds at most ten thousand entries, and says so',
  { people: [ana] },
  async (world) => {
    const id = await accountOf(world)
    const event = {
      kind: 'profile_changed',
      accountId: id,
      attemptId: null,
      sessionId: null,
      deviceId: null,
      address: '192.0.2.1',
      userAgent: '',
      requestId: 'test',
      detail: '{}',
    }
    for (let batch = 0; batch < 100; batch++) {
      const at = world.now()
      const rows = Array.from({ length: 100 }, () => ({
        ...event,
        at,
        id: newId(systemRandom, at),
      }))
      await world.app.db.insertInto('events').values(rows).execute()
      world.pass(1)
    }
    const browser = world.visitor()
    await browser.signIn()
    const { isWhole, events } = await jsonOf(browser)
    expect([isWhole, events.length]).toEqual([false, 10_000])
    expect(new Set(events.map((each) => each.id)).size).toBe(10_000)
    const lines = (await (await browser.get(`${HERE}.csv`)).text()).split('\r\n')
    expect(lines).toHaveLength(10_003)
    expect(lines.at(-2)).toContain('Only the newest 10,000 entries are in this file.')
  },
)

story(
  '"this was not me" about an event asks first who says so, and then ends what it came from',
  { people: [ana, bob], settings: WIDE },
  async (world) => {
    const owner = world.visitor()
    await protect(world, owner)
    await signInFully(world, owner, ana, { remember: 'yes' })
    const thief = world.visitor({ address: '198.51.100.66', userAgent: FIREFOX })
    await signInFully(world, thief, ana, { remember: 'yes' })
    const [theirs] = (await eventsOf(world, 'signed_in')).slice(-1)
    world.pass(6 * MINUTE)

    const asked = await owner.post(`${HERE}/not-me`, { event: theirs!.id })
    expect(placeOf(asked)).toBe('/account/confirm')
    expect(await (await owner.get('/account/confirm')).text()).toContain('what you did not do')
    expect(await whoIs(thief)).toBe(ana.email)
    const code = await world.codeTo(ana.email)
    expect((await owner.post('/account/confirm', { code: notThe(code) })).status).toBe(401)
    expect(await whoIs(thief)).toBe(ana.email)
    const done = await owner.post('/account/confirm', { code })
    expect(placeOf(done)).toBe(`${HERE}?notice=not_me`)
    expect(await page(owner, '?notice=not_me')).toContain('What came of it is ended')
    expect(await whoIs(thief)).toBeNull()
    expect(await whoIs(owner)).toBe(ana.email)
    expect(placeOf(await thief.signIn())).toBe('/sign-in/second')

    // Said once: the operators are not told again, whichever way it is said.
    expect(placeOf(await owner.post(`${HERE}/not-me`, { event: theirs!.id }))).toContain('not_me')
    expect(await eventsOf(world, 'not_me')).toHaveLength(1)
    const fresh = await page(owner)
    expect(fresh).toContain('Somebody said: this was not me')
  },
)

story(
  'about a message it is said once, whether by its link or in the history',
  { people: [bob, ana], settings: WIDE },
  async (world) => {
    const owner = world.visitor()
    const codes = await protect(world, owner)
    await world.visitor({ address: '198.51.100.66' }).signIn()
    const [sent] = (await eventsOf(world, 'code_sent')).slice(-1)
    const { token } = await messageTo(world, 'code')
    world.pass(6 * MINUTE)
    await owner.post(`${HERE}/not-me`, { event: sent!.id })
    await owner.post('/account/confirm', { code: codes[0]!, with: 'recovery' })
    const said = async () => [
      (await eventsOf(world, 'not_me')).length,
      (await noticesTo(world, bob.email)).filter(({ kind }) => kind === 'reported').length,
    ]
    expect(await said()).toEqual([1, 1])
    await world.visitor().post('/not-me', { token })
    expect(await said()).toEqual([1, 1])
    expect(await (await owner.get(`/not-me?token=${token}`)).text()).toContain('It has been ended')
  },
)

story(
  'what the person does in this very session cannot be denied in it',
  { people: [ana], settings: { ...WIDE, NEW_DEVICE_MAIL: 'no' } },
  async (world) => {
    const owner = world.visitor()
    await owner.signIn()
    await protect(world, owner)
    await signInFully(world, owner)
    const other = world.visitor()
    await signInFully(world, other)
    const html = await page(other)
    const offered = [...html.matchAll(/name="event" value="([0-9a-f]{32})"/g)].map(([, id]) => id!)
    const events = await world.app.db.selectFrom('events').selectAll().orderBy('id').execute()
    const own = events.slice(-2)
    expect(own.map(({ kind }) => kind)).toEqual(['code_sent', 'signed_in'])
    for (const { id, kind } of own) {
      expect(offered, kind).not.toContain(id)
      expect((await other.post(`${HERE}/not-me`, { event: id })).status, kind).toBe(404)
    }
    expect(offered.length).toBeGreaterThan(4)
    expect(await whoIs(other)).toBe(ana.email)
  },
)

/** What was done through a mailed link is of no session and no attempt. */
const byLink = [
  ['a password that was set through a mailed link', 'password_reset', null],
  ['the mail that says so', 'notice_sent', 'password_changed'],
] as const
for (const [what, kind, notice] of byLink)
  story(
    `"this was not me" about ${what}: everything ends but the session that says so`,
    { people: [ana], settings: WIDE },
    async (world) => {
      const second = await openWorld({ beside: world, settings: WIDE })
      const [owner, thief, waiting] = [world.visitor(), second.visitor(), world.visitor()]
      const codes = await protect(world, owner)
      const password = 'taken by a stranger'
      await resetBy(world, thief, password)
      const typed = { ...ana, password }
      const enter = async (browser: Visitor, code: string) => {
        await browser.signIn(typed)
        await browser.post('/sign-in/second', { code, with: 'recovery', remember: 'yes' })
        expect(await whoIs(browser)).toBe(ana.email)
      }
      await enter(owner, codes[0]!)
      await enter(thief, codes[1]!)
      await waiting.signIn(typed)
      await thief.post('/sign-in/forgot', { login: ana.email })
      const [next] = await linksTo(world)

      const event = await eventAbout(world, kind, notice)
      expect(await page(owner)).toContain(`name="event" value="${event.id}"`)
      expect(placeOf(await owner.post(`${HERE}/not-me`, { event: event.id }))).toContain('not_me')
      expect(await whoIs(thief)).toBeNull()
      expect(await whoIs(owner)).toBe(ana.email)
      const [said] = await eventsOf(world, 'not_me')
      expect(JSON.parse(said!.detail)).toMatchObject({ kind: 'password_changed', sessions: 1 })
      const late = await waiting.post('/sign-in/second', { code: codes[2]!, with: 'recovery' })
      expect(late.status).toBe(401)
      expect((await world.visitor().get(`/sign-in/reset?token=${next}`)).status).toBe(410)
      // The browser that says so is known as before, and the thief's is not.
      const known = async () =>
        (await noticesTo(world)).filter((each) => each.kind === 'new_device').length
      const before = await known()
      await owner.post('/sign-out')
      await enter(owner, codes[2]!)
      expect(await known()).toBe(before)
      await enter(thief, codes[3]!)
      expect(await known()).toBe(before + 1)
      await second.close()
    },
  )

const asked = [
  ['in the history', 'password_reset_asked', null],
  ['in the history, about its mail', 'notice_sent', 'password_reset'],
  ['by the link in its mail', null, null],
] as const
for (const [where, kind, notice] of asked)
  story(
    `"this was not me" about a link that somebody asked for ends it, and nobody's session: ${where}`,
    { people: [ana, bob], settings: WIDE },
    async (world) => {
      const [owner, other] = [world.visitor(), world.visitor()]
      await other.signIn()
      await owner.signIn()
      const stranger = world.visitor({ address: '198.51.100.66' })
      await stranger.post('/sign-in/forgot', { login: bob.email })
      await stranger.post('/sign-in/forgot', { login: ana.email })
      const [token] = await linksTo(world)
      const [theirs] = await linksTo(world, bob.email)
      if (kind === null) await sayNotMe(world, 'password_reset')
      else {
        const { id } = await eventAbout(world, kind, notice)
        expect(await page(owner)).toContain(`name="event" value="${id}"`)
        expect(placeOf(await owner.post(`${HERE}/not-me`, { event: id }))).toContain('not_me')
      }
      expect((await world.visitor().get(`/sign-in/reset?token=${token}`)).status).toBe(410)
      expect((await world.visitor().get(`/sign-in/reset?token=${theirs}`)).status).toBe(200)
      expect([await whoIs(owner), await whoIs(other)]).toEqual([ana.email, ana.email])
      const [said] = await eventsOf(world, 'not_me')
      expect(JSON.parse(said!.detail)).toMatchObject({ kind: 'password_reset', sessions: 0 })
    },
  )

/** The links to set a new password that were sent, the newest first. */
async function linksTo(world: World, email = ana.email): Promise<string[]> {
  const notices = await noticesTo(world, email)
  const tokens = notices.flatMap((each) => (each.kind === 'password_reset' ? [each.token] : []))
  return tokens.toReversed()
}

async function resetBy(world: World, browser: Visitor, password: string): Promise<void> {
  await browser.post('/sign-in/forgot', { login: ana.email })
  const [token] = await linksTo(world)
  await browser.post('/sign-in/reset', { token: token!, password })
}

/** Of ana's, the newest of this kind, about this notice. */
async function eventAbout(world: World, kind: string, notice: string | null) {
  const accountId = await accountOf(world)
  const events = (await eventsOf(world, kind)).filter((each) => each.accountId === accountId)
  return events.findLast(({ detail }) => notice === null || JSON.parse(detail).kind === notice)!
}

story('the history is in the language of the person', { people: [ana, bob] }, async (world) => {
  for (const [language, words] of [
    ['zh-CN', '已登录'],
    ['ar', 'تم تسجيل الدخول'],
    ['en', 'Signed in'],
  ] as const) {
    const browser = world.visitor()
    await browser.signIn()
    await browser.post('/language', { language })
    expect(titles(await page(browser))[0]).toBe(asHtml(words))
    expect((await jsonOf(browser)).events[0]!.what).toBe(words)
    expect(await (await browser.get(`${HERE}.csv`)).text()).toContain(`"${words}"`)
    world.pass(DAY)
  }
})
