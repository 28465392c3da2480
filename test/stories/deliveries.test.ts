import { expect } from 'vitest'
import { raise } from '../../src/accounts/alarm.ts'
import { spendBudget } from '../../src/delivery/budget.ts'
import { writeMessage } from '../../src/delivery/message.ts'
import { usualRules } from '../../src/delivery/rules.ts'
import { replaceDelivery } from '../../src/store/installation.ts'
import { write } from '../../src/store/write.ts'
import { fixedRoutes, smsBy } from '../setup/routes.ts'
import {
  ana,
  bob,
  DAY,
  HOUR,
  MINUTE,
  nobodysVisit,
  protect,
  type Visitor,
  type World,
} from '../world.ts'
import {
  gave as gaveIn,
  NUMBER,
  wrote as wroteIn,
  type MessageRow,
  type SendingRow,
} from './deliveries-tools.ts'
import { notThe, placeOf, story } from './story.ts'

const wrote = ({ app, now }: World, row: MessageRow = {}): Promise<string> =>
  wroteIn(app.db, { createdAt: now(), ...row })
const gave = ({ app, now }: World, id: string, row: SendingRow = {}): Promise<void> =>
  gaveIn(app.db, id, { begunAt: now(), ...row })

const HERE = '/deliveries'
const both = { people: [ana, bob] }

const page = async (browser: Visitor, query = ''): Promise<string> => {
  const answer = await browser.get(HERE + query)
  expect(answer.status).toBe(200)
  return answer.text()
}

/** The ids of the messages of a page, as they stand there. */
const idsOn = (html: string): string[] =>
  [...html.matchAll(/href="\/deliveries\/message\?id=([0-9a-f]{32})"/g)].map(([, id]) => id!)

const older = (html: string): string | null =>
  /href="\/deliveries([^"]*)" rel="next"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? null

/** The words of a page, with what is between them as one space. */
const words = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ')

/** Every row of a table of figures, cell by cell. */
function figuresOn(html: string): string[][] {
  const [, table = ''] = /aria-label="By country and route"[^]*?<tbody>([^]*?)<\/tbody>/.exec(html)!
  return table
    .split('</tr>')
    .slice(0, -1)
    .map((row) => row.split(/<\/t[hd]>/).slice(0, -1))
    .map((cells) => cells.map((cell) => words(cell).trim()))
}

async function operatorOf(world: World): Promise<Visitor> {
  const browser = world.visitor()
  await browser.signIn(ana)
  await world.app.db.deleteFrom('messages').execute()
  return browser
}

story('who does not run the installation sees no deliveries', both, async (world) => {
  const id = await wrote(world, { by: 'sms' })
  for (const path of [HERE, `${HERE}/message?id=${id}`]) {
    const stranger = await world.visitor().get(path)
    expect(placeOf(stranger)).toBe(`/sign-in?to=${encodeURIComponent(path)}`)
    const browser = world.visitor()
    await browser.signIn(bob)
    const refused = await browser.get(path)
    expect(refused.status).toBe(403)
    const said = await refused.text()
    expect(said).not.toContain('•••')
    expect(said).not.toContain('Route')
  }
})

story('where nothing was sent, the page says so', both, async (world) => {
  const browser = await operatorOf(world)
  const said = words(await page(browser))
  expect(said).toContain('Nothing was sent in this period.')
  expect(said).toContain('There is no such message in this period.')
  expect(said).toContain('There was none in this period.')
  expect(said).not.toContain('Text messages today')
})

