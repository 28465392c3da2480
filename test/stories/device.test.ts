import { expect } from 'vitest'
import { ana, bob, DAY, MINUTE, protect, signInFully, type Visitor, type World } from '../world.ts'
import {
  copyOf,
  enrolledFor,
  eventsOf,
  kept,
  notThe,
  noticesTo,
  placeOf,
  story,
  whoIs,
  WIDE,
} from './story.ts'

const SECOND = 1000
const remember = { remember: 'yes' }

/** A browser that ana, who is protected, has asked to remember. */
async function rememberedBrowser(world: World, typed = ana): Promise<Visitor> {
  const browser = world.visitor()
  await protect(world, browser, typed)
  await signInFully(world, browser, typed, remember)
  return browser
}

const deviceCookie = (browser: Visitor): [name: string, value: string] =>
  [...browser.cookies].find(([name]) => name.includes('device-'))!

/** Is the second step left out here? */
const isTrusted = async (browser: Visitor, typed = ana): Promise<boolean> =>
  placeOf(await browser.signIn(typed)) === '/account'

const remembered = async (world: World): Promise<number> => {
  const { count } = await world.app.db
    .selectFrom('devices')
    .select((e) => e.fn.countAll<number | string>().as('count'))
    .where('rememberedAt', 'is not', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

story(
  'a remembered device is trusted for 30 days, however often it is used',
  { people: [ana] },
  async (world) => {
    const browser = await rememberedBrowser(world)
    const since = world.now()
    for (const days of [10, 20, 29]) {
      world.pass(since + days * DAY - world.now())
      expect(await isTrusted(browser), `day ${days}`).toBe(true)
    }
    world.pass(since + 30 * DAY - 1 - world.now())
    expect(await isTrusted(browser)).toBe(true)
    world.pass(1)
    expect(await isTrusted(browser)).toBe(false)
    expect(await noticesTo(world)).not.toContainEqual({ kind: 'device_trust_ended' })
  },
)

story(
  'a remembered device that is not used for 14 days is forgotten',
  { people: [ana] },
  async (world) => {
    const browser = await rememberedBrowser(world)
    world.pass(14 * DAY - 1)
    expect(await isTrusted(browser)).toBe(true)
    world.pass(14 * DAY)
    expect(await isTrusted(browser)).toBe(false)
  },
)

story(
  'signing out, or a session that ran out, forgets no device',
  { people: [ana] },
  async (world) => {
    const browser = await rememberedBrowser(world)
    await browser.post('/sign-out')
    expect(await isTrusted(browser)).toBe(true)
    world.pass(DAY)
    expect(await whoIs(browser)).toBeNull()
    expect(await isTrusted(browser)).toBe(true)
  },
)

story('the password is asked on a remembered device too', { people: [ana] }, async (world) => {
  const browser = await rememberedBrowser(world)
  await browser.post('/sign-out')
  const answer = await browser.signIn({ email: ana.email, password: 'not the right one' })
  expect(answer.status).toBe(401)
  expect(await whoIs(browser)).toBeNull()
})

story('the token of a device is new at each sign-in', { people: [ana] }, async (world) => {
  const browser = await rememberedBrowser(world)
  const [name, value] = deviceCookie(browser)
  const [series] = value.split('.')
  const seen = new Set([value])
  for (let turn = 1; turn <= 3; turn++) {
    world.pass(MINUTE)
    expect(await isTrusted(browser)).toBe(true)
    const token = browser.cookies.get(name)!
    expect(token.split('.')[0]).toBe(series)
    seen.add(token)
  }
  expect(seen.size).toBe(4)
})

story(
  'an old token of a device ends its trust, for the newest token too, and the person is told',
  { people: [ana] },
  async (world) => {
    const browser = await rememberedBrowser(world)
    const thief = copyOf(world, browser, { address: '198.51.100.66' })
    world.pass(DAY)
    expect(await isTrusted(browser)).toBe(true)
    world.pass(DAY)
    await thief.post('/sign-out')
    expect(await isTrusted(thief)).toBe(false)
    expect(await whoIs(thief)).toBeNull()
    const isTold = { kind: 'device_trust_ended' }
    expect(await noticesTo(world)).toContainEqual(isTold)
    expect(await eventsOf(world, 'device_trust_ended')).toHaveLength(1)

    await browser.post('/sign-out')
    expect(await isTrusted(browser)).toBe(false)
    expect(await isTrusted(thief)).toBe(false)
    const told = await noticesTo(world)
    expect(told.filter(({ kind }) => kind === isTold.kind)).toHaveLength(1)
    expect(await remembered(world)).toBe(0)
  },
)

story(
  'the thief who comes first is found out when the owner comes',
  { people: [ana] },
  async (world) => {
    const browser = await rememberedBrowser(world)
    const thief = copyOf(world, browser, { address: '198.51.100.66' })
    world.pass(DAY)
    expect(await isTrusted(thief)).toBe(true)
    world.pass(DAY)
    expect(await isTrusted(browser)).toBe(false)
    expect(await isTrusted(thief)).toBe(false)
    expect(await noticesTo(world)).toContainEqual({ kind: 'device_trust_ended' })
  },
)

story(
  'an old token with a wrong password ends nothing: only who knows it is heard',
  { people: [ana] },
  async (world) => {
    const browser = await rememberedBrowser(world)
    const thief = copyOf(world, browser)
    world.pass(DAY)
    expect(await isTrusted(browser)).toBe(true)
    world.pass(DAY)
    const before = await kept(world)
    await thief.signIn({ email: ana.email, password: 'not the right one' })
    expect(await kept(world)).toEqual(before)
    expect(await isTrusted(browser)).toBe(true)
  },
)

story(
  'a second tab may be ten seconds late, from the same address',
  { people: [ana] },
  async (world) => {
    const browser = await rememberedBrowser(world)
    const tab = copyOf(world, browser)
    world.pass(DAY)
    expect(await isTrusted(browser)).toBe(true)
    world.pass(10 * SECOND - 1)
    expect(await isTrusted(tab)).toBe(true)
    expect(await remembered(world)).toBe(1)
    expect(await eventsOf(world, 'device_trust_ended')).toEqual([])
  },
)

story('after ten seconds it is no second tab', { people: [ana] }, async (world) => {
  const browser = await rememberedBrowser(world)
  const tab = copyOf(world, browser)
  world.pass(DAY)
  expect(await isTrusted(browser)).toBe(true)
  world.pass(10 * SECOND)
  expect(await isTrusted(tab)).toBe(false)
  expect(await remembered(world)).toBe(0)
})

story('from another address it is no second tab', { people: [ana] }, async (world) => {
  const browser = await rememberedBrowser(world)
  const thief = copyOf(world, browser, { address: '198.51.100.66' })
  world.pass(DAY)
  expect(await isTrusted(browser)).toBe(true)
  world.pass(SECOND)
  expect(await isTrusted(thief)).toBe(false)
  expect(await remembered(world)).toBe(0)
})

for (const last of ['first', 'second'] as const)
  story(
    `two tabs sign in at once, and the answer to the ${last} comes last: the device stays trusted`,
    { people: [ana] },
    async (world) => {
      const browser = await rememberedBrowser(world)
      const [first, second] = [copyOf(world, browser), copyOf(world, browser)]
      world.pass(DAY)
      expect(await isTrusted(first)).toBe(true)
      expect(await isTrusted(second)).toBe(true)

      // One jar for both: what the later answer sets stays, and what it does not set too.
      const [name, shown] = deviceCookie(browser)
      const inOrder = last === 'second' ? [first, second] : [second, first]
      for (const tab of inOrder)
        if (tab.cookies.get(name) !== shown) browser.cookies.set(name, tab.cookies.get(name)!)
      world.pass(DAY)
      expect(await isTrusted(browser)).toBe(true)
      expect(await eventsOf(world, 'device_trust_ended')).toEqual([])
    },
  )

story(
  'the token of one account does nothing for another',
  { people: [ana, bob] },
  async (world) => {
    const anas = await rememberedBrowser(world)
    const bobs = world.visitor()
    await protect(world, bobs, bob)
    await signInFully(world, bobs, bob)
    const [anasName, anasToken] = deviceCookie(anas)
    const [bobsName] = deviceCookie(bobs)
    expect(bobsName).not.toBe(anasName)
    for (const name of [anasName, bobsName]) {
      const thief = world.visitor()
      thief.cookies.set(name, anasToken)
      expect(await isTrusted(thief, bob), name).toBe(false)
    }
    expect(await isTrusted(anas)).toBe(true)
    expect(await eventsOf(world, 'device_trust_ended')).toEqual([])
  },
)

story(
  'two people in one browser are remembered each for themselves',
  { people: [ana, bob] },
  async (world) => {
    const browser = await rememberedBrowser(world)
    await protect(world, browser, bob)
    expect(await isTrusted(browser, bob)).toBe(false)
    await browser.post('/sign-in/second', { code: await world.codeTo(bob.email), ...remember })
    expect(await isTrusted(browser, ana)).toBe(true)
    expect(await isTrusted(browser, bob)).toBe(true)
  },
)

story(
  'ten devices are remembered at most, and the oldest goes',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browsers = [await rememberedBrowser(world)]
    for (let count = 2; count <= 11; count++) {
      world.pass(MINUTE)
      const browser = world.visitor()
      await signInFully(world, browser, ana, remember)
      browsers.push(browser)
      expect(await remembered(world)).toBe(Math.min(count, 10))
    }
    const trusted = []
    for (const browser of browsers) trusted.push(await isTrusted(browser))
    expect(trusted).toEqual([false, ...Array(10).fill(true)])
  },
)

story(
  'nothing is remembered without a second step that was just shown',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    const form = { login: ana.email, password: ana.password }
    expect((await browser.post('/sign-in', { ...form, ...remember })).status).toBe(400)
    await browser.signIn()
    expect(await remembered(world)).toBe(0)

    await protect(world, browser)
    expect(await isTrusted(browser)).toBe(false)
    const code = await world.codeTo(ana.email)
    await browser.post('/sign-in/second', { code: notThe(code), ...remember })
    expect(await remembered(world)).toBe(0)
    await browser.post('/sign-in/second', { code })
    expect(await remembered(world)).toBe(0)
    expect(await isTrusted(browser)).toBe(false)
  },
)

