import { sql } from 'kysely'
import { pino } from 'pino'
import { errors } from 'smpp/lib/defs.js'
import { expect, onTestFinished } from 'vitest'
import type { App } from '../../src/app.ts'
import type { Gateway } from '../../src/delivery/gateway.ts'
import { parseRecipe } from '../../src/delivery/recipe.ts'
import { receiptToken } from '../../src/delivery/receipts.ts'
import { sealGateway } from '../../src/delivery/linked.ts'
import { systemRandom } from '../../src/lib/random.ts'
import { insertMessage } from '../../src/store/messages.ts'
import { insertRoute } from '../../src/store/routes.ts'
import { insertSending } from '../../src/store/sendings.ts'
import { expectNoChange } from '../attacks/tools.ts'
import { startSmsCentre } from '../setup/sms-centre.ts'
import { ana, protect, type World } from '../world.ts'
import { story } from './story.ts'

const read = parseRecipe({
  title: 'Test',
  method: 'POST',
  url: 'https://sms.example/send',
  form: { key: '{{secret.key}}', to: '{{to}}', text: '{{text}}' },
  ok: { status: [200] },
  receipt: {
    id: 'id',
    status: 'state',
    map: { delivered: 'delivered', failed: 'failed', underway: 'underway' },
    reason: 'reason',
  },
  secrets: ['key'],
})
if ('problem' in read) throw new Error(`${read.problem} at ${read.at}`)
const { recipe } = read

const gateways = {
  http: { kind: 'http', recipe, from: 'x', secrets: { key: 'not to be seen' } },
  smtp: { kind: 'smtp', host: 'x', port: 25, security: 'off', user: '', password: '' },
} as const

async function link(
  { app }: World,
  kind: Gateway['kind'],
  gateway: Gateway = gateways[kind as 'http' | 'smtp'],
): Promise<void> {
  await insertRoute(app.db, {
    id: kind,
    by: kind === 'smtp' ? 'email' : 'sms',
    name: kind,
    place: 1,
    countries: null,
    prices: '{}',
    sealed: sealGateway(app.keys, systemRandom, kind, gateway),
    version: 1,
    createdAt: app.now(),
  })
}

/** A gateway that is linked, with a message it has taken. Gives its address. */
async function linked(world: World): Promise<string> {
  await link(world, 'http')
  const { db, keys } = world.app
  const id = 'http'
  const now = world.now()
  const about = { accountId: 'x', country: 'PT' }
  const what = { attemptId: null, by: 'sms', recipient: '+351912345678', kind: 'code' } as const
  const times = { createdAt: now, expiresAt: now + 300_000 }
  await insertMessage(db, { id: 'm', ...about, ...what, body: 'x', ...times })
  await db.updateTable('messages').set({ body: null, acceptedAt: now, route: id }).execute()
  const whose = { ...about, messageId: 'm', by: 'sms', route: id, routeName: id }
  await insertSending(db, { id: 's', ...whose, parts: 1, cost: 0, begunAt: now })
  await db.updateTable('sendings').set({ gatewayId: 'theirs-1', acceptedAt: now }).execute()
  return `/receipts/${receiptToken(keys, id)}`
}

const message = ({ app }: World) =>
  app.db.selectFrom('messages').selectAll().where('id', '=', 'm').executeTakeFirstOrThrow()

const post = (world: World, path: string, told: unknown) =>
  world.visitor().send(path, { method: 'POST', body: JSON.stringify(told) })

const delivered = { id: 'theirs-1', state: 'delivered' }

story(
  'a gateway posts a receipt, from nowhere and with no type, and it counts',
  {},
  async (world) => {
    const path = await linked(world)
    world.pass(4000)
    const answer = await post(world, path, [delivered, { nonsense: true }])
    expect([answer.status, await answer.text()]).toEqual([200, 'ok'])
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await message(world)).toMatchObject({ deliveredAt: world.now(), failedAt: null })
  },
)

story('a gateway may tell it by GET, by any name that reaches us', {}, async (world) => {
  const path = await linked(world)
  const query = '?id=theirs-1&state=failed&reason=ABSENT'
  const answer = await world.visitor().get(path + query, { host: '10.0.0.7:8484' })
  expect([answer.status, await answer.text()]).toEqual([200, 'ok'])
  expect(await message(world)).toMatchObject({ failedAt: world.now(), reason: 'failed: ABSENT' })
})

story('who looks without telling anything changes nothing', {}, async (world) => {
  const path = await linked(world)
  const query = '?id=theirs-1&state=failed'
  const head = () => world.visitor().send(path + query, { method: 'HEAD' })
  expect((await expectNoChange(world, head)).status).toBe(200)
  for (const told of ['', '{', '[', 'null', '[[]]', '{"id":1}', '<id>theirs-1</id>', '\0'])
    await expectNoChange(world, async () => {
      const answer = await world.visitor().send(path, { method: 'POST', body: told })
      expect([answer.status, await answer.text()]).toEqual([200, 'ok'])
    })
})

story(
  'what is told late, twice or of something unknown is answered and does no harm',
  {},
  async (world) => {
    const path = await linked(world)
    await post(world, path, delivered)
    const said = [delivered, { id: 'theirs-1', state: 'failed' }, { id: 'm', state: 'failed' }]
    for (const told of said) expect((await post(world, path, told)).status).toBe(200)
    expect(await message(world)).toMatchObject({ deliveredAt: world.now(), failedAt: null })
    const strange = ['x'.repeat(201), 'a\0b', 'a\nb', '']
    await expectNoChange(world, async () => {
      for (const id of strange)
        expect((await post(world, path, { id, state: 'failed' })).status).toBe(200)
    })
  },
)

