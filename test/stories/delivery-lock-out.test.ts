import { expect, test } from 'vitest'
import { checkReach } from '../../src/accounts/check-reach.ts'
import { homeOf, isReached, lockedOutBy } from '../../src/accounts/delivery-lock-out.ts'
import { usualRules } from '../../src/delivery/rules.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import type { Database } from '../../src/store/open.ts'
import { expectNoChange } from '../attacks/tools.ts'
import { ana, bob, MINUTE, type World } from '../world.ts'
import {
  alsoOperator,
  done,
  enrol,
  HOME,
  LATER,
  linkedNow,
  namesNow,
  operatorIn,
  ROUTE,
  rulesOn,
  sayWho,
  twilio,
} from './delivery-tools.ts'
import { asHtml, eventsOf, hiddenFields, placeOf, story } from './story.ts'

const { delivery: t } = textsOf('en')
const CONFIRM = `${HOME}/confirm`

const others = Array.from({ length: 12 }, (_, n) => ({
  ...bob,
  email: `b${String(n).padStart(2, '0')}@example.com`,
}))

const options = { people: [ana, bob, ...others] }

/** Twilio serves Portugal, and Bob has nothing but his Portuguese number. */
async function bobByNumber(world: World) {
  const browser = await operatorIn(world)
  await done(browser, ROUTE, { ...twilio, countries: '' })
  await done(browser, `${HOME}/rules`, await rulesOn(browser, {}, ['PT', 'GB']))
  await enrol(world, bob.email, 'sms', '+351912345678')
  const [route] = await linkedNow(world)
  return { browser, route: route!, remove: { route: route!.id, version: route!.version } }
}

story('removing the only way to somebody says whom it locks out first', options, async (world) => {
  const { browser, remove } = await bobByNumber(world)
  const said = await expectNoChange(world, () => browser.post(`${HOME}/remove`, remove))
  expect(said.status).toBe(409)
  const page = await said.text()
  expect(page).toContain(asHtml(t.lockLead({ count: 1 })))
  expect(page).toContain(bob.email)
  expect(page).not.toContain(ana.email + '</bdi></li>')
  const form = hiddenFields(page, CONFIRM)
  await done(browser, CONFIRM, form)
  expect(await namesNow(world)).toEqual([])
  // Once: a second time there is nothing to remove.
  expect((await expectNoChange(world, () => browser.post(CONFIRM, form))).status).toBe(404)
})

story(
  'so does another list of countries, for the rules and for a route',
  options,
  async (world) => {
    const { browser, route } = await bobByNumber(world)
    const without = await rulesOn(browser, {}, ['GB'])
    const said = await expectNoChange(world, () => browser.post(`${HOME}/rules`, without))
    expect(said.status).toBe(409)
    const change = { ...twilio, id: route.id, version: route.version, countries: 'GB' }
    const page = await (await expectNoChange(world, () => browser.post(ROUTE, change))).text()
    expect(page).toContain(bob.email)
    for (const secret of [twilio.secret1, twilio.secret2]) expect(page).not.toContain(secret)
    await done(browser, CONFIRM, hiddenFields(page, CONFIRM))
    expect(await linkedNow(world)).toMatchObject([
      { countries: ['GB'], gateway: { secrets: { auth_token: twilio.secret2 } } },
    ])
    // He is out of reach already: nothing more is lost.
    await done(browser, `${HOME}/rules`, without)
  },
)

story(
  'a second way in, a second route, or a stranger to it all is no lock-out',
  options,
  async (world) => {
    const { browser, remove } = await bobByNumber(world)
    await enrol(world, others[0]!.email, 'email', others[0]!.email)
    await done(browser, ROUTE, { ...twilio, name: 'Two', countries: 'PT' })
    await done(browser, `${HOME}/remove`, remove)
    const [two] = await linkedNow(world)
    await enrol(world, bob.email, 'totp', '')
    await done(browser, `${HOME}/remove`, { route: two!.id, version: two!.version })
  },
)

story(
  'ten are named, and the rest are counted, those without codes first',
  options,
  async (world) => {
    const { browser, remove } = await bobByNumber(world)
    for (const { email } of others) await enrol(world, email, 'sms', '+447400123456')
    await giveCodes(world)
    const page = await (await browser.post(`${HOME}/remove`, remove)).text()
    expect(page).toContain(asHtml(t.lockLead({ count: 13 })))
    expect(page).toContain(asHtml(t.lockMore({ count: 3 })))
    expect(page).toContain(asHtml(t.lockCodes({ count: 1 })))
    expect(page.match(/<li><bdi dir="ltr">b\d\d@example\.com<\/bdi><\/li>/g)).toHaveLength(10)
    expect(page).not.toContain(bob.email)
  },
)

