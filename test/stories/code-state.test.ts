import { expect } from 'vitest'
import type { Outcome } from '../../src/delivery/route.ts'
import { listen } from '../../src/listen.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { createListener } from '../../src/server.ts'
import { change, tell } from '../../src/sign-in/change.ts'
import { findAccountByLogin } from '../../src/store/accounts.ts'
import { attemptWith } from '../../src/sign-in/attempt.ts'
import { fixedRoutes, mailBy, smsBy } from '../setup/routes.ts'
import { ana, bob, MINUTE, nobodysVisit, protect, type Visitor, type World } from '../world.ts'
import { copyOf, story as onEveryDatabase } from './story.ts'

const NUMBER = '+351912345678'
const t = textsOf('en').told
const taken = { accepted: true, gatewayId: 'g-1' } as const

/** A route that answers nothing until the test says what; from then on it says that. */
function waitingRoute() {
  let waiting: ((outcome: Outcome) => void)[] = []
  let says: Outcome | null = null
  return {
    route: {
      send: () =>
        says ? Promise.resolve(says) : new Promise<Outcome>((resolve) => waiting.push(resolve)),
      close: async () => {},
    },
    hold: () => void (says = null),
    answer(outcome: Outcome) {
      says = outcome
      for (const resolve of waiting) resolve(outcome)
      waiting = []
    },
  }
}

/** What comes through a stream, one event after the other; `null` when it has ended. */
function eventsIn(answer: Response) {
  const decoder = new TextDecoder()
  const reader = answer.body!.getReader() as ReadableStreamDefaultReader<Uint8Array>
  let text = ''
  return {
    async next(): Promise<string | null> {
      while (!text.includes('\n\n')) {
        const { value, done } = await reader.read()
        if (done) return null
        text += decoder.decode(value)
      }
      const [event = '', ...rest] = text.split('\n\n')
      text = rest.join('\n\n')
      return event.replace(/^data: /, '')
    },
    async rest(): Promise<string[]> {
      const event = await this.next()
      return event === null ? [] : [event, ...(await this.rest())]
    },
    leave: () => reader.cancel(),
  }
}

const follow = (visitor: Visitor) => visitor.get('/code-state')
const END = 'event: end\ndata:'

/** At the second step, with a code on its way by mail. All that was to be sent before has been. */
async function atSecond(world: World, home = world.visitor()): Promise<Visitor> {
  mail.hold()
  sms.hold()
  await protect(world, home)
  mail.answer({ accepted: true })
  await world.opened.delivery.settled()
  mail.hold()
  const browser = world.visitor({ address: '192.0.2.50' })
  await browser.signIn()
  return browser
}

/** The same code by text message, as if both had been written down at once. */
async function alsoBySms(world: World, browser: Visitor): Promise<void> {
  const { app } = world
  const account = (await findAccountByLogin(app.db, ana.email))!
  const attempt = (await attemptWith(app, browser.cookies.get('attempt')!))!
  const asked = { ...attempt.asked!, by: ['email', 'sms'] as const }
  const { until } = asked.question as { until: number }
  await app.db
    .updateTable('attempts')
    .set({ asked: JSON.stringify(asked) })
    .where('id', '=', attempt.id)
    .execute()
  const code = await world.codeTo(ana.email)
  await change(app, nobodysVisit, (change) =>
    tell(
      change,
      account,
      { kind: 'code', purpose: 'sign-in', code, minutes: 5 },
      { by: 'sms', recipient: NUMBER, attemptId: attempt.id, until },
    ),
  )
}

const mail = waitingRoute()
const sms = waitingRoute()
const routes = fixedRoutes([...mailBy(mail.route).for('email', null, 0), smsBy(sms.route)])

/** A story of messages that wait until it says what becomes of them, or is over. */
const story = (
  promise: string,
  people: readonly (typeof ana)[],
  tell: (world: World) => Promise<void>,
): void =>
  onEveryDatabase(promise, { people, given: { routes } }, async (world) => {
    try {
      await tell(world)
    } finally {
      for (const route of [mail, sms]) route.answer({ accepted: true })
    }
  })

story(
  'a code page tells what became of the message by each way, and goes on telling it without a reload',
  [ana],
  async (world) => {
    const browser = await atSecond(world)
    const code = await world.codeTo(ana.email)
    const page = await (await browser.get('/sign-in/second')).text()
    expect(page).toContain(t.email.on_its_way)
    expect(page).toContain('data-follow="/code-state"')

    const answer = await follow(browser)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    const events = eventsIn(answer)
    const told: (string | null)[] = []
    const next = async () => {
      told.push(await events.next())
      return JSON.parse(told.at(-1) ?? 'null')
    }
    const email = { state: 'on_its_way', text: t.email.on_its_way }
    expect(await next()).toEqual({ email })
    await alsoBySms(world, browser)
    const onItsWay = { state: 'on_its_way', text: t.sms.on_its_way }
    expect(await next()).toEqual({ email, sms: onItsWay })
    sms.answer(taken)
    expect(await next()).toEqual({ email, sms: { state: 'accepted', text: t.sms.accepted } })
    await world.app.takeReceipt('sms', { id: 'g-1', state: 'delivered', reason: null })
    const delivered = { state: 'delivered', text: t.sms.delivered }
    expect(await next()).toEqual({ email, sms: delivered })
    mail.answer({ accepted: true })
    const accepted = { state: 'accepted', text: t.email.accepted }
    expect(await next()).toEqual({ email: accepted, sms: delivered })
    expect(await events.rest()).toEqual([END])

    const later = await (await browser.get('/sign-in/second')).text()
    expect(later).toContain(t.sms.delivered)
    expect(later).not.toContain('data-follow')
    expect(told.join()).not.toMatch(new RegExp(`${code}|${ana.email}|912345678`))
    expect((await browser.post('/sign-in/second', { code })).status).toBe(303)
  },
)

