import { expect } from 'vitest'
import { textsOf } from '../../src/pages/texts/all.ts'
import { ana, bob, MINUTE, protect, type World } from '../world.ts'
import {
  asHtml,
  codeFor,
  eventsOf,
  hiddenFields,
  kept,
  placeOf,
  story,
  whoIs,
  whole,
} from './story.ts'

const { problems } = textsOf('en')

story(
  'without protection, the password leads to where the person was going',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    const asked = await browser.get('/account/security?notice=saved')
    expect(placeOf(asked)).toBe('/sign-in?to=%2Faccount%2Fsecurity%3Fnotice%3Dsaved')
    const form = hiddenFields(await (await browser.get(placeOf(asked)!)).text(), '/sign-in')
    expect(form).toEqual({ to: '/account/security?notice=saved' })
    const entered = await browser.post('/sign-in', {
      login: ana.email,
      password: ana.password,
      ...form,
    })
    expect(placeOf(entered)).toBe('/account/security?notice=saved')
    expect((await browser.get(placeOf(entered)!)).status).toBe(200)
    expect(placeOf(await browser.get('/sign-in?to=/account/security'))).toBe('/account/security')
  },
)

story(
  'with protection, the code leads to where the person was going',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await protect(world, browser)
    await browser.post('/sign-out')
    const to = '/account/security'
    const first = await browser.post('/sign-in', { login: ana.email, password: ana.password, to })
    expect(placeOf(first)).toBe('/sign-in/second')
    expect(await whoIs(browser)).toBeNull()
    expect(placeOf(await browser.get(to))).toBe('/sign-in?to=%2Faccount%2Fsecurity')
    const second = await browser.post('/sign-in/second', { code: await world.codeTo(ana.email) })
    expect(placeOf(second)).toBe(to)
    expect(await whoIs(browser)).toBe(ana.email)
  },
)

const tricks = [
  'https://evil.example',
  'http://localhost:8484/account',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/.//evil.example',
  '/account/..//evil.example',
  '/%2fevil.example',
  '/%5cevil.example',
  '/%0d%0aSet-Cookie:x=y',
  'javascript:alert(1)',
  'data:text/html,x',
  'account',
  '/sign-in',
  '/sign-in/second',
  '/Sign-Out',
  '/%73ign-in',
  '/setup?token=x',
  `/${'a'.repeat(600)}`,
]

story(
  'the way after sign-in never leads to another site, or in a circle',
  { people: [ana] },
  async (world) => {
    for (const [at, to] of tricks.entries()) {
      const browser = world.visitor({ address: `192.0.2.${at + 10}` })
      const page = await (await browser.get(`/sign-in?to=${encodeURIComponent(to)}`)).text()
      expect(hiddenFields(page, '/sign-in'), to).toEqual({})
      const form = { login: ana.email, password: ana.password, to }
      expect(placeOf(await browser.post('/sign-in', form)), to).toBe('/account')
      expect(placeOf(await browser.get(`/sign-in?to=${encodeURIComponent(to)}`)), to).toBe(
        '/account',
      )
    }
  },
)

story(
  'a wrong password and an account that does not exist get the same answer',
  { people: [ana, bob] },
  async (world) => {
    await protect(world, world.visitor(), bob)
    const before = await kept(world)
    const answerTo = async (login: string, address: string) => {
      const browser = world.visitor({ address })
      const response = await browser.post('/sign-in', { login, password: 'not the right one' })
      const said = await whole(response)
      return { ...said, body: said.body.replaceAll(asHtml(login), 'LOGIN') }
    }
    const wrong = await answerTo(ana.email, '192.0.2.20')
    expect(wrong.status).toBe(401)
    expect(wrong.body).toContain(asHtml(problems.wrong_password))
    expect(wrong.headers.some(([name]) => name === 'set-cookie')).toBe(false)
    for (const [at, login] of [bob.email, 'nobody@example.com', 'no address', '@'].entries())
      expect(await answerTo(login, `192.0.2.${21 + at}`), login).toEqual(wrong)

    expect(await kept(world)).toEqual(before)
    expect(placeOf(await world.visitor().signIn(ana))).toBe('/account')
  },
)

story(
  'an account that does not exist is slowed down like one that does',
  { people: [ana] },
  async (world) => {
    const answersTo = async (login: string, net: string) => {
      const answers = []
      for (let turn = 0; turn < 12; turn++) {
        const browser = world.visitor({ address: `${net}.${turn}` })
        const response = await browser.post('/sign-in', { login, password: 'not the right one' })
        const wait = response.headers.get('retry-after')
        const said = await whole(response)
        answers.push({ ...said, wait, body: said.body.replaceAll(login, 'LOGIN') })
      }
      return answers
    }
    const known = await answersTo(ana.email, '198.51.100')
    expect(known.map(({ status }) => status)).toEqual([...Array(10).fill(401), 429, 429])
    expect(await answersTo('ann@example.com', '203.0.113')).toEqual(known)
  },
)

