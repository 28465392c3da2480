import { pino } from 'pino'
import { expect } from 'vitest'
import { receiptUrl } from '../../src/delivery/receipts.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { atOnce, dump, expectNoChange, statuses } from '../attacks/tools.ts'
import { noRoutes } from '../../src/delivery/routes.ts'
import { mailBy } from '../setup/routes.ts'
import { ana, bob } from '../world.ts'
import {
  alsoOperator,
  done,
  HOME,
  LATER,
  linkedNow,
  namesNow,
  operatorIn,
  ownRecipe,
  relay,
  ROUTE,
  rulesOn,
  sayWho,
  twilio,
} from './delivery-tools.ts'
import { asHtml, eventsOf, hiddenFields, noticesTo, placeOf, story } from './story.ts'

const { delivery: t, problems, fields } = textsOf('en')
const people = [ana, bob]
/** Asking who it is keeps the session alive. */
const PAID = ['limits', 'sessions']
const secrets = [twilio.secret1, twilio.secret2, relay.password]

story('gateways are linked, and no secret is seen again anywhere', { people }, async (world) => {
  await alsoOperator(world)
  const browser = await operatorIn(world)
  const empty = await (await browser.get(HOME)).text()
  expect(empty).toContain(t.mailNone)
  expect(empty).toContain(asHtml(t.smsNone))

  await done(browser, ROUTE, twilio)
  await done(browser, ROUTE, relay)
  expect(await linkedNow(world)).toMatchObject([
    {
      by: 'sms',
      name: 'Twilio one',
      countries: ['PT', 'ES'],
      prices: { PT: 45_000, '*': 90_000 },
      gateway: {
        kind: 'http',
        recipe: 'twilio',
        from: 'Nightlatch',
        secrets: { account_sid: twilio.secret1, auth_token: twilio.secret2 },
      },
    },
    { by: 'email', name: 'Relay', gateway: { host: 'mail.example.com', port: 587, user: 'door' } },
  ])
  const page = await (await browser.get(HOME)).text()
  for (const text of ['Twilio one', 'Relay', 'Portugal', 'Spain', '0.045 EUR', t.works])
    expect(page).toContain(text)
  const [sms] = await linkedNow(world)
  const form = await (await browser.get(`${ROUTE}?id=${sms!.id}`)).text()
  expect(form).toContain('PT 0.045')
  for (const html of [page, form]) for (const secret of secrets) expect(html).not.toContain(secret)
  const rows = JSON.stringify(await dump(world))
  for (const secret of secrets) expect(rows).not.toContain(secret)

  expect(
    (await eventsOf(world, 'delivery_changed')).map(({ detail }) => JSON.parse(detail)),
  ).toEqual([
    { what: 'route_added', name: 'Twilio one', way: 'sms' },
    { what: 'route_added', name: 'Relay', way: 'email' },
  ])
  const told = { kind: 'delivery_changed', what: 'route_added', login: ana.email }
  const both = ['Twilio one', 'Relay']
  expect(await noticesTo(world, ana.email)).toEqual(
    both.map((called) => ({ ...told, called, isOwn: true })),
  )
  expect(await noticesTo(world, bob.email)).toEqual(
    both.map((called) => ({ ...told, called, isOwn: false })),
  )
})

const lines: string[] = []
const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })

story(
  'history says what was changed, and no log says a secret',
  { people, given: { log } },
  async (world) => {
    lines.length = 0
    const browser = await operatorIn(world)
    await done(browser, ROUTE, twilio)
    await browser.post(ROUTE, { ...twilio, name: '' })
    world.pass(LATER)
    await browser.post(ROUTE, relay)
    await sayWho(browser)
    expect(lines.length).toBeGreaterThan(4)
    for (const secret of secrets) expect(lines.join()).not.toContain(secret)
    const history = await (await browser.get('/account/history')).text()
    for (const text of [textsOf('en').history.events.delivery_changed, t.done.route_added, 'Relay'])
      expect(history).toContain(text)
  },
)

