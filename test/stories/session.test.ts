import { textsOf } from '../../src/pages/texts/all.ts'
import { expect } from 'vitest'
import { ana, bob, DAY, HOUR, MINUTE, openWorld, protect, type World } from '../world.ts'
import { asHtml, copyOf, kept, placeOf, story, whoIs } from './story.ts'

/** A cookie as it was set: its value, and its attributes in order. */
function cookiesOf(response: Response): Map<string, { value: string; attributes: string[] }> {
  const all = response.headers.getSetCookie().map((line) => {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
    const at = pair.indexOf('=')
    return [
      pair.slice(0, at),
      { value: pair.slice(at + 1), attributes: attributes.toSorted() },
    ] as const
  })
  expect(new Set(all.map(([name]) => name)).size).toBe(all.length)
  return new Map(all)
}

const https = { PUBLIC_URL: 'https://id.example.com', ALLOW_NO_MAIL: 'yes' }
const schemes = [
  { of: 'http', settings: {}, prefix: '', more: [] },
  { of: 'https', settings: https, prefix: '__Host-', more: ['Secure'] },
]

for (const { of, settings, prefix, more } of schemes)
  story(
    `over ${of}, every cookie is as safe as it can be`,
    { people: [ana], settings },
    async (world) => {
      const always = ['HttpOnly', 'Path=/', 'SameSite=Lax', ...more].toSorted()
      const browser = world.visitor()
      await protect(world, browser)
      await browser.post('/sign-out')

      const first = cookiesOf(await browser.signIn())
      expect([...first.keys()]).toEqual([`${prefix}attempt`])
      expect(first.get(`${prefix}attempt`)!.value).toMatch(/^[0-9a-f]{32}\.[\w-]{43}$/)
      expect(first.get(`${prefix}attempt`)!.attributes).toEqual(
        [...always, 'Max-Age=600'].toSorted(),
      )

      const code = await world.codeTo(ana.email)
      const second = cookiesOf(await browser.post('/sign-in/second', { code, remember: 'yes' }))
      const device = [...second.keys()].find((name) => name.startsWith(`${prefix}device-`))!
      expect([...second.keys()].toSorted()).toEqual(
        [`${prefix}attempt`, device, `${prefix}session`].toSorted(),
      )
      expect(second.get(`${prefix}session`)!.value).toMatch(/^[0-9a-f]{32}\.[\w-]{43}$/)
      expect(second.get(`${prefix}session`)!.attributes).toEqual(always)
      expect(second.get(`${prefix}attempt`)).toEqual({
        value: '',
        attributes: [...always, 'Max-Age=0'].toSorted(),
      })
      expect(second.get(device)!.value).toMatch(/^[0-9a-f]{32}\.[\w-]{43}\.[\w-]{43}$/)
      expect(second.get(device)!.attributes).toEqual([...always, 'Max-Age=31536000'].toSorted())

      const language = cookiesOf(await browser.post('/language', { language: 'ar', to: '/' }))
      expect(language.get(`${prefix}language`)!.attributes).toEqual(
        [...always, 'Max-Age=31536000'].toSorted(),
      )
      const out = cookiesOf(await browser.post('/sign-out'))
      expect(out.get(`${prefix}session`)!.attributes).toEqual([...always, 'Max-Age=0'].toSorted())
    },
  )

story(
  'over https, a cookie of the plain name is nobody',
  { people: [ana], settings: https },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    expect(await whoIs(browser)).toBe(ana.email)
    browser.cookies.set('session', browser.cookies.get('__Host-session')!)
    browser.cookies.delete('__Host-session')
    expect(await whoIs(browser)).toBeNull()
  },
)

story(
  'each sign-in is a new session, and ends the one this browser held',
  { people: [ana, bob] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn(ana)
    const before = copyOf(world, browser)
    await browser.signIn(ana)
    expect(browser.cookies.get('session')).not.toBe(before.cookies.get('session'))
    expect(await whoIs(browser)).toBe(ana.email)
    expect(await whoIs(before)).toBeNull()

    const anas = copyOf(world, browser)
    await browser.signIn(bob)
    expect(await whoIs(browser)).toBe(bob.email)
    expect(await whoIs(anas)).toBeNull()
  },
)

story('a sign-in elsewhere ends nothing here', { people: [ana] }, async (world) => {
  const [here, there] = [world.visitor(), world.visitor()]
  await here.signIn()
  await there.signIn()
  expect(await whoIs(here)).toBe(ana.email)
  expect(await whoIs(there)).toBe(ana.email)
})

story(
  'the second step gives a token that was not there before it',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await protect(world, browser)
    const held = copyOf(world, browser)
    await browser.signIn()
    const planted = 'p'.repeat(43)
    browser.cookies.set('session', planted)
    const entered = await browser.post('/sign-in/second', { code: await world.codeTo(ana.email) })
    expect(placeOf(entered)).toBe('/account')
    expect([planted, held.cookies.get('session'), held.cookies.get('attempt')]).not.toContain(
      browser.cookies.get('session'),
    )
    expect(await whoIs(browser)).toBe(ana.email)
  },
)