const accountOf = ({ app }: World, email: string) =>
  app.db.selectFrom('accounts').select('id').where('email', '=', email).executeTakeFirstOrThrow()

story('who comes under it meanwhile is said too', options, async (world) => {
  const { browser, remove } = await bobByNumber(world)
  const first = await (await browser.post(`${HOME}/remove`, remove)).text()
  await enrol(world, others[3]!.email, 'sms', '+447400123456')
  const form = hiddenFields(first, CONFIRM)
  const second = await expectNoChange(world, () => browser.post(CONFIRM, form))
  expect(second.status).toBe(409)
  const page = await second.text()
  expect(page).toContain(others[3]!.email)
  // Also between being asked who it is and doing it.
  world.pass(LATER)
  expect(placeOf(await browser.post(CONFIRM, hiddenFields(page, CONFIRM)))).toBe('/account/confirm')
  await enrol(world, others[4]!.email, 'sms', '+447400123457')
  expect((await sayWho(browser)).status).toBe(409)
  expect(await namesNow(world)).toEqual(['Twilio one'])
  expect(await eventsOf(world, 'delivery_changed')).toHaveLength(2)
})

story(
  'what is to be confirmed is for this operator, for a while, and ours',
  options,
  async (world) => {
    await alsoOperator(world)
    const { browser, remove } = await bobByNumber(world)
    const form = hiddenFields(await (await browser.post(`${HOME}/remove`, remove)).text(), CONFIRM)
    const other = world.visitor()
    await world.app.db.deleteFrom('enrolments').where('kind', '=', 'sms').execute()
    await other.signIn(bob)
    const [start, end] = [form['change']!.slice(0, 40), form['change']!.slice(41)]
    const broken = { change: `${start}${form['change']![40] === 'A' ? 'B' : 'A'}${end}` }
    for (const [who, sent] of [
      [other, form],
      [browser, broken],
      [browser, { change: 'x' }],
    ] as const) {
      const refused = await expectNoChange(world, () => who.post(CONFIRM, sent))
      expect(refused.status).toBe(409)
    }
    world.pass(16 * MINUTE)
    const late = () => browser.post(CONFIRM, form)
    expect((await expectNoChange(world, late, ['limits', 'sessions'])).status).toBe(409)
    expect(await namesNow(world)).toEqual(['Twilio one'])
  },
)

const pt = { to: '+351912345678' }
const gb = { to: '+447400123456' }
const pr = { mail: false, countries: new Set(['PT']) }
const mail = { mail: true, countries: new Set<string>() }
test.each([
  ['a number in a country that is reached', 'sms', pt, pr, true],
  ['one in another country', 'sms', gb, pr, false],
  ['one where nothing but mail is linked', 'sms', pt, mail, false],
  ['one at home nowhere', 'sms', { to: '+88312345678' }, pr, false],
  ['what is no number', 'sms', {}, pr, false],
  ['an address', 'email', {}, mail, true],
  ['an address without a mail server', 'email', {}, pr, false],
] as const)('%s is reached or not', (_, kind, state, reached, is) => {
  expect(isReached(reached, { kind, home: homeOf(state) })).toBe(is)
})

story('caps that pay for no message say whom they lock out', options, async (world) => {
  const { browser } = await bobByNumber(world)
  for (const none of [
    { messagesDay: '0' },
    { accountMessagesDay: '0' },
    { moneyDay: '0.04' },
    { accountMoneyDay: '0.04' },
  ]) {
    const form = await rulesOn(browser, none, ['PT', 'GB'])
    const said = await expectNoChange(world, () => browser.post(`${HOME}/rules`, form))
    expect([none, said.status]).toEqual([none, 409])
    expect(await said.text()).toContain(bob.email)
  }
  await done(browser, `${HOME}/rules`, await rulesOn(browser, { moneyDay: '0.045' }, ['PT', 'GB']))
})