story(
  'what cannot be is refused with its place, and nothing changes',
  { people },
  async (world) => {
    const browser = await operatorIn(world)
    await done(browser, ROUTE, twilio)
    const wrong: [Record<string, string>, string][] = [
      [{ ...relay, host: 'not a host' }, t.faults.bad_host],
      [{ ...relay, host: '127.0.0.1' }, t.faults.private_host],
      [{ ...relay, host: '10.1.2.3' }, t.faults.private_host],
      [{ ...relay, host: 'localhost' }, t.faults.private_host],
      [{ ...relay, host: '::ffff:7f00:1' }, t.faults.private_host],
      [{ ...relay, port: '0' }, t.faults.bad_port],
      [{ ...relay, port: '99999' }, t.faults.bad_port],
      [{ ...relay, security: 'some' }, t.faults.wrong_value],
      [{ ...relay, name: '' }, t.faults.missing],
      [{ ...relay, name: 'x'.repeat(51) }, t.faults.bad_text],
      [{ ...relay, password: 'a\u0000b' }, t.faults.bad_text],
      [{ ...twilio, name: 'twilio ONE' }, t.faults.name_taken],
      [{ ...twilio, name: 'B', secret2: '' }, t.faults.missing],
      [{ ...twilio, name: 'B', countries: 'PT XX' }, t.faults.bad_countries],
      [{ ...twilio, name: 'B', prices: 'PT' }, t.faults.bad_price],
      [{ ...twilio, name: 'B', prices: 'PT 1\nPT 2' }, t.faults.bad_price],
      [{ ...twilio, name: 'B', prices: 'PT -1' }, t.faults.bad_price],
      [{ ...twilio, name: 'B', prices: 'PT 0.0000001' }, t.faults.bad_price],
      [{ kind: 'own', name: 'B', recipe: '{' }, t.recipeFaults.not_json],
      [{ kind: 'own', name: 'B', recipe: '"twilio"' }, t.recipeFaults.not_json],
      [{ kind: 'own', name: 'B', recipe: '{"title":1}' }, t.recipeFaults.wrong_value],
      [
        { kind: 'own', name: 'B', secret1: 'x', recipe: ownRecipe('http://sms.example.com/') },
        t.faults.private_host,
      ],
      [
        { kind: 'own', name: 'B', secret1: 'x', recipe: ownRecipe('https://127.0.0.1/') },
        t.faults.private_host,
      ],
      [{ ...twilio, kind: 'kannel', name: 'B' }, t.faults.only_pattern],
      [{ kind: 'own', name: 'B', recipe: ownRecipe() }, t.faults.missing],
      [{ kind: 'smpp', name: 'B', host: 'a.example', port: '2775', tls: 'yes' }, t.faults.missing],
      [
        { kind: 'smpp', name: 'B', host: 'a.example', port: '2775', tls: '?', systemId: 'x' },
        t.faults.wrong_value,
      ],
    ]
    for (const [form, said] of wrong) {
      const answer = await expectNoChange(world, () => browser.post(ROUTE, form), PAID)
      const page = await answer.text()
      expect([form['name'], form['host'], answer.status]).toEqual([form['name'], form['host'], 422])
      expect(page).toContain(asHtml(said))
      for (const secret of secrets) expect(page).not.toContain(secret)
    }
    for (const form of [
      { ...twilio, kind: 'toString' },
      { ...twilio, kind: '' },
    ])
      expect((await browser.post(ROUTE, form)).status).toBe(404)
    expect((await browser.post(ROUTE, { ...twilio, id: 'none' })).status).toBe(404)
    expect((await browser.get(`${ROUTE}?kind=none`)).status).toBe(404)
    expect((await browser.get(`${ROUTE}?id=smtp`)).status).toBe(404)
    expect(await namesNow(world)).toEqual(['Twilio one'])
  },
)

