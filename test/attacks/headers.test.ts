import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listen, type Listening } from '../../src/listen.ts'
import { createListener } from '../../src/server.ts'
import { ana, openWorld, type Visitor, type World } from '../world.ts'

// Written out, so that none of it changes by the way.
const fixed = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; " +
    "require-trusted-types-for 'script'; trusted-types 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), browsing-topics=()',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex',
}
const page = { 'content-type': 'text/html; charset=utf-8' }
const json = { 'content-type': 'application/json' }
const forEver = { 'cache-control': 'public, max-age=31536000, immutable' }
// Its number is another each time; the rest of the answer is not.
const numbered = { ...page, 'x-request-id': expect.stringMatching(/^[\da-f-]{36}$/) }

type Answer = [
  what: string,
  ask: (browser: Visitor) => Promise<Response>,
  status: number,
  own: Record<string, unknown>,
]
const answers: Answer[] = [
  ['a page', (browser) => browser.get('/sign-in'), 200, page],
  ['a redirect', (browser) => browser.get('/'), 303, { location: '/sign-in' }],
  ['a form that is refused', (browser) => browser.signIn({ ...ana, password: 'x' }), 401, page],
  ['JSON', (browser) => browser.get('/health'), 200, json],
  ['JSON that says no', (browser) => browser.get('/session'), 401, json],
  [
    'the style',
    (browser) => browser.get('/static/style.css'),
    200,
    { 'content-type': 'text/css; charset=utf-8', ...forEver },
  ],
  [
    'the script',
    (browser) => browser.get('/static/script.js'),
    200,
    { 'content-type': 'text/javascript; charset=utf-8', ...forEver },
  ],
  ['a 404', (browser) => browser.get('/nowhere'), 404, numbered],
  [
    'a 404 in JSON',
    (browser) => browser.get('/nowhere', { accept: 'application/json' }),
    404,
    { ...numbered, ...json },
  ],
  ['a 405', (browser) => browser.post('/outbox'), 405, { ...numbered, allow: 'GET, HEAD' }],
  [
    'a 403',
    (browser) => browser.post('/sign-in', {}, { origin: 'https://evil.example' }),
    403,
    numbered,
  ],
  ['a 413', (browser) => browser.post('/sign-in', { x: 'x'.repeat(70_000) }), 413, numbered],
  ['a 415', (browser) => browser.post('/sign-in', {}, { 'content-type': 'a/b' }), 415, numbered],
  ['a 421', (browser) => browser.get('/sign-in', { host: 'evil.example' }), 421, numbered],
]

const origins = [
  ['http', 'http://localhost:8484', {}],
  [
    'https',
    'https://id.example.com',
    { 'strict-transport-security': 'max-age=63072000; includeSubDomains' },
  ],
] as const

for (const [scheme, url, more] of origins)
  describe(`over ${scheme}`, () => {
    let world: World
    let listening: Listening
    beforeAll(async () => {
      const settings = { PUBLIC_URL: url, ALLOW_NO_MAIL: 'yes' }
      world = await openWorld({ people: [ana], settings })
      const answer = createListener(world.app, world.opened.render)
      listening = await listen({ ...world.config, host: '127.0.0.1', port: 0 }, answer)
    })
    afterAll(async () => {
      await listening.close()
      await world.close()
    })

    for (const [what, ask, status, own] of answers)
      test(`H-07, H-10, H-11: ${what} carries exactly these headers`, async () => {
        const answer = await ask(world.visitor())
        expect(answer.status).toBe(status)
        expect(Object.fromEntries(answer.headers)).toEqual({ ...fixed, ...more, ...own })
      })

    test('H-07, H-10, H-11: signing in adds cookies to them, and takes nothing away', async () => {
      const answer = await world.visitor().signIn()
      expect(answer.status).toBe(303)
      const { 'set-cookie': _, ...headers } = Object.fromEntries(answer.headers)
      expect(answer.headers.getSetCookie().length).toBeGreaterThan(1)
      expect(headers).toEqual({ ...fixed, ...more, location: '/account' })
    })

    // `/session` has a way of its own to answer on the wire.
    test('H-10: /session carries them on the wire too', async () => {
      const answer = await fetch(`http://127.0.0.1:${listening.port}/session`)
      expect(answer.status).toBe(401)
      const wire = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding']
      const headers = [...answer.headers].filter(([name]) => !wire.includes(name))
      expect(Object.fromEntries(headers)).toEqual({ ...fixed, ...more, ...json })
    })
  })
