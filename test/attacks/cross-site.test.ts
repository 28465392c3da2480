import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RECEIPTS } from '../../src/http/receipt-path.ts'
import { ana, openWorld, protect, type Visitor, type World } from '../world.ts'
import { codeFor, expectNoChange, routesOf } from './tools.ts'

const PLAIN = 'application/x-www-form-urlencoded'
const OWN = 'http://localhost:8484'

// Where a request that was not made by a page of ours says it comes from.
const strangers: [what: string, headers: Record<string, string>][] = [
  ['says nothing', {}],
  ['comes from another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['comes from another site, by origin', { origin: 'https://evil.example' }],
  ['comes from another site, by browser', { 'sec-fetch-site': 'cross-site' }],
  ['comes from a sibling', { origin: 'https://a.localhost', 'sec-fetch-site': 'same-site' }],
  ['comes from a sibling, by browser', { 'sec-fetch-site': 'same-site' }],
  ['comes from nowhere', { origin: 'null' }],
  ['comes from nowhere, by a browser', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['comes from nowhere, on our page', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
  ['was typed in', { 'sec-fetch-site': 'none' }],
  [
    'has a false origin and a right browser',
    { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
  ],
  ['has a right origin and a false browser', { origin: OWN, 'sec-fetch-site': 'cross-site' }],
  ['has our name in its name', { origin: 'http://localhost.evil.example:8484' }],
  ['has our name before its own', { origin: 'http://localhost:8484@evil.example' }],
  ['has our name after its own', { origin: 'http://evil.example#localhost:8484' }],
  ['has two origins', { origin: `${OWN}, https://evil.example` }],
  ['has https where we have http', { origin: 'https://localhost:8484' }],
  ['is a file', { origin: 'file://' }],
  ['has no origin but a page of ours before it', { referer: `${OWN}/account` }],
  ['says what no browser says', { 'sec-fetch-site': 'same-origin-ish', origin: OWN }],
]

// Programs reach these by whatever name. A page of another name gets no cookie of ours to show here.
const forPrograms = ['/session', '/health', '/ready', '/metrics', RECEIPTS]

// What would do something, if it came from us.
const forms: Record<string, Record<string, string>> = {
  '/setup': { ...ana, token: 'x' },
  '/sign-in': { login: ana.email, password: ana.password },
  '/account': { name: 'Eve', country: 'PT', language: 'en', phone: '' },
  '/account/security/confirm': { saved: 'yes' },
  '/language': { language: 'ar', to: '/' },
}

describe('a browser that is signed in', () => {
  let world: World
  let browser: Visitor
  const pages = () => routesOf(world, 'GET')
  // Gateways post from elsewhere, to addresses only they know: test/stories/receipts.test.ts.
  const targets = () => routesOf(world, 'POST').filter((path) => path !== RECEIPTS)

  beforeAll(async () => {
    world = await openWorld({ people: [ana] })
    browser = world.visitor()
    await protect(world, browser)
    await browser.post('/account/security/recovery-codes')
    await browser.post('/account/security/code', { code: await codeFor(world, browser) })
    world.pass(31_000)
  })
  afterAll(() => world.close())

  for (const [what, headers] of strangers)
    test(`H-01, H-02, H-04, H-05: a form that ${what} is refused everywhere, and nothing changes`, async () => {
      await expectNoChange(world, async () => {
        for (const path of targets()) {
          const answer = await browser.send(path, {
            method: 'POST',
            headers: { 'content-type': PLAIN, ...headers },
            body: new URLSearchParams(forms[path] ?? {}).toString(),
          })
          expect(`${path}: ${answer.status}`).toBe(`${path}: 403`)
          expect(answer.headers.getSetCookie()).toEqual([])
        }
      }, [])
    })

  const ours = { 'content-type': PLAIN, origin: OWN, 'sec-fetch-site': 'same-origin' }

  test('H-01: fetching what is only posted to does nothing', async () => {
    for (const path of targets().filter((each) => !pages().includes(each)))
      for (const method of ['GET', 'HEAD']) {
        const work = () => browser.send(path, { method, headers: ours })
        const answer = await expectNoChange(world, work, [])
        expect(`${method} ${path}: ${answer.status}`).toBe(`${method} ${path}: 405`)
        expect(answer.headers.get('allow')).toBe('POST')
      }
  })

  test('H-01: a page that is fetched changes nothing, however often', async () => {
    await expectNoChange(world, async () => {
      for (const path of pages())
        for (const method of ['GET', 'HEAD', 'GET'])
          expect((await browser.send(path, { method })).status).toBeLessThan(500)
    }, [])
  })

  test('H-01: other methods are refused everywhere, and nothing changes', async () => {
    await expectNoChange(world, async () => {
      for (const path of new Set([...pages(), ...targets(), '/nowhere']))
        for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY']) {
          const { status } = await browser.send(path, { method, headers: ours })
          expect(`${method} ${path}: ${status}`).toMatch(/: (404|405)$/)
          const foreign = { origin: 'https://evil.example' }
          const answer = await browser.send(path, { method, headers: foreign })
          expect(answer.status).toBe(403)
        }
    }, [])
  })

  test('H-01: a method in a form or a header is not the method', async () => {
    const tricks = { 'x-http-method-override': 'POST', 'x-method-override': 'POST' }
    for (const path of targets()) {
      const work = () => browser.get(`${path}?_method=POST`, tricks)
      const { headers } = await expectNoChange(world, work, [])
      // That one says what a browser may be asked for a passkey, and only a GET does.
      const set = path === '/sign-in/passkey' ? ['passkey'] : []
      const names = headers.getSetCookie().map((line) => line.split('=')[0])
      expect([path, names]).toEqual([path, set])
    }
  })

  test('H-13: nothing is shared with another origin', async () => {
    for (const path of pages()) {
      const { headers } = await browser.get(path, { origin: 'https://evil.example' })
      const shared = [...headers.keys()].filter((name) => name.startsWith('access-control'))
      expect(shared).toEqual([])
    }
  })

  test('H-07, H-11: every answer, also a refusal, carries the headers that keep others out', async () => {
    const answers = [
      ...(await Promise.all(pages().map((path) => browser.get(path)))),
      await browser.get('/nowhere'),
      await browser.send('/sign-in', { method: 'DELETE' }),
      await browser.send('/sign-in', { method: 'POST' }),
      await browser.get('/account', { host: 'evil.example' }),
      await browser.post('/sign-in', { x: '1' }),
    ]
    for (const { headers, status } of answers) {
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('content-security-policy')).not.toContain('unsafe')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      const isFile = headers.get('cache-control')?.includes('immutable')
      if (!isFile) expect([status, headers.get('cache-control')]).toEqual([status, 'no-store'])
    }
  })

  test('H-10: a path that a cache takes for a file is no page', async () => {
    const paths = [
      '/account/x.css',
      '/account/.css',
      '/account;.js',
      '/account;x=y.css',
      '/account%2fx.css',
      '/account%2f..%2fa.css',
      '/account%3fx.css',
      '/account%23x.css',
      '/account%00.css',
      '/account%0a.css',
      '/account/',
      '/account//',
      '//account',
      '/account/security.css',
      '/static/..%2faccount',
      '/static/%2e%2e%2fkey',
      '/static/..%5c..%5ckey',
      '/ACCOUNT',
    ]
    for (const path of paths) {
      const answer = await browser.get(path)
      expect(`${path}: ${answer.status}`).toBe(`${path}: 404`)
      expect(await answer.text()).not.toContain(ana.name)
    }
  })

  test('H-10: a name that is not ours gets nothing, so nobody can point one at us', async () => {
    const hosts = [
      'evil.example',
      'evil.example:8484',
      'localhost.evil.example',
      'localhost:8484@evil.example',
      'evil.example#localhost',
      'localhost:8484, evil.example',
      '192.0.2.1',
      '[::ffff:192.0.2.1]',
      '0.0.0.0',
      '',
      ' ',
    ]
    for (const host of hosts)
      for (const path of pages().filter((each) => !forPrograms.includes(each))) {
        const { status } = await browser.get(path, { host })
        expect(`${host}${path}: ${status}`).toBe(`${host}${path}: 421`)
      }
    const post = () => browser.post('/sign-out', {}, { host: 'evil.example' })
    expect((await expectNoChange(world, post, [])).status).toBe(421)
  })
})