story(
  'a message that failed says so, in the language of the page, and what to do',
  [{ ...ana, language: 'ar' }],
  async (world) => {
    const { told: said } = textsOf('ar')
    const browser = await atSecond(world)
    mail.answer({ accepted: false, lasting: true, reason: 'no such mailbox' })
    await world.opened.delivery.settled()
    const text = `${said.email.given_up} ${said.next.either}`
    expect(await (await browser.get('/sign-in/second')).text()).toContain(text)
    const email = { state: 'failed', text }
    expect(await eventsIn(await follow(browser)).rest()).toEqual([JSON.stringify({ email }), END])
  },
)

story('only the browser that is asked can follow its message', [ana], async (world) => {
  const browser = await atSecond(world)
  const status = async (visitor: Visitor) => (await follow(visitor)).status
  expect(await status(world.visitor())).toBe(204)
  const wrong = copyOf(world, browser)
  wrong.cookies.set('attempt', browser.cookies.get('attempt')!.replace(/.$/, changed))
  expect(await status(wrong)).toBe(204)
  expect((await browser.send('/code-state', { method: 'HEAD' })).status).toBe(204)
  const events = eventsIn(await follow(browser))
  await events.next()
  await browser.post('/sign-in/cancel')
  expect(await events.rest()).toEqual([END])
  expect(await status(copyOf(world, browser))).toBe(204)
})

const changed = (last: string): string => (last === 'A' ? 'B' : 'A')

story(
  'in an account only the session that asked for the change can, and it is not kept alive by that',
  [ana, bob],
  async (world) => {
    const elsewhere = world.visitor()
    const enter = await atSecond(world, elsewhere)
    await enter.post('/sign-in/second', { code: await world.codeTo(ana.email) })
    await enter.post('/account/security/unprotect')
    const other = world.visitor()
    await other.signIn(bob)
    const stranger = world.visitor()
    expect((await elsewhere.get('/session')).status).toBe(200)
    for (const visitor of [elsewhere, other, stranger]) {
      visitor.cookies.set('attempt', enter.cookies.get('attempt')!)
      expect((await follow(visitor)).status).toBe(204)
    }
    const page = await (await enter.get('/account/security/code')).text()
    expect(page).toContain('data-follow="/code-state"')

    const seen = () => world.app.db.selectFrom('sessions').select(['id', 'seenAt']).execute()
    world.pass(2 * MINUTE)
    const before = await seen()
    const events = eventsIn(await follow(enter))
    expect(await events.next()).toContain('on_its_way')
    expect(await seen()).toEqual(before)
    await enter.post('/sign-out')
    expect(await events.rest()).toEqual([END])
  },
)

story('it ends when the code is dead, and when the server stops', [ana], async (world) => {
  const browser = await atSecond(world)
  const [first, second] = [eventsIn(await follow(browser)), eventsIn(await follow(browser))]
  await first.next()
  world.pass(6 * MINUTE)
  const why = `${t.email.expired} ${t.next.either}`
  const email = { state: 'failed', text: why }
  expect(await first.rest()).toEqual([JSON.stringify({ email }), END])
  await second.leave()
  await browser.post('/sign-in/second/send')
  const third = eventsIn(await follow(browser))
  expect(await third.next()).toContain('on_its_way')
  world.opened.beginStop()
  expect(await third.rest()).toEqual([])
})

story(
  'an attempt is followed twice at once and no more; who leaves makes room',
  [ana],
  async (world) => {
    const browser = await atSecond(world)
    const [first, second] = [eventsIn(await follow(browser)), eventsIn(await follow(browser))]
    const refused = await follow(browser)
    expect([refused.status, await refused.text()]).toEqual([503, ''])
    const page = await (await browser.get('/sign-in/second')).text()
    expect(page).toContain(t.email.on_its_way)
    await first.leave()
    const third = eventsIn(await follow(browser))
    for (const events of [second, third]) expect(await events.next()).toContain('on_its_way')
    expect((await follow(browser)).status).toBe(503)
    mail.answer({ accepted: true })
    for (const events of [second, third]) expect((await events.rest()).at(-1)).toBe(END)
    // What is to be told is told once more, and there is room for it.
    expect((await eventsIn(await follow(browser)).rest()).at(-1)).toBe(END)
  },
)

story('a browser that goes makes room, over real connections too', [ana], async (world) => {
  const { cookies } = await atSecond(world)
  const { app, render } = world.opened
  const on = { host: '127.0.0.1', port: 0, secure: false }
  const server = await listen(on, createListener(app, render))
  try {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const ask = (signal: AbortSignal | null = null) =>
      fetch(`http://127.0.0.1:${server.port}/code-state`, { headers: { cookie }, signal })
    const gone = new AbortController()
    const first = await ask(gone.signal)
    const second = eventsIn(await ask())
    expect([first.status, (await ask()).status]).toEqual([200, 503])
    gone.abort()
    const third = async (): Promise<Response> => {
      const answer = await ask()
      return answer.status === 503 ? third() : answer
    }
    const events = eventsIn(await third())
    for (const each of [second, events]) expect(await each.next()).toContain('on_its_way')
    world.opened.beginStop()
    for (const each of [second, events]) expect(await each.next()).toBeNull()
  } finally {
    await server.close()
  }
})