story('a changed route keeps the secrets that are left empty', { people }, async (world) => {
  const browser = await operatorIn(world)
  await done(browser, ROUTE, twilio)
  await done(browser, ROUTE, relay)
  const [sms, mail] = await linkedNow(world)
  const next = { ...twilio, id: sms!.id, version: sms!.version, name: 'Main', secret1: '' }
  await done(browser, ROUTE, { ...next, secret2: 'another-token', countries: '', prices: '' })
  expect((await linkedNow(world))[0]).toMatchObject({
    name: 'Main',
    countries: null,
    prices: {},
    gateway: { secrets: { account_sid: twilio.secret1, auth_token: 'another-token' } },
  })
  const same = { ...relay, id: mail!.id, version: mail!.version, password: '' }
  await done(browser, ROUTE, { ...same, name: 'Relay two' })
  expect((await linkedNow(world))[1]).toMatchObject({ gateway: { password: relay.password } })
})

story('a secret is not handed to another place', { people }, async (world) => {
  const browser = await operatorIn(world)
  await done(browser, ROUTE, relay)
  const [mail] = await linkedNow(world)
  const same = { ...relay, id: mail!.id, version: mail!.version, password: '' }
  for (const other of [{ host: 'evil.example' }, { port: '25' }, { security: 'off' }]) {
    const work = () => browser.post(ROUTE, { ...same, ...other })
    const answer = await expectNoChange(world, work)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(t.faults.secret_again)
  }
  await done(browser, ROUTE, { ...same, host: 'other.example', password: 'typed again' })
  const [changed] = await linkedNow(world)
  expect(changed).toMatchObject({ gateway: { host: 'other.example', password: 'typed again' } })
  const version = changed!.version
  await done(browser, ROUTE, { ...same, version, host: 'third.example', user: '' })
  expect(await linkedNow(world)).toMatchObject([{ gateway: { user: '', password: '' } }])
})

story(
  'an own recipe asks for its secrets, and a copy can be changed',
  { people },
  async (world) => {
    const browser = await operatorIn(world)
    const recipe = ownRecipe()
    const first = await browser.post(ROUTE, { kind: 'own', name: 'Own', recipe })
    expect(first.status).toBe(422)
    expect(await first.text()).toContain('name="secret1"')
    await done(browser, ROUTE, { kind: 'own', name: 'Own', recipe, secret1: 'hush' })
    expect(await linkedNow(world)).toMatchObject([
      { gateway: { recipe: { title: 'Mine' }, secrets: { key: 'hush' } } },
    ])
    expect(await (await browser.get(HOME)).text()).toContain('Mine')
    const copy = await (await browser.get(`${ROUTE}?kind=own&copy=plain-get`)).text()
    expect(copy).toContain('A gateway asked by plain GET')
    expect((await browser.get(`${ROUTE}?kind=own&copy=toString`)).status).toBe(404)
  },
)

story('routes change places among those of their kind, and go', { people }, async (world) => {
  const browser = await operatorIn(world)
  for (const name of ['A', 'B', 'C']) await done(browser, ROUTE, { ...twilio, name })
  await done(browser, ROUTE, relay)
  const idOf = async (name: string) => (await linkedNow(world)).find((it) => it.name === name)!
  const move = async (name: string, to: string) =>
    done(browser, `${HOME}/move`, { route: (await idOf(name)).id, to })
  await move('C', 'up')
  expect(await namesNow(world)).toEqual(['A', 'C', 'B', 'Relay'])
  await move('Relay', 'up')
  expect(await namesNow(world)).toEqual(['A', 'C', 'B', 'Relay'])
  await move('A', 'down')
  await move('C', 'up')
  expect(await namesNow(world)).toEqual(['C', 'A', 'B', 'Relay'])
  const { id: route, version } = await idOf('A')
  await done(browser, `${HOME}/remove`, { route, version })
  expect(await namesNow(world)).toEqual(['C', 'B', 'Relay'])
  for (const path of [`${HOME}/remove`, `${HOME}/move`]) {
    const form = path.endsWith('/move') ? { route, to: 'up' } : { route, version }
    const gone = await expectNoChange(world, () => browser.post(path, form))
    expect(gone.status).toBe(404)
    expect(await gone.text()).toContain(asHtml(problems.no_such_route))
  }
  const odd = { route: (await idOf('C')).id, to: 'sideways' }
  expect((await browser.post(`${HOME}/move`, odd)).status).toBe(404)
  const fixed = { route: 'smtp', version: '1' }
  expect((await browser.post(`${HOME}/remove`, fixed)).status).toBe(404)
})

