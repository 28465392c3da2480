import { expect, onTestFinished } from 'vitest'
import type { App } from '../../src/app.ts'
import { noRoutes, type Open } from '../../src/delivery/routes.ts'
import { LEASE, type Outcome } from '../../src/delivery/route.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { dump, expectNoChange } from '../attacks/tools.ts'
import { startGateway } from '../setup/gateway.ts'
import { startMailServer } from '../setup/mail-server.ts'
import { smsBy } from '../setup/routes.ts'
import { ana, bob, HOUR, openWorld, type Visitor, type World } from '../world.ts'
import {
  alsoOperator,
  done,
  gatewayThat,
  HOME,
  LATER,
  linkedNow,
  operatorIn,
  ownRecipe,
  relay,
  ROUTE,
  rulesOn,
  sayWho,
  twilio,
} from './delivery-tools.ts'
import { asHtml, eventsOf, placeOf, story, waitOf } from './story.ts'

const { delivery: t, problems } = textsOf('en')
const NUMBER = '+351912345678'
const TRY = `${HOME}/try`

const open: Open[] = []
const routes = {
  ...noRoutes,
  for: (by: string) => open.filter((each) => each.by === by),
  kinds: () => [...new Set(open.map(({ by }) => by))],
}
const options = { people: [ana, bob], given: { routes } }

/** Twilio is linked, and answers so. A message costs 0.045. */
async function linked(world: World, answer: () => Outcome) {
  open.length = 0
  const browser = await operatorIn(world)
  await done(browser, ROUTE, twilio)
  const [route] = await linkedNow(world)
  const { got, route: gateway } = gatewayThat(answer)
  open.push({ ...smsBy(gateway, 'Twilio one', 45_000), id: route!.id })
  return { browser, got, route: route!.id }
}

async function tried(world: World, browser: Visitor, route: string, to = NUMBER) {
  const answer = await browser.post(TRY, { route, to })
  const place = placeOf(answer) ?? ''
  expect([answer.status, place]).toEqual([303, expect.stringContaining('notice=route_tried')])
  await world.opened.delivery.settled()
  return { place, page: await (await browser.get(place)).text() }
}

const sendingsIn = ({ app }: World) => app.db.selectFrom('sendings').selectAll().execute()
const testsIn = ({ app }: World) =>
  app.db.selectFrom('messages').selectAll().where('kind', '=', 'test').execute()

story(
  'a test message goes out by this route, and its answer and receipt are shown',
  options,
  async (world) => {
    const body = '{"sid":"SM1","status":"queued"} <b>'
    const { browser, got, route } = await linked(world, () => ({
      accepted: true,
      gatewayId: 'SM1',
      answer: { status: '201 Created', body },
    }))
    const form = await (await browser.get(`${TRY}?route=${route}`)).text()
    expect(form).toContain(t.toNumber)
    const { place, page } = await tried(world, browser, route, ' +351 912 345 678 ')
    expect(got).toMatchObject([{ to: NUMBER, text: t.testText({ product: 'Nightlatch' }) }])
    const shown = [
      t.outcomes.accepted,
      '201 Created',
      asHtml(body).replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    ]
    for (const text of [...shown, '0.045 EUR', 'SM1', t.receipts.none, '0 ms'])
      expect(page).toContain(text)
    expect(await testsIn(world)).toMatchObject([
      {
        by: 'sms',
        recipient: NUMBER,
        country: 'PT',
        route: 'Twilio one',
        body: null,
        failedAt: null,
      },
    ])
    expect(await sendingsIn(world)).toMatchObject([
      { route, parts: 1, cost: 45_000, gatewayId: 'SM1' },
    ])
    // What the gateway says is kept for us alone.
    expect(JSON.stringify(await dump(world))).not.toContain('queued')

    await world.app.takeReceipt(route, { id: 'SM1', state: 'delivered', reason: null })
    const again = await (await browser.get(place)).text()
    expect(again).toContain(t.receipts.delivered)
    const events = await eventsOf(world, 'route_tried')
    expect(events).toHaveLength(1)
    expect(JSON.stringify(events)).not.toContain('912345678')
  },
)

