import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { listen } from '../../src/listen.ts'
import { createListener } from '../../src/server.ts'
import { ana, openWorld, type World } from '../world.ts'

const worlds: World[] = []
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close()
})

/** A server, and each line of its log that is about a request, from a level on. */
async function listened(level: 'debug' | 'info') {
  const lines: Record<string, unknown>[] = []
  const write = (line: string) => void lines.push(JSON.parse(line))
  const log = pino({ level, base: null }, { write })
  const world = await openWorld({ people: [ana], given: { log } })
  worlds.push(world)
  return { world, requests: () => lines.filter(({ msg }) => msg === 'request') }
}

const INFO = 30
const DEBUG = 20
const line = (level: number, method: string, route: string, status: number) => ({
  level,
  time: expect.any(Number),
  requestId: expect.stringMatching(/^[\da-f-]{36}$/),
  method,
  route,
  status,
  ms: expect.any(Number),
  msg: 'request',
})

test('each request is one line at info: where to, how, what came of it, and its number', async () => {
  const { world, requests } = await listened('info')
  const browser = world.visitor()
  await browser.get('/sign-in?to=/account')
  await browser.signIn({ ...ana, password: 'not the right one' })
  await browser.signIn()
  await browser.send('/account', { method: 'HEAD' })
  await browser.get('/static/style.css')
  await browser.post('/account', { unknown: 'x' })
  await browser.post('/sign-out', {}, { origin: 'https://evil.example' })
  await browser.send('/account', { method: 'DELETE', headers: { origin: world.url } })
  await browser.get('/account', { host: 'evil.example' })
  await browser.get(`/api/v1/accounts/${'0'.repeat(32)}`)
  const nowhere = await browser.get('/no/such/page')

  expect(requests()).toEqual([
    line(INFO, 'GET', '/sign-in', 200),
    line(INFO, 'POST', '/sign-in', 401),
    line(INFO, 'POST', '/sign-in', 303),
    line(INFO, 'HEAD', '/account', 200),
    line(INFO, 'GET', '/static/style.css', 200),
    line(INFO, 'POST', '/account', 400),
    line(INFO, 'POST', '/sign-out', 403),
    line(INFO, 'DELETE', '/account', 405),
    line(INFO, 'GET', '/account', 421),
    line(INFO, 'GET', '/api/v1/accounts/:id', 401),
    line(INFO, 'GET', 'unknown', 404),
  ])
  const numbers = requests().map(({ requestId }) => requestId)
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(numbers.at(-1)).toBe(nowhere.headers.get('x-request-id'))
})

const forPrograms = [
  ['/session', 401],
  ['/health', 200],
  ['/ready', 200],
  ['/metrics', 200],
] as const

test('what programs ask again and again is a line only for who looks closely', async () => {
  for (const level of ['info', 'debug'] as const) {
    const { world, requests } = await listened(level)
    const program = world.visitor({ address: '127.0.0.1' })
    for (const [path] of forPrograms) await program.get(path)
    const lines = forPrograms.map(([path, status]) => line(DEBUG, 'GET', path, status))
    expect(requests()).toEqual(level === 'info' ? [] : lines)
  }
})

// `/session` has a way of its own to answer on the wire.
test('so is /session on the wire', async () => {
  for (const level of ['info', 'debug'] as const) {
    const { world, requests } = await listened(level)
    const answer = createListener(world.app, world.opened.render)
    const listening = await listen({ ...world.config, host: '127.0.0.1', port: 0 }, answer)
    await (await fetch(`http://127.0.0.1:${listening.port}/session`)).text()
    await listening.close()
    const seen = { level: DEBUG, method: 'GET', route: '/session', status: 401 }
    expect(requests()).toMatchObject(level === 'info' ? [] : [seen])
  }
})