story(
  'of two who change the same at once, one learns of it and loses nothing typed',
  { people },
  async (world) => {
    const browser = await operatorIn(world)
    await done(browser, ROUTE, twilio)
    const [sms] = await linkedNow(world)
    const next = { ...twilio, id: sms!.id, version: sms!.version }
    const answers = await atOnce(4, (n) => browser.post(ROUTE, { ...next, name: `Name ${n}` }))
    expect(statuses(answers)).toEqual({ 303: 1, 409: 3 })
    const lost = answers.findIndex(({ status }) => status === 409)
    const page = await answers[lost]!.text()
    expect(page).toContain(asHtml(problems.changed_meanwhile))
    expect(page).toContain(`value="Name ${lost}"`)
    const [now] = await linkedNow(world)
    expect(page).toContain(`name="version" value="${now!.version}"`)
    expect(await eventsOf(world, 'delivery_changed')).toHaveLength(2)

    const stale = { route: sms!.id, version: sms!.version }
    const answer = await expectNoChange(world, () => browser.post(`${HOME}/remove`, stale))
    expect(answer.status).toBe(409)
  },
)

story('names are given once, also to those who ask at once', { people }, async (world) => {
  const browser = await operatorIn(world)
  const answers = await atOnce(4, () => browser.post(ROUTE, twilio))
  expect(statuses(answers)).toEqual({ 303: 1, 422: 3 })
  expect(await namesNow(world)).toEqual(['Twilio one'])
})

story(
  'after a while it asks who it is, and keeps no secret readable meanwhile',
  { people },
  async (world) => {
    const browser = await operatorIn(world)
    world.pass(LATER)
    const asked = await browser.post(ROUTE, twilio)
    expect(placeOf(asked)).toBe('/account/confirm')
    expect(await namesNow(world)).toEqual([])
    const page = await (await browser.get('/account/confirm')).text()
    expect(page).toContain(textsOf('en').stepUp.what.delivery)
    const rows = JSON.stringify(await dump(world))
    for (const secret of secrets) expect(rows).not.toContain(secret)
    expect(rows).not.toContain('Twilio one')
    expect(placeOf(await sayWho(browser))).toBe(`${HOME}?notice=delivery_saved`)
    expect(await namesNow(world)).toEqual(['Twilio one'])
    expect((await eventsOf(world, 'stepped_up')).map(({ detail }) => JSON.parse(detail))).toEqual([
      { by: 'password', deed: 'delivery' },
    ])
  },
)

story('what was asked for lapses', { people }, async (world) => {
  await alsoOperator(world)
  const browser = await operatorIn(world)
  world.pass(LATER)
  await browser.post(ROUTE, twilio)
  world.pass(11 * 60_000)
  expect((await expectNoChange(world, () => sayWho(browser), PAID)).status).toBe(409)
  expect(await namesNow(world)).toEqual([])

  // Nor is it done for somebody who runs the installation no more, or when it is done already.
  await browser.post(ROUTE, twilio)
  const accounts = world.app.db.updateTable('accounts').where('email', '=', ana.email)
  await accounts.set({ privilege: null }).execute()
  expect((await expectNoChange(world, () => sayWho(browser), PAID)).status).toBe(409)
  await accounts.set({ privilege: 'operator' }).execute()
  const other = world.visitor()
  await other.signIn(bob)
  await done(other, ROUTE, twilio)
  expect((await sayWho(browser)).status).toBe(409)
  expect(await namesNow(world)).toEqual(['Twilio one'])
})