const outcomes: [string, Outcome, string, string][] = [
  [
    'a refusal for now',
    {
      accepted: false,
      lasting: false,
      isSure: true,
      reason: 'HTTP 503',
      answer: { status: '503', body: 'down' },
    },
    t.outcomes.refused,
    'down',
  ],
  [
    'a refusal for good',
    { accepted: false, lasting: true, isSure: true, reason: 'no such number' },
    t.outcomes.lasting,
    'no such number',
  ],
  [
    'a silence',
    { accepted: false, lasting: false, reason: 'no answer in time' },
    t.outcomes.unknown,
    'no answer in time',
  ],
]
for (const [what, outcome, said, also] of outcomes)
  story(`${what} is shown as such, and nothing is sent twice`, options, async (world) => {
    const { browser, got, route } = await linked(world, () => outcome)
    const { page } = await tried(world, browser, route)
    for (const text of [said, also]) expect(page).toContain(asHtml(text))
    world.pass(60_000)
    const { app, opened } = world
    opened.delivery.wake()
    await opened.delivery.settled()
    expect(got).toHaveLength(1)
    expect(
      await app.db.selectFrom('messages').select('failedAt').where('kind', '=', 'test').execute(),
    ).toEqual([{ failedAt: expect.any(Number) }])
  })

story('it is paid for: where the day is used up, nothing goes out', options, async (world) => {
  const { browser, got, route } = await linked(world, () => ({ accepted: true }))
  await done(browser, `${HOME}/rules`, await rulesOn(browser, { messagesDay: '1' }))
  await tried(world, browser, route)
  const { page } = await tried(world, browser, route)
  expect(got).toHaveLength(1)
  expect(page).toContain(t.outcomes.unsent)
  expect(page).toContain(t.unsent.budget)
})

story('what was surely not taken costs nothing', options, async (world) => {
  let outcome: Outcome = { accepted: false, lasting: false, isSure: true, reason: 'down' }
  const { browser, got, route } = await linked(world, () => outcome)
  await done(browser, `${HOME}/rules`, await rulesOn(browser, { messagesDay: '1' }))
  await tried(world, browser, route)
  outcome = { accepted: true }
  const { page } = await tried(world, browser, route)
  expect(got).toHaveLength(2)
  expect(page).toContain(t.outcomes.accepted)
})

const dying = { ...options, wrap: (app: App): App => ({ ...app, tryOut: () => {} }) }

story('what a process that died has left behind nobody sends', dying, async (world) => {
  const { browser, got, route } = await linked(world, () => ({ accepted: true }))
  const { place, page } = await tried(world, browser, route)
  expect(page).toContain(t.outcomes.underway)
  for (const ms of [29_999, 1, 60_000]) {
    world.pass(ms)
    world.opened.delivery.wake()
    await world.opened.delivery.settled()
  }
  expect(got).toEqual([])
  const later = await (await browser.get(place)).text()
  for (const text of [t.outcomes.unsent, t.unsent.expired]) expect(later).toContain(text)
  expect(await testsIn(world)).toMatchObject([{ body: null, reason: 'expired' }])
})

story('ten an hour, and the eleventh is refused', options, async (world) => {
  const { browser, got, route } = await linked(world, () => ({ accepted: true }))
  for (let n = 0; n < 10; n++) await tried(world, browser, route)
  const refused = await expectNoChange(world, () => browser.post(TRY, { route, to: NUMBER }))
  expect(refused.status).toBe(429)
  expect(waitOf(refused)).toBe(3600)
  const text = problems.try_limited({ wait: 3600 })
  expect(await refused.text()).toContain(asHtml(text))
  await world.opened.delivery.settled()
  expect(got).toHaveLength(10)
  world.pass(HOUR)
  await browser.signIn(ana)
  await tried(world, browser, route)
})