story(
  'a message is shown with its state, its time, its cost and the way it took, and no number whole',
  both,
  async (world) => {
    const browser = await operatorOf(world)
    const at = world.now()
    const id = await wrote(world, {
      by: 'sms',
      route: 'Local',
      acceptedAt: at + 9_000,
      deliveredAt: at + 13_500,
      enteredAt: at + 30_000,
    })
    await gave(world, id, {
      routeName: 'Big',
      begunAt: at,
      refusedAt: at + 900,
      reason: 'ESME <b>',
    })
    await gave(world, id, { routeName: 'Slow', begunAt: at + 1_000, acceptedAt: at + 1_500 })
    await gave(world, id, {
      routeName: 'Local',
      begunAt: at + 8_000,
      acceptedAt: at + 9_000,
      deliveredAt: at + 13_500,
      gatewayId: 'x-77',
    })
    for (const path of ['', `/message?id=${id}`]) {
      const html = await page(browser, path)
      const said = words(html)
      expect(said).toContain('Code entered')
      expect(said).toContain('delivered after 14 sec')
      expect(said).toContain('€0.10')
      expect(said).toMatch(/Big : not accepted · ESME &lt;b&gt;/)
      expect(said).toMatch(/Slow : accepted · no receipt came in its usual time/)
      expect(said).toMatch(/Local : delivered/)
      // Who runs the installation sees where it went.
      expect(said).toContain('+351 912 345 678')
    }
    expect(words(await page(browser, `/message?id=${id}`))).toContain('The gateway calls it: x-77')
  },
)

story('what failed says why, in our words or the gateway’s', both, async (world) => {
  const browser = await operatorOf(world)
  const at = world.now()
  const failed = { by: 'sms', failedAt: at } as const
  const reasons = {
    budget: 'the budget of the day was used up',
    expired: 'its time was over before it could be sent',
    'no route': 'no route serves this country',
    'HTTP 500 <x>': 'HTTP 500 &lt;x&gt;',
    'timeout (unanswered: nobody knows whether it was taken)':
      'timeout · no answer came, so nobody knows whether it was accepted',
  }
  for (const [reason, text] of Object.entries(reasons)) {
    const id = await wrote(world, { ...failed, reason })
    const said = words(await page(browser, `/message?id=${id}`))
    expect(said).toContain('Failed')
    expect(said).toContain(text)
  }
  const left = await wrote(world, { by: 'sms', createdAt: at - HOUR, expiresAt: at - 1 })
  const said = words(await page(browser, `/message?id=${left}`))
  expect(said).toContain('its time was over before it could be sent')
})

story('each filter shows what it says, and no other message', both, async (world) => {
  const browser = await operatorOf(world)
  const at = world.now()
  const sms = { by: 'sms', route: 'Local', acceptedAt: at } as const
  const ids = {
    mail: await wrote(world, { route: 'smtp', acceptedAt: at }),
    underway: await wrote(world, { by: 'sms', country: 'EG' }),
    accepted: await wrote(world, sms),
    delivered: await wrote(world, { ...sms, deliveredAt: at }),
    entered: await wrote(world, { ...sms, deliveredAt: at, enteredAt: at }),
    byHand: await wrote(world, { ...sms, enteredAt: at }),
    failed: await wrote(world, { ...sms, failedAt: at, reason: 'no' }),
    over: await wrote(world, { by: 'sms', createdAt: at - HOUR, expiresAt: at }),
  }
  await gave(world, ids.entered, { routeName: 'Big & <Co>', refusedAt: at })
  const shown = async (query: string): Promise<string[]> => {
    const found = idsOn(await page(browser, query))
    return Object.entries(ids).flatMap(([name, id]) => (found.includes(id) ? [name] : []))
  }
  expect(await shown('')).toEqual(Object.keys(ids))
  expect(await shown('?by=email')).toEqual(['mail'])
  expect(await shown('?by=sms&state=&route=&country=')).toEqual(Object.keys(ids).slice(1))
  expect(await shown('?state=accepted')).toEqual(['mail', 'accepted'])
  expect(await shown('?state=underway')).toEqual(['underway'])
  expect(await shown('?state=delivered')).toEqual(['delivered'])
  expect(await shown('?state=entered')).toEqual(['entered', 'byHand'])
  expect(await shown('?state=failed')).toEqual(['failed', 'over'])
  expect(await shown('?country=EG')).toEqual(['underway'])
  expect(await shown('?route=smtp')).toEqual(['mail'])
  expect(await shown(`?route=${encodeURIComponent('Big & <Co>')}`)).toEqual(['entered'])
  expect(await shown('?route=none')).toEqual([])
})