story('as many as were shown, but others, are shown first', options, async (world) => {
  const { browser, remove } = await bobByNumber(world)
  const page = await (await browser.post(`${HOME}/remove`, remove)).text()
  await world.app.db.deleteFrom('enrolments').execute()
  await enrol(world, others[5]!.email, 'sms', '+351961234567')
  const form = hiddenFields(page, CONFIRM)
  const said = await expectNoChange(world, () => browser.post(CONFIRM, form))
  expect(said.status).toBe(409)
  const again = await said.text()
  expect(again).toContain(others[5]!.email)
  await done(browser, CONFIRM, hiddenFields(again, CONFIRM))
})

story('where nothing is taken away, nobody is looked at', options, async (world) => {
  const { linked, rules } = world.app.gateways
  const { browser } = await bobByNumber(world)
  const now = { linked: await linked(world.app.db), rules: await rules(world.app.db) }
  const two = { ...now, linked: [{ ...now.linked[0]!, name: 'Two' }, ...now.linked] }
  const more = { ...now, rules: { ...now.rules, countries: ['PT', 'GB', 'ES'] } }
  const asks = (next: typeof now) => lockedOutBy(world.app, {} as Database, now, next)
  for (const next of [now, two, more]) expect(await asks(next)).toMatchObject({ count: 0 })
  await expect(asks({ ...now, linked: [] })).rejects.toThrow(TypeError)
  await done(browser, ROUTE, { ...twilio, name: 'Two', countries: 'PT' })
})

story('of more accounts than are read at once, all are counted', options, async (world) => {
  const { browser, remove } = await bobByNumber(world)
  const { db } = world.app
  const bobs = await accountOf(world, bob.email)
  const row = await db
    .selectFrom('accounts')
    .selectAll()
    .where('id', '=', bobs.id)
    .executeTakeFirstOrThrow()
  const its = await db.selectFrom('enrolments').selectAll().executeTakeFirstOrThrow()
  for (let n = 0; n < 1100; n += 50) {
    const names = Array.from({ length: 50 }, (_, k) => `x${n + k}`)
    const accounts = names.map((id) => ({ ...row, id, login: `${id}@e.com`, email: `${id}@e.com` }))
    await db.insertInto('accounts').values(accounts).execute()
    const enrolments = names.map((id) => ({ ...its, id: `e${id}`, accountId: id }))
    await db.insertInto('enrolments').values(enrolments).execute()
  }
  const page = await (await browser.post(`${HOME}/remove`, remove)).text()
  expect(page).toContain(asHtml(t.lockLead({ count: 1101 })))
  expect(page).toContain(asHtml(t.lockMore({ count: 1091 })))
})

story('with a delivery file the start says whom it does not reach', options, async (world) => {
  await enrol(world, bob.email, 'sms', '+351912345678')
  await enrol(world, others[0]!.email, 'sms', '+447400123456')
  await enrol(world, others[1]!.email, 'email', others[1]!.email)
  const fileWith = (countries: string[]) => ({
    ...world.app,
    config: { ...world.app.config, deliveryFile: 'x' },
    gateways: {
      ...world.app.gateways,
      linked: async () => [{ ...sms, prices: {} }],
      rules: async () => ({ ...usualRules, countries }),
    } as unknown as World['app']['gateways'],
  })
  expect(await checkReach(fileWith(['PT', 'GB']))).toEqual([])
  expect(await checkReach({ ...fileWith([]), config: world.app.config })).toEqual([])
  const said = await checkReach(fileWith(['PT']))
  expect(said).toHaveLength(1)
  expect(said[0]).toMatch(/: 1 without recovery codes cannot sign in/)
  const both = await checkReach({ ...fileWith([]), log: world.app.log })
  expect(both.join()).toContain(': 2 without')
  await giveCodes(world)
  expect((await checkReach(fileWith([]))).join()).toMatch(/: 1 without .*: 1 with recovery codes/)
})

const sms = { by: 'sms', name: 'One', countries: null } as const

/** Bob has a recovery code left. */
const giveCodes = async (world: World) =>
  world.app.db
    .insertInto('enrolments')
    .values({
      id: 'codes',
      accountId: (await accountOf(world, bob.email)).id,
      kind: 'recovery',
      name: '',
      state: JSON.stringify({ hashes: ['x'] }),
      version: 0,
      createdAt: 0,
      failures: 0,
      disabledAt: null,
      lastUsedAt: null,
      handle: null,
      attemptId: null,
    })
    .execute()