story(
  'a remembered device does for signing in only: changes ask for a code',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = await rememberedBrowser(world)
    expect(await isTrusted(browser)).toBe(true)
    const before = await kept(world)
    for (const what of ['unprotect', 'recovery-codes']) {
      expect(placeOf(await browser.post(`/account/security/${what}`)), what).toBe(
        '/account/security/code',
      )
      expect((await browser.post('/account/security/confirm', { saved: 'yes' })).status).toBe(409)
      expect((await browser.post('/account/security/codes')).status).toBe(409)
      expect((await browser.post('/account/security/code', { code: '', ...remember })).status).toBe(
        400,
      )
    }
    expect(await kept(world)).toEqual(before)
    expect(await enrolledFor(world)).toEqual(['email', 'recovery'])
  },
)

story(
  'where remembering is off, it is not offered and not done',
  { people: [ana], settings: { REMEMBER_DAYS: '0' } },
  async (world) => {
    const browser = world.visitor()
    await protect(world, browser)
    await browser.post('/sign-out')
    await browser.signIn()
    expect(await (await browser.get('/sign-in/second')).text()).not.toContain('name="remember"')
    const code = await world.codeTo(ana.email)
    expect((await browser.post('/sign-in/second', { code, ...remember })).status).toBe(303)
    expect(await remembered(world)).toBe(0)
    expect(await isTrusted(browser)).toBe(false)
  },
)