story(
  'login and password are compared as the person means them',
  { people: [{ ...ana, password: 'crème brûlée 12' }] },
  async (world) => {
    const password = 'crème brûlée 12'
    for (const email of ['ANA@example.com', ' ana@EXAMPLE.com '])
      expect(placeOf(await world.visitor().signIn({ email, password })), email).toBe('/account')
    const apart = { email: ana.email, password: password.normalize('NFD') }
    expect(placeOf(await world.visitor().signIn(apart))).toBe('/account')
    for (const wrong of [password.toUpperCase(), `${password} `, ` ${password}`, 'creme brulee 12'])
      expect((await world.visitor().signIn({ email: ana.email, password: wrong })).status).toBe(401)
  },
)

const hashOf = async (world: World) =>
  (await world.app.db.selectFrom('accounts').select('passwordHash').executeTakeFirstOrThrow())
    .passwordHash

story(
  'a password is hashed anew at the next sign-in when it should cost more',
  { people: [ana] },
  async (world) => {
    const { passwordHasher } = await import('../../src/lib/password.ts')
    const old = await passwordHasher({ memory: 16, passes: 1 }, { parallel: 1, queue: 1 })
    const passwordHash = (await old.hash(ana.password))!
    await world.app.db.updateTable('accounts').set({ passwordHash }).execute()

    await world.visitor().signIn({ ...ana, password: 'not the right one' })
    expect(await hashOf(world)).toBe(passwordHash)
    expect(placeOf(await world.visitor().signIn(ana))).toBe('/account')
    const anew = await hashOf(world)
    expect(anew).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$/)
    expect(placeOf(await world.visitor().signIn(ana))).toBe('/account')
    expect(await hashOf(world)).toBe(anew)
  },
)

// A hash that takes long enough for the others to arrive meanwhile.
const slow = { memory: 64 * 1024, passes: 3 }

story(
  'when too many hashes are waiting, the answer is to come back later',
  {
    people: [ana],
    settings: { PASSWORD_PARALLEL: '1', PASSWORD_QUEUE: '0' },
    given: { cost: slow },
  },
  async (world) => {
    const browsers = Array.from({ length: 5 }, () => world.visitor())
    const answers = await Promise.all(browsers.map((browser) => browser.signIn()))
    const busy = answers.filter(({ status }) => status === 503)
    const entered = answers.filter(({ status }) => status === 303)
    expect(busy.length).toBeGreaterThan(0)
    expect(entered.length).toBe(answers.length - busy.length)
    expect(await eventsOf(world, 'signed_in')).toHaveLength(entered.length)
    for (const answer of busy) {
      expect(await answer.text()).toContain(asHtml(problems.busy))
      expect(answer.headers.getSetCookie()).toEqual([])
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d?$/)
    }
  },
)

story(
  'starting again ends what was begun: its code works no longer',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await protect(world, browser)
    await browser.post('/sign-out')
    const code = await codeFor(world, browser)
    const attempt = browser.cookies.get('attempt')!
    expect(placeOf(await browser.post('/sign-in/cancel'))).toBe('/sign-in')
    expect(browser.cookies.has('attempt')).toBe(false)
    browser.cookies.set('attempt', attempt)
    expect((await browser.post('/sign-in/second', { code })).status).toBe(401)
    expect(await whoIs(browser)).toBeNull()
  },
)

story('an attempt to sign in may take ten minutes', { people: [ana] }, async (world) => {
  const browser = world.visitor()
  const codes = await protect(world, browser)
  const enter = async (after: number, code: string) => {
    await browser.post('/sign-out')
    await browser.signIn()
    const attempt = browser.cookies.get('attempt')!
    world.pass(after)
    browser.cookies.set('attempt', attempt)
    return browser.post('/sign-in/second', { code, with: 'recovery' })
  }
  expect((await enter(10 * MINUTE, codes[0]!)).status).toBe(401)
  expect(await whoIs(browser)).toBeNull()
  expect((await enter(10 * MINUTE - 1, codes[0]!)).status).toBe(303)
  expect(await whoIs(browser)).toBe(ana.email)
})

story('without an attempt there is no second step', { people: [ana] }, async (world) => {
  const browser = world.visitor()
  await protect(world, browser)
  await browser.post('/sign-out')
  for (const attempt of [null, '', 'x', 'x'.repeat(43)]) {
    browser.cookies.clear()
    if (attempt !== null) browser.cookies.set('attempt', attempt)
    expect(placeOf(await browser.get('/sign-in/second'))).toBe('/sign-in')
    expect(placeOf(await browser.post('/sign-in/second', { code: '123456' }))).toBe('/sign-in')
    expect(placeOf(await browser.post('/sign-in/second/send'))).toBe('/sign-in')
    expect(await whoIs(browser)).toBeNull()
  }
})