story('an address that none of our pages has is answered 404', both, async (world) => {
  const browser = await operatorOf(world)
  const id = await wrote(world)
  const bad = [
    '?days=0',
    '?days=31',
    '?days=07',
    '?days=x',
    '?by=fax',
    '?state=gone',
    '?country=pt',
    '?country=PRT',
    '?route=%00',
    `?route=${'x'.repeat(201)}`,
    '?before=',
    '?before=1',
    `?before=${id}'`,
    '/message',
    '/message?id=',
    `/message?id=${'0'.repeat(32)}`,
    `/message?id=${id}0`,
  ]
  for (const query of bad) expect((await browser.get(HERE + query)).status, query).toBe(404)
  expect((await browser.get(`${HERE}/message?id=${id}`)).status).toBe(200)
})

story('pages stay as they are while new messages come', both, async (world) => {
  const browser = await operatorOf(world)
  const ids: string[] = []
  for (let n = 0; n < 60; n++) {
    ids.unshift(await wrote(world, { by: n % 2 === 0 ? 'sms' : 'email' }))
    world.pass(1_000)
  }
  const first = await page(browser)
  expect(idsOn(first)).toEqual(ids.slice(0, 25))
  for (let n = 0; n < 3; n++) await wrote(world)
  const second = await page(browser, older(first)!)
  expect(idsOn(second)).toEqual(ids.slice(25, 50))
  expect(second).not.toContain('class="chart"')
  const third = await page(browser, older(second)!)
  expect(idsOn(third)).toEqual(ids.slice(50))
  expect(older(third)).toBe(null)

  const filtered = await page(browser, '?by=sms&days=3')
  const next = older(filtered)!
  expect(next).toMatch(/^\?days=3&by=sms&before=/)
  const all = [...idsOn(filtered), ...idsOn(await page(browser, next))]
  expect(all).toEqual(ids.filter((_, index) => index % 2 === 1))
})

story('only the days that were asked for are shown and counted', both, async (world) => {
  const browser = await operatorOf(world)
  const at = world.now()
  const made = async (ago: number) =>
    wrote(world, { createdAt: at - ago, route: 'smtp', acceptedAt: at - ago + 1_000 })
  const ids = [await made(0), await made(HOUR), await made(2 * DAY), await made(20 * DAY)]
  await made(40 * DAY)
  for (const [days, count] of [
    [1, 2],
    [7, 3],
    [30, 4],
  ] as const) {
    const html = await page(browser, `?days=${days}`)
    expect(idsOn(html)).toEqual(ids.slice(0, count))
    expect(figuresOn(html)[0]!.slice(0, 3)).toEqual(['E-mail', 'All', String(count)])
    expect(html.split('class="chart"')[1]!.match(/<g>/g)).toHaveLength(days === 1 ? 24 : days)
  }
})

story(
  'per country and route: sent, accepted, delivered, entered, median time, cost, and cost of a sign-in',
  both,
  async (world) => {
    const browser = await operatorOf(world)
    const at = world.now()
    const sms = async (attemptId: string, took: number | null, isEntered: boolean) => {
      const id = await wrote(world, {
        by: 'sms',
        attemptId,
        route: 'Local',
        acceptedAt: at + 500,
        deliveredAt: took && at + took,
        enteredAt: isEntered ? at + 20_000 : null,
      })
      await gave(world, id, {
        routeName: 'Local',
        acceptedAt: at + 500,
        deliveredAt: took && at + took,
      })
      return id
    }
    await sms('first', 2_000, true)
    await sms('first', 4_000, true)
    await sms('second', 9_000, true)
    const failed = await sms('third', null, false)
    // Refused there before: counted for both, and costs nothing where it was not taken.
    await gave(world, failed, { routeName: 'Big', refusedAt: at, begunAt: at - 1 })
    await wrote(world, { by: 'sms', country: 'EG', failedAt: at, reason: 'no route' })
    const mail = await wrote(world, { route: 'smtp', acceptedAt: at + 1_000 })
    await gave(world, mail, {
      by: 'email',
      routeName: 'smtp',
      refusedAt: at,
      cost: 0,
      country: null,
    })
    await gave(world, mail, {
      by: 'email',
      routeName: 'other',
      refusedAt: at,
      cost: 0,
      country: null,
    })
    const nothing = ['–', '–', '–']
    expect(figuresOn(await page(browser))).toEqual([
      ['SMS', 'All', '5', '4 80%', '3 60%', '3 60%', '4 sec', '€0.20', '€0.10'],
      ['SMS · Portugal', 'Local', '4', '4 100%', '3 75%', '3 75%', '4 sec', '€0.20', '€0.10'],
      ['SMS · Portugal', 'Big', '1', '0 0%', '0 0%', '0 0%', '–', '€0.00', '–'],
      ['SMS · Egypt', 'taken by none', '1', '0 0%', '0 0%', '0 0%', '–', '€0.00', '–'],
      ['E-mail', 'All', '1', '1 100%', '–', '–', '1 sec', '–', '–'],
      ['E-mail', 'smtp', '1', '1 100%', '–', '–', '1 sec', '–', '–'],
      ['E-mail', 'other', '1', '0 0%', ...nothing, '–', '–'],
    ])
  },
)