story('rules are saved, and what cannot be is refused', { people }, async (world) => {
  const browser = await operatorIn(world)
  const page = await (await browser.get(HOME)).text()
  expect(page).toContain(`(${t.people({ count: 1 })})`)
  const given = { messagesDay: '٣٠٠', moneyDay: '12,50', accountMoneyDay: '2' }
  await done(browser, `${HOME}/rules`, await rulesOn(browser, given, ['PT', 'GB']))
  const rules = {
    countries: ['PT', 'GB'],
    currency: 'EUR',
    messagesDay: 300,
    moneyDay: 12_500_000,
    accountMessagesDay: 50,
    accountMoneyDay: 2_000_000,
  }
  expect(await world.app.gateways.rules(world.app.db)).toEqual(rules)
  const saved = await (await browser.get(HOME)).text()
  expect(saved).toMatch(/id="country-PT"\s+checked/)
  expect(saved).toContain('value="12.5"')

  const wrong: [Record<string, string>, string, string[]][] = [
    [{ messagesDay: 'many' }, t.faults.bad_count, []],
    [{ messagesDay: '-1' }, t.faults.bad_count, []],
    [{ accountMessagesDay: '' }, t.faults.missing, []],
    [{ moneyDay: '1e9' }, t.faults.bad_sum, []],
    [{ currency: 'EURO' }, t.faults.bad_currency, []],
    [{ currency: 'ZZZ' }, t.faults.bad_currency, []],
    [{}, t.faults.bad_countries, ['PT', 'XX']],
  ]
  for (const [form, said, countries] of wrong) {
    const typed = await rulesOn(browser, form, countries)
    const answer = await expectNoChange(world, () => browser.post(`${HOME}/rules`, typed))
    expect([form, answer.status]).toEqual([form, 422])
    expect(await answer.text()).toContain(asHtml(said))
  }
  const stale: [string, string][] = [['version', 'stale'], ...(await rulesOn(browser, {})).slice(1)]
  const late = await expectNoChange(world, () => browser.post(`${HOME}/rules`, stale))
  expect(late.status).toBe(409)
  expect(await late.text()).toContain(asHtml(problems.changed_meanwhile))
})

