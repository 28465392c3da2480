import fc from 'fast-check'
import { expect, test } from 'vitest'
import { databases } from '../setup/databases.ts'
import { ana, MINUTE, openWorld, protect, type Visitor, type World } from '../world.ts'
import { codeFor, routesOf } from './tools.ts'

// Requests at random, half of them nearly right: whatever comes in, we answer, and never with a
// fault of ours.

const naughty = [
  '',
  ' ',
  '\u0000',
  'null',
  'undefined',
  'NaN',
  '[object Object]',
  '__proto__',
  'constructor',
  "' or 1=1 --",
  '%00',
  '%',
  '${x}',
  '../../etc/passwd',
  '\ud800',
  '\ufeff',
  '\u202eabc',
  '𝒜𝓃𝒶',
  '-1',
  '0x10',
  '1e309',
  '9'.repeat(64),
  'A'.repeat(2000),
  '\r\nSet-Cookie: x=y',
  '/account',
  '//evil.example',
]
const fields = ['login', 'password', 'code', 'with', 'remember', 'saved', 'token', 'email', 'name']
const more = ['country', 'language', 'phone', 'to', 'code[]', 'constructor', '__proto__', '']
const right: Record<string, string[]> = {
  login: [ana.email],
  password: [ana.password],
  with: ['recovery'],
  remember: ['yes'],
  saved: ['yes'],
  email: [ana.email],
  name: [ana.name],
  country: ['PT', 'GB'],
  language: ['en', 'ar', 'zh-CN'],
  phone: ['', '+351 912 345 678'],
  to: ['/account'],
}

const text = fc.oneof(
  fc.constantFrom(...naughty),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
)
const field = fc
  .constantFrom(...fields, ...more)
  .chain((name) =>
    fc.tuple(
      fc.constant(name),
      fc.oneof(fc.constantFrom(...(Object.hasOwn(right, name) ? right[name]! : [''])), text),
    ),
  )
const header = fc.tuple(
  fc.constantFrom(
    'x-forwarded-for',
    'accept-language',
    'user-agent',
    'accept',
    'content-type',
    'cookie',
    'referer',
    'authorization',
    'if-none-match',
    'range',
    'x-request-id',
    'content-length',
  ),
  // What a header may hold at all: no line breaks, nothing beyond a byte.
  text.map((value) => value.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '')),
)
const cookie = fc.record({
  name: fc.constantFrom('session', 'attempt', 'language', 'device-x', 'device-'),
  value: text.map((value) => value.replaceAll(/[^\x21-\x7e]|;/g, '')),
})

const request = (paths: readonly string[]) =>
  fc.record({
    path: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...paths) },
      { weight: 1, arbitrary: text.map((each) => `/${encodeURIComponent(each.toWellFormed())}`) },
    ),
    query: fc.option(fc.tuple(fc.constantFrom('to', 'with', 'notice', 'token'), text)),
    method: fc.constantFrom('GET', 'POST', 'POST', 'POST', 'HEAD', 'PUT'),
    form: fc.uniqueArray(field, { maxLength: 7, selector: ([name]) => name }),
    headers: fc.array(header, { maxLength: 2 }),
    cookie: fc.option(cookie, { freq: 3 }),
    who: fc.nat(3),
  })

/** A stranger, somebody half-way, somebody signed in, somebody who is switching something. */
async function people(world: World): Promise<Visitor[]> {
  const [stranger, half, inside, changing] = Array.from({ length: 4 }, (_, index) =>
    world.visitor({ address: `198.51.100.${index}` }),
  ) as [Visitor, Visitor, Visitor, Visitor]
  await half.signIn()
  for (const each of [inside, changing]) {
    await each.signIn()
    await each.post('/sign-in/second', { code: await codeFor(world, each) })
  }
  await changing.post('/account/security/recovery-codes')
  await changing.post('/account/security/code', { code: await codeFor(world, changing) })
  return [stranger, half, inside, changing]
}

const wide = Object.fromEntries(
  [
    'SECOND_STEP_FAILURES_5_MINUTES',
    'SECOND_STEP_FAILURES_DAY',
    'SECOND_STEP_ADDRESS_FAILURES_5_MINUTES',
    'SECOND_STEP_ADDRESS_FAILURES_HOUR',
    'MAILS_HOUR',
    'MAILS_DAY',
    'NEW_EMAIL_CODES_DAY',
    'ADDRESS_SENDS_5_MINUTES',
    'PASSWORD_FAILURES_5_MINUTES',
    'PASSWORD_ADDRESS_FAILURES_5_MINUTES',
    'PASSWORD_ADDRESS_REQUESTS_MINUTE',
    'ADDRESS_REQUESTS_5_MINUTES',
  ].map((name) => [name, '100000']),
)

for (const { name } of databases)
  test(`${name}: P-08: whatever is sent to whatever address, the answer is never a fault of ours`, async () => {
    const settings = { ...wide, TRUSTED_PROXIES: '198.51.100.0/24' }
    const world = await openWorld({ database: name, people: [ana], settings })
    const setUp = world.visitor()
    await protect(world, setUp)
    const paths = [...routesOf(world, 'GET'), ...routesOf(world, 'POST')]
    for (let round = 1; round <= 4; round++) {
      const visitors = await people(world)
      await fc.assert(
        fc.asyncProperty(
          request(paths),
          async ({ path, query, method, form, headers, cookie, who }) => {
            const visitor = visitors[who]!
            const kept = new Map(visitor.cookies)
            if (cookie) visitor.cookies.set(cookie.name, cookie.value)
            const search = query ? `?${new URLSearchParams([query]).toString()}` : ''
            const answer = await visitor.send(path + search, {
              method,
              headers: {
                origin: world.url,
                'sec-fetch-site': 'same-origin',
                'content-type': 'application/x-www-form-urlencoded',
                ...Object.fromEntries(headers),
              },
              ...(['GET', 'HEAD'].includes(method)
                ? {}
                : { body: new URLSearchParams(form).toString() }),
            })
            if (cookie) {
              visitor.cookies.clear()
              for (const [each, value] of kept) visitor.cookies.set(each, value)
            }
            expect(answer.status).toBeLessThan(500)
            const location = answer.headers.get('location')
            if (location !== null) expect(location).toMatch(/^\/(?!\/)/)
            world.pass(50)
          },
        ),
        { numRuns: 150, seed: 2026 + round },
      )
      world.pass(MINUTE)
    }
    expect((await world.visitor().get('/ready')).status).toBe(200)
    expect((await world.visitor().signIn()).headers.get('location')).toMatch(
      /^\/(sign-in\/second|account)$/,
    )
    await world.close()
  })