story(
  'a code that arrived late by a route that was given up counts for that route',
  both,
  async (world) => {
    const browser = await operatorOf(world)
    const at = world.now()
    const id = await wrote(world, {
      by: 'sms',
      route: 'Last',
      acceptedAt: at,
      deliveredAt: at + 1,
      enteredAt: at + 2,
    })
    await gave(world, id, { routeName: 'First', acceptedAt: at, deliveredAt: at + 1_000 })
    await gave(world, id, { routeName: 'Last', acceptedAt: at })
    const entered = figuresOn(await page(browser)).map((row) => [row[1], row[5]])
    expect(entered).toEqual([
      ['All', '1 100%'],
      ['First', '1 100%'],
      ['Last', '0 0%'],
    ])
  },
)

story('alarms stand on the page in words, the newest first', both, async (world) => {
  const browser = await operatorOf(world)
  const { db } = world.app
  const { id: accountId } = await db
    .selectFrom('accounts')
    .select('id')
    .where('email', '=', bob.email)
    .executeTakeFirstOrThrow()
  const tell = async (alarm: Parameters<typeof raise>[2]) => {
    await raise(world.app, db, alarm)
    world.pass(MINUTE)
  }
  await tell({ kind: 'route_rests', route: 'long ago', reason: 'old' })
  world.pass(10 * DAY)
  await tell({ kind: 'route_rests', route: 'Local <x>', reason: 'HTTP 503' })
  await tell({ kind: 'route_works', route: 'Local <x>' })
  await tell({ kind: 'prefix_stopped', prefix: '+351912', country: 'PT', sent: 20, entered: 1 })
  await tell({
    kind: 'budget_near',
    what: 'messages',
    currency: 'EUR',
    accountId,
    used: 40,
    most: 50,
  })
  await tell({
    kind: 'budget_over',
    what: 'money',
    currency: 'USD',
    accountId: null,
    used: 5e6,
    most: 5e6,
  })
  await browser.signIn(ana)
  const html = await page(browser)
  const said = words(html)
  const order = [
    'is used up: $5.00 of $5.00',
    'nearly used up: 40 of 50 messages',
    'Numbers that begin with +351912 (Portugal)',
    'Codes sent: 20, entered: 1',
    'works again.',
    'HTTP 503',
  ].map((text) =>
    said.replaceAll(' .', '.').replaceAll(' )', ')').replaceAll('( ', '(').indexOf(text),
  )
  expect(order).not.toContain(-1)
  expect(order).toEqual(order.toSorted((a, b) => a - b))
  expect(said).toContain('b•••@e•••.com')
  expect(html).not.toContain('bob@example.com')
  expect(said).toContain('Local &lt;x&gt;')
  expect(said).not.toContain('long ago')
})