story(
  'where remembering is on, the page says for how long',
  { people: [ana], settings: { REMEMBER_DAYS: '7' } },
  async (world) => {
    const browser = await rememberedBrowser(world)
    const other = world.visitor()
    await other.signIn()
    const page = await (await other.get('/sign-in/second')).text()
    expect(page).toContain('name="remember"')
    expect(page).toContain('7 days')
    world.pass(7 * DAY - 1)
    expect(await isTrusted(browser)).toBe(true)
    world.pass(1)
    expect(await isTrusted(browser)).toBe(false)
  },
)

story(
  'switching protection off forgets every device',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = await rememberedBrowser(world)
    expect(await isTrusted(browser)).toBe(true)
    await browser.post('/account/security/unprotect')
    await browser.post('/account/security/code', { code: await world.codeTo(ana.email) })
    expect(await remembered(world)).toBe(0)
    await protect(world, browser)
    expect(await isTrusted(browser)).toBe(false)
  },
)

story(
  'a token that is cut or made up is no device',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = await rememberedBrowser(world)
    const [name, value] = deviceCookie(browser)
    const [series = '', token = ''] = value.split('.')
    const wrong = [
      '',
      '.',
      series,
      token,
      `${series}.`,
      `.${token}`,
      `${token}.${series}`,
      `${value}.x`,
      `${value}x`,
    ]
    for (const each of wrong.filter((text) => !text.startsWith(`${series}.`))) {
      const thief = world.visitor()
      thief.cookies.set(name, each)
      expect(await isTrusted(thief), each).toBe(false)
    }
    expect(await isTrusted(browser)).toBe(true)
  },
)