story('only who runs the installation sees or does any of it', { people }, async (world) => {
  const operator = await operatorIn(world)
  await done(operator, ROUTE, twilio)
  const [route] = await linkedNow(world)
  const nobody = world.visitor()
  const other = world.visitor()
  await other.signIn(bob)
  const gets = [
    HOME,
    `${ROUTE}?kind=smtp`,
    `${ROUTE}?id=${route!.id}`,
    `${HOME}/try?route=${route!.id}`,
  ]
  const posts: [string, Record<string, string>][] = [
    [ROUTE, relay],
    [`${HOME}/move`, { route: route!.id, to: 'up' }],
    [`${HOME}/remove`, { route: route!.id, version: route!.version }],
    [`${HOME}/rules`, Object.fromEntries(await rulesOn(operator, {}, ['PT']))],
    [`${HOME}/confirm`, { change: 'x' }],
    [`${HOME}/release`, { prefix: '+351912' }],
    [`${HOME}/try`, { route: route!.id, to: '+351912345678' }],
  ]
  for (const path of gets) {
    const answer = await other.get(path)
    expect([path, answer.status]).toEqual([path, 403])
    expect(await answer.text()).toContain(asHtml(problems.not_allowed))
    expect(placeOf(await nobody.get(path))).toMatch(/^\/sign-in\?to=/)
  }
  const known = world.server.routes.filter(({ path }) => path.startsWith(HOME))
  const all = [
    ...gets.map((path) => `GET ${path.split('?')[0]}`),
    ...posts.map(([path]) => `POST ${path}`),
  ]
  expect(new Set(all)).toEqual(
    new Set(
      known.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`),
    ),
  )
  for (const [path, form] of posts) {
    const refused = await expectNoChange(world, () => other.post(path, form))
    expect([path, refused.status]).toEqual([path, 403])
    expect(placeOf(await expectNoChange(world, () => nobody.post(path, form)))).toMatch(
      /^\/sign-in\?/,
    )
    const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
    const work = () => operator.post(path, form, foreign)
    expect((await expectNoChange(world, work)).status).toBe(403)
  }
})

story(
  'a stopped prefix is shown with what was seen, and released once',
  { people },
  async (world) => {
    const browser = await operatorIn(world)
    await world.app.db
      .insertInto('stoppedPrefixes')
      .values({
        id: 'stop',
        prefix: '+351912',
        country: 'PT',
        sent: 40,
        entered: 2,
        stoppedAt: world.now(),
        releasedAt: null,
        releasedBy: null,
      })
      .execute()
    const page = await (await browser.get(HOME)).text()
    expect(page).toContain('+351912')
    expect(page).toContain(t.stoppedSeen({ sent: 40, entered: 2 }))
    world.pass(LATER)
    const asked = await browser.post(`${HOME}/release`, { prefix: '+351912' })
    expect(placeOf(asked)).toBe('/account/confirm')
    expect(await (await browser.get(HOME)).text()).toContain('+351912')
    const released = await sayWho(browser)
    expect(placeOf(released)).toBe(`${HOME}?notice=prefix_released`)
    expect(await (await browser.get(HOME)).text()).not.toContain('+351912')
    const again = () => browser.post(`${HOME}/release`, { prefix: '+351912' })
    expect((await expectNoChange(world, again)).status).toBe(409)
  },
)

story('a failing route says so', { people }, async (world) => {
  const browser = await operatorIn(world)
  await done(browser, ROUTE, twilio)
  const [route] = await linkedNow(world)
  const health = { route: route!.id, failedAt: world.now(), reason: 'HTTP 503 (down)' }
  const { db } = world.app
  await db
    .insertInto('routeHealths')
    .values({ ...health, failures: 1 })
    .execute()
  const failing = await (await browser.get(HOME)).text()
  expect(failing).toContain('Failed last on')
  expect(failing).toContain('HTTP 503 (down)')
  await db.updateTable('routeHealths').set({ failures: 3 }).execute()
  expect(await (await browser.get(HOME)).text()).toContain('Asked last of all')
  world.pass(60_000)
  expect(await (await browser.get(HOME)).text()).toContain('Failed last on')
  expect(fields.missing).toBe(t.faults.missing)
})

story(
  'with a mail server that is linked there is no outbox, and no page speaks of it',
  {
    people,
    given: { routes: mailBy({ send: async () => ({ accepted: true }), close: async () => {} }) },
  },
  async (world) => {
    const here = world.visitor({ address: '127.0.0.1' })
    expect((await here.get('/outbox')).status).toBe(404)
    expect(await (await here.get('/sign-in')).text()).not.toContain('/outbox')
  },
)

story('without one there is', { people, given: { routes: noRoutes } }, async (world) => {
  expect((await world.visitor().get('/outbox')).status).toBe(404)
  const here = world.visitor({ address: '127.0.0.1' })
  expect((await here.get('/outbox')).status).toBe(200)
  expect(await (await here.get('/sign-in')).text()).toContain('/outbox')
})

story('where receipts are to be sent is on the pages of a gateway', { people }, async (world) => {
  const browser = await operatorIn(world)
  const uni = { kind: 'unifonic', name: 'Uni', from: 'N', secret1: 'app-sid', countries: '' }
  await done(browser, ROUTE, uni)
  await done(browser, ROUTE, relay)
  const own = { kind: 'own', name: 'No receipts', recipe: ownRecipe(), secret1: 'hush' }
  await done(browser, ROUTE, own)
  const [first, mail, none] = await linkedNow(world)
  const { config, app, url } = world
  const address = receiptUrl(config.publicUrl, app.keys, first!.id)
  const pagesOf = (id: string) => [`${ROUTE}?id=${id}`, `${HOME}/try?route=${id}`]
  const read = async (path: string) => (await browser.get(path)).text()
  for (const path of pagesOf(first!.id)) expect(await read(path)).toContain(`>${address}<`)
  expect((await world.visitor().get(address.slice(url.length))).status).toBe(200)
  for (const path of [HOME, ...pagesOf(mail!.id), ...pagesOf(none!.id), `${ROUTE}?kind=unifonic`])
    expect(await read(path)).not.toContain('/receipts/')
})

story(
  'a route that cannot be read is shown, keeps its name, and can go',
  { people },
  async (world) => {
    const browser = await operatorIn(world)
    await done(browser, ROUTE, twilio)
    const [route] = await linkedNow(world)
    await world.app.db.updateTable('routes').set({ sealed: 'k9.AAAA.AAAA.AAAA' }).execute()
    const page = await (await browser.get(HOME)).text()
    expect(page).toContain(twilio.name)
    expect(page).toContain(asHtml(t.unreadable))
    const again = await expectNoChange(world, () => browser.post(ROUTE, twilio), PAID)
    expect(again.status).toBe(422)
    expect(await again.text()).toContain(t.faults.name_taken)
    expect((await browser.get(`${ROUTE}?id=${route!.id}`)).status).toBe(404)
    const stale = { route: route!.id, version: 'x' }
    const refused = await expectNoChange(world, () => browser.post(`${HOME}/remove`, stale), PAID)
    expect(refused.status).toBe(409)
    await done(browser, `${HOME}/remove`, hiddenFields(page, `${HOME}/remove`))
    expect(await namesNow(world)).toEqual([])
    await done(browser, ROUTE, twilio)
  },
)

story('a pattern is not linked as it stands, and leads to its copy', { people }, async (world) => {
  const browser = await operatorIn(world)
  for (const kind of ['plain-get', 'kannel']) {
    const form = { kind, name: 'B', from: 'N', secret1: 'u', secret2: 'p' }
    const answer = await expectNoChange(world, () => browser.post(ROUTE, form), PAID)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(asHtml(t.faults.only_pattern))
    const copy = placeOf(await browser.get(`${ROUTE}?kind=${kind}`))
    expect(copy).toBe(`${ROUTE}?kind=own&copy=${kind}`)
    expect(await (await browser.get(copy!)).text()).not.toContain('pattern&quot;')
  }
})

story(
  'with a cap of money, each country that is listed needs a price',
  { people },
  async (world) => {
    const browser = await operatorIn(world)
    const some = { ...twilio, countries: '', prices: 'PT 0.045' }
    await done(browser, ROUTE, some)
    const refused = async (path: string, form: Parameters<typeof done>[2]) => {
      const answer = await expectNoChange(world, () => browser.post(path, form), PAID)
      expect(answer.status).toBe(422)
      const page = await answer.text()
      expect(page).toContain(asHtml(t.faults.unpriced))
      expect(page).toContain('Twilio one – United Kingdom')
      expect(page).not.toContain('Twilio one – Portugal')
    }
    for (const cap of [{ moneyDay: '5' }, { accountMoneyDay: '5' }])
      await refused(`${HOME}/rules`, await rulesOn(browser, cap, ['PT', 'GB']))
    await done(browser, `${HOME}/rules`, await rulesOn(browser, { moneyDay: '5' }, ['PT']))
    await refused(`${HOME}/rules`, await rulesOn(browser, { moneyDay: '5' }, ['PT', 'GB']))
    const [route] = await linkedNow(world)
    const change = { ...some, id: route!.id, version: route!.version }
    await done(browser, ROUTE, { ...change, prices: 'PT 0.045\n* 0' })
    await done(browser, `${HOME}/rules`, await rulesOn(browser, { moneyDay: '5' }, ['PT', 'GB']))
    const [now] = await linkedNow(world)
    await refused(ROUTE, { ...change, version: now!.version })
    await done(browser, `${HOME}/remove`, { route: now!.id, version: now!.version })
    await refused(ROUTE, some)
  },
)