story('an address that we did not give is none, and nothing is written', {}, async (world) => {
  const path = await linked(world)
  await link(world, 'smtp')
  const smtp = receiptToken(world.app.keys, 'smtp')
  const [, token = ''] = /^\/receipts\/(.*)$/.exec(path) ?? []
  const [id, ...hash] = token.split('.')
  const forged = [
    'x',
    'http',
    `http.${'a'.repeat(8)}.${'a'.repeat(43)}`,
    token.slice(0, -1),
    `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
    `${token}A`,
    token.toUpperCase(),
    `other.${hash.join('.')}`,
    `${id}%00.${hash.join('.')}`,
    // One that is linked, and brings no receipts; one that never was.
    smtp,
    receiptToken(world.app.keys, 'gone'),
    encodeURIComponent('../session'),
    '%ff',
  ]
  await expectNoChange(world, async () => {
    for (const one of forged)
      for (const method of ['GET', 'POST']) {
        const query = '?id=theirs-1&state=failed'
        const body = method === 'POST' ? { body: JSON.stringify(delivered) } : {}
        const answer = await world.visitor().send(`/receipts/${one}${query}`, { method, ...body })
        expect([one, answer.status]).toEqual([one, 404])
      }
    for (const near of ['/receipts', '/receipts/', `${path}/`, `${path}/x`])
      expect((await world.visitor().get(near)).status).toBe(404)
  })
})

story('the address of a gateway that was removed is none any more', {}, async (world) => {
  const path = await linked(world)
  await world.app.db.deleteFrom('routes').execute()
  const answer = await expectNoChange(world, () => post(world, path, delivered))
  expect(answer.status).toBe(404)
})

story('a receipt of more than 64 KiB is refused, and nothing is written', {}, async (world) => {
  const path = await linked(world)
  const long = { ...delivered, reason: 'x'.repeat(65_536) }
  expect((await expectNoChange(world, () => post(world, path, long))).status).toBe(413)
  const stream = () => {
    const body = new Blob([JSON.stringify(long)]).stream()
    return world.visitor().send(path, { method: 'POST', body, duplex: 'half' })
  }
  expect((await expectNoChange(world, stream)).status).toBe(413)
})

story('only GET and POST tell anything', {}, async (world) => {
  const path = await linked(world)
  await expectNoChange(world, async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const ours = { origin: world.url, 'sec-fetch-site': 'same-origin' }
      const answer = await world.visitor().send(path, { method, headers: ours })
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST'])
      expect(await answer.text()).not.toContain(path)
    }
  })
})

story(
  'a browser that is signed in is nobody there: no cookie is read, none is set',
  { people: [ana] },
  async (world) => {
    const path = await linked(world)
    const browser = world.visitor()
    await protect(world, browser)
    await browser.post('/language', { language: 'ar', to: '/' })
    world.pass(3600_000)
    await expectNoChange(world, async () => {
      for (const one of [path, '/receipts/x']) {
        const answer = await browser.get(one, { accept: 'text/html' })
        expect(answer.headers.getSetCookie()).toEqual([])
        expect(await answer.text()).not.toMatch(/Ana|[\u0600-\u06ff]/)
      }
    })
  },
)

story(
  'a message centre is told that its receipt was taken when it is written down',
  { settings: { ALLOW_PRIVATE_GATEWAYS: 'yes' } },
  async (world) => {
    const centre = await startSmsCentre()
    onTestFinished(centre.close)
    const where = { kind: 'smpp', host: '127.0.0.1', port: centre.port, tls: false } as const
    const who = { systemId: 'x', password: 'x', systemType: '', from: 'x' }
    await link(world, 'smpp', { ...where, ...who })
    await centre.until(() => centre.bound.size === 1)
    const { db } = world.app
    const early = () => db.selectFrom('earlyReceipts').select('gatewayId').execute()
    await sql`alter table early_receipts rename to lost`.execute(db)
    expect(await centre.receipt('7', 'DELIVRD')).toBe(errors.ESME_RX_T_APPN)
    await sql`alter table lost rename to early_receipts`.execute(db)
    expect(await early()).toEqual([])
    expect(await centre.receipt('7', 'DELIVRD')).toBe(0)
    expect(await early()).toEqual([{ gatewayId: '7' }])
  },
)

const lines: string[] = []
let isBroken = false
const log = pino({ level: 'debug', base: null }, { write: (line: string) => void lines.push(line) })

const breakable = (app: App): App => ({
  ...app,
  async takeReceipt(route, receipt) {
    if (isBroken) throw new Error('a fault of ours')
    await app.takeReceipt(route, receipt)
  },
})

story(
  'the address stands in no line of the log and in no metric',
  { given: { log }, wrap: breakable },
  async (world) => {
    lines.length = 0
    isBroken = false
    const path = await linked(world)
    await post(world, path, delivered)
    await world.visitor().get(`${path}x`)
    await world.visitor().send(path, { method: 'PUT', headers: { origin: world.url } })
    isBroken = true
    expect((await post(world, path, delivered)).status).toBeGreaterThanOrEqual(500)
    const seen = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request')
    const route = '/receipts/:token'
    expect(seen).toMatchObject([
      { method: 'POST', route, status: 200 },
      { method: 'GET', route, status: 404 },
      { method: 'PUT', route, status: 405 },
      { method: 'POST', route, status: 500 },
    ])
    const token = path.slice('/receipts/'.length)
    expect(lines.join('')).not.toContain(token)
    const metrics = await world.app.metrics.text()
    expect(metrics).toContain(`route="${route}"`)
    expect(metrics).not.toContain(token)
  },
)