story('what was used of the day’s budget stands beside its caps', both, async (world) => {
  const browser = await operatorOf(world)
  const rules = { ...usualRules, currency: 'USD', moneyDay: 2_000_000 }
  await replaceDelivery(world.app.db, JSON.stringify(rules))
  const pay = () =>
    write(world.app.db, (tx) =>
      spendBudget(tx, rules, { accountId: 'x', cost: 75_000, now: world.now() }),
    )
  await pay()
  await pay()
  const said = words(await page(browser))
  expect(said).toContain('Messages 2 of 200')
  expect(said).toContain('Money $0.15 of $2.00')
  world.pass(DAY)
  await browser.signIn(ana)
  expect(words(await page(browser))).not.toContain('Money $0.15')
})

const answers = [
  { accepted: false, lasting: false, isSure: true, reason: 'HTTP 503' },
  { accepted: true, gatewayId: 'g-1' },
] as const

/** The first gateway refuses, and the second takes it. */
const gateways = () =>
  fixedRoutes(
    answers.map((answer, index) =>
      smsBy(
        { send: async () => answer, close: async () => {} },
        ['Big', 'Local'][index],
        100_000 * (index + 1),
      ),
    ),
  )

story(
  'a text message that went by two gateways is on the page and in the metrics as it went',
  { ...both, given: { routes: gateways() } },
  async (world) => {
    const { app, opened } = world
    const browser = await operatorOf(world)
    const account = { id: 'an account', name: 'Bob', language: 'en' }
    const notice = { kind: 'code', purpose: 'sign-in', code: '123456', minutes: 5 } as const
    const made = await write(app.db, (tx) =>
      writeMessage(tx, app, {
        account,
        notice,
        by: 'sms',
        recipient: NUMBER,
        attemptId: null,
        sessionId: null,
        visit: nobodysVisit,
        now: world.now(),
        until: world.now() + 5 * MINUTE,
      }),
    )
    app.wake(made)
    await opened.delivery.settled()
    world.pass(3_000)
    await app.takeReceipt('Local', { id: 'g-1', state: 'delivered', reason: null })
    const html = await page(browser, `/message?id=${made.id}`)
    const said = words(html)
    expect(said).toContain('Delivered delivered after 3 sec')
    expect(said).toMatch(/Big : not accepted · HTTP 503 .* Local : delivered/)
    expect(said).toContain('Cost €0.20')
    expect(html).not.toContain('123456')
    expect(figuresOn(await page(browser)).map((row) => row.slice(0, 5))).toEqual([
      ['SMS', 'All', '1', '1 100%', '1 100%'],
      ['SMS · Portugal', 'Local', '1', '1 100%', '1 100%'],
      ['SMS · Portugal', 'Big', '1', '0 0%', '0 0%'],
    ])
    const counted = (await app.metrics.text()).split('\n')
    const there = 'by="sms",route="Local",country="PT"'
    for (const line of [
      'nightlatch_messages_total{outcome="message_postponed",by="sms",route="Big",country="PT"} 1',
      `nightlatch_messages_total{outcome="message_accepted",${there}} 1`,
      `nightlatch_messages_total{outcome="message_delivered",${there}} 1`,
      'nightlatch_message_delivery_seconds_sum{route="Local"} 3',
      'nightlatch_sms_sent_total{route="Local",country="PT"} 1',
      'nightlatch_sms_cost_total{route="Local",country="PT",currency="EUR"} 0.2',
      'nightlatch_route_rests{route="Big"} 0',
    ])
      expect(counted).toContain(line)
    expect(counted.join()).not.toContain('nightlatch_sms_cost_total{route="Big"')
  },
)

story('a code that is typed in right is counted, and a wrong one is not', both, async (world) => {
  const browser = world.visitor()
  await protect(world, browser)
  const count = async () =>
    /nightlatch_codes_entered_total\{by="email"\} (\d+)/.exec(await world.app.metrics.text())?.[1]
  expect(await count()).toBe('1')
  const other = world.visitor()
  await other.signIn(ana)
  const code = await world.codeTo(ana.email)
  await other.post('/sign-in/second', { code: notThe(code) })
  expect(await count()).toBe('1')
  await other.post('/sign-in/second', { code })
  expect(await count()).toBe('2')
})