story(
  'only to a number or an address, by a route there is, by who it is, and shown to nobody else',
  options,
  async (world) => {
    await alsoOperator(world)
    const { browser, got, route } = await linked(world, () => ({ accepted: true }))
    for (const to of [
      '',
      '912345678',
      '+351',
      'ana@example.com',
      '+351760000000',
      '+3519123456789012345678',
    ]) {
      const wrong = await expectNoChange(world, () => browser.post(TRY, { route, to }))
      expect([to, wrong.status]).toEqual([to, 422])
    }
    const none = () => browser.post(TRY, { route: 'none', to: NUMBER })
    expect((await expectNoChange(world, none)).status).toBe(404)
    expect((await browser.get(`${TRY}?route=none`)).status).toBe(404)
    world.pass(LATER)
    expect(placeOf(await browser.post(TRY, { route, to: NUMBER }))).toBe('/account/confirm')
    expect(JSON.stringify(await dump(world))).not.toContain('912345678')
    expect(got).toEqual([])
    const place = placeOf(await sayWho(browser))!
    expect(place).toContain(`${TRY}?route=${route}&notice=route_tried&message=`)
    await world.opened.delivery.settled()
    expect(got).toHaveLength(1)
    const other = world.visitor()
    await other.signIn(bob)
    expect((await other.get(place)).status).toBe(404)
    expect((await browser.get(place.replace(route, 'smtp'))).status).toBe(404)
    // Nor is another message shown for a test.
    const { db } = world.app
    const notice = db.selectFrom('messages').select('id').where('kind', '=', 'delivery_changed')
    const { id } = await notice.executeTakeFirstOrThrow()
    expect((await browser.get(`${TRY}?route=${route}&message=${id}`)).status).toBe(404)
  },
)

story(
  'a mail server is tried out for real, also by a route that the database has just got',
  { people: [ana], settings: { ALLOW_PRIVATE_GATEWAYS: 'yes' } },
  async (world) => {
    const server = await startMailServer()
    onTestFinished(() => server.close())
    const { hostname: host, port } = new URL(server.url)
    const browser = await operatorIn(world)
    const plain = { ...relay, user: '', password: '', host, port, security: 'off' }
    await done(browser, ROUTE, plain)
    await world.opened.delivery.settled()
    const [route] = await linkedNow(world)
    const { page } = await tried(world, browser, route!.id, 'ops@example.com')
    expect(page).toContain(t.outcomes.accepted)
    const mails = server.mails.filter(({ to }) => to.includes('ops@example.com'))
    expect(mails.map(({ parsed }) => parsed.subject)).toEqual(['Test message of Nightlatch'])
    server.answerWith(() => ({ code: 451, text: 'come back later' }))
    const refused = await tried(world, browser, route!.id, 'ops@example.com')
    expect(refused.page).toContain(asHtml(t.outcomes.refused))
    expect(refused.page).toContain('451 come back later')
  },
)

story(
  'a gateway over HTTP is tried out for real, and its secret is shown nowhere',
  { people: [ana], settings: { ALLOW_PRIVATE_GATEWAYS: 'yes' } },
  async (world) => {
    const gateway = await startGateway(({ json }, response) => {
      response.writeHead(201).end(JSON.stringify({ id: 'M-7', got: json }))
    })
    onTestFinished(() => gateway.close())
    const browser = await operatorIn(world)
    const recipe = ownRecipe(`${gateway.url}/send`)
    await done(browser, ROUTE, { kind: 'own', name: 'Own', recipe, secret1: 'hush-hush-hush' })
    const [route] = await linkedNow(world)
    const { page } = await tried(world, browser, route!.id)
    expect(gateway.requests).toMatchObject([{ json: { to: NUMBER, key: 'hush-hush-hush' } }])
    for (const text of ['201', 'M-7', t.outcomes.accepted]) expect(page).toContain(text)
    expect(page).not.toContain('hush-hush-hush')
  },
)

story(
  'another server sends by what was linked here at its next look',
  { people: [ana], settings: { ALLOW_PRIVATE_GATEWAYS: 'yes' } },
  async (world) => {
    const server = await startMailServer()
    onTestFinished(() => server.close())
    const { hostname: host, port } = new URL(server.url)
    const beside = await openWorld({ beside: world, settings: { ALLOW_PRIVATE_GATEWAYS: 'yes' } })
    try {
      const browser = await operatorIn(world)
      const plain = { ...relay, user: '', password: '', host, port, security: 'off' }
      await done(browser, ROUTE, plain)
      world.pass(LEASE) // whoever wrote the notice down has not sent it
      beside.opened.delivery.wake()
      await beside.opened.delivery.settled()
      const [subject] = server.mails.map(({ parsed }) => parsed.subject)
      expect(subject).toBe('The settings of delivery of Nightlatch were changed')
      const [route] = await linkedNow(world)
      const { version } = route!
      await done(browser, `${HOME}/remove`, { route: route!.id, version })
      world.pass(LEASE)
      beside.opened.delivery.wake()
      await beside.opened.delivery.settled()
      expect(server.mails).toHaveLength(1)
    } finally {
      await beside.close()
    }
  },
)