story('sign-out ends the session, whoever holds a copy of it', { people: [ana] }, async (world) => {
  const browser = world.visitor()
  await browser.signIn()
  const copy = copyOf(world, browser)
  const other = world.visitor()
  await other.signIn()
  expect(placeOf(await browser.post('/sign-out'))).toBe('/sign-in?notice=signed_out')
  expect(browser.cookies.has('session')).toBe(false)
  expect(await whoIs(copy)).toBeNull()
  expect(placeOf(await copy.get('/account'))).toBe('/sign-in?to=%2Faccount')
  expect(await whoIs(other)).toBe(ana.email)
})

/** A second process of ours on the same database, which looks for nothing by itself. */
const besides = (world: World) => openWorld({ beside: world, given: { poll: DAY } })

story('who signs out in one process is signed out in all', { people: [ana] }, async (world) => {
  const second = await besides(world)
  const here = world.visitor()
  await here.signIn()
  const there = copyOf(second, here)
  expect(await whoIs(there)).toBe(ana.email)
  await here.post('/sign-out')
  expect(await whoIs(there)).toBeNull()
  await second.close()
})

story('a sign-in begun in one process ends in another', { people: [ana] }, async (world) => {
  const second = await besides(world)
  const here = world.visitor()
  await protect(world, here)
  await here.post('/sign-out')
  await here.signIn()
  const there = copyOf(second, here)
  await there.post('/sign-in/second', { code: await world.codeTo(ana.email) })
  expect(await whoIs(there)).toBe(ana.email)
  expect(await whoIs(copyOf(world, there))).toBe(ana.email)
  await second.close()
})

story('a session ends after 30 minutes without a page', { people: [ana] }, async (world) => {
  const browser = world.visitor()
  await browser.signIn()
  world.pass(30 * MINUTE - 1)
  expect((await browser.get('/account')).status).toBe(200)
  world.pass(30 * MINUTE - 1)
  expect(await whoIs(browser)).toBe(ana.email)
  world.pass(1)
  expect(await whoIs(browser)).toBeNull()
  expect(placeOf(await browser.get('/account/security'))).toBe('/sign-in?to=%2Faccount%2Fsecurity')
})

story(
  'asking whether somebody is signed in keeps no session alive',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    for (let minute = 1; minute < 30; minute++) {
      world.pass(MINUTE)
      expect(await whoIs(browser)).toBe(ana.email)
    }
    world.pass(MINUTE)
    expect(await whoIs(browser)).toBeNull()
  },
)

story('a session ends after 12 hours, used or not', { people: [ana] }, async (world) => {
  const browser = world.visitor()
  await browser.signIn()
  for (let half = 1; half < 48; half++) {
    world.pass(15 * MINUTE)
    expect((await browser.get('/account')).status).toBe(200)
  }
  world.pass(15 * MINUTE - 1)
  expect((await browser.get('/account')).status).toBe(200)
  world.pass(1)
  expect(await whoIs(browser)).toBeNull()
  expect((await browser.get('/account')).status).toBe(303)
})

story(
  'how long a session lives is a setting',
  { people: [ana], settings: { SESSION_IDLE_MINUTES: '2', SESSION_HOURS: '1' } },
  async (world) => {
    const [idle, busy] = [world.visitor(), world.visitor()]
    await idle.signIn()
    await busy.signIn()
    for (let minute = 1; minute < 60; minute++) {
      world.pass(MINUTE)
      expect((await busy.get('/account')).status).toBe(200)
      expect(await whoIs(idle)).toBe(minute < 2 ? ana.email : null)
    }
    world.pass(MINUTE)
    expect(await whoIs(busy)).toBeNull()
  },
)

story('a token that is not whole is nobody', { people: [ana] }, async (world) => {
  const browser = world.visitor()
  await browser.signIn()
  const token = browser.cookies.get('session')!
  const before = await kept(world)
  for (const wrong of ['', 'x', token.slice(1), `${token}x`, token.toLowerCase(), `${token}%00`]) {
    browser.cookies.set('session', wrong)
    expect(await whoIs(browser), wrong).toBeNull()
    expect((await browser.get('/account')).status).toBe(303)
    expect((await browser.post('/sign-out')).status).toBe(303)
  }
  expect(await kept(world)).toEqual(before)
  browser.cookies.set('session', token)
  expect(await whoIs(browser)).toBe(ana.email)
})

story(
  'nothing of a dead session can be used: every page and every form',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    world.pass(HOUR)
    const before = await kept(world)
    const pages = ['', '/security', '/security/code', '/security/codes']
    for (const page of pages)
      expect(placeOf(await browser.get(`/account${page}`)), page).toMatch(/^\/sign-in\?to=/)
    const door = '/sign-in?notice=sign_in_first'
    const forms = [
      'protect',
      'unprotect',
      'recovery-codes',
      'code',
      'send',
      'codes',
      'confirm',
      'cancel',
    ]
    for (const form of forms)
      expect(placeOf(await browser.post(`/account/security/${form}`)), form).toBe(door)
    expect(placeOf(await browser.post('/account', { name: 'Eve' }))).toBe(door)
    expect(await kept(world)).toEqual(before)
    const referer = `${world.url}/account/security/code?with=recovery`
    const back = placeOf(await browser.post('/account/security/code', { code: '1' }, { referer }))!
    const said = new URL(back, world.url).searchParams
    expect(said.get('to')).toBe('/account/security/code?with=recovery')
    expect(await (await browser.get(back)).text()).toContain(
      asHtml(textsOf('en').problems.sign_in_first),
    )
  },
)
