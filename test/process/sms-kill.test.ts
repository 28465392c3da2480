import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test, type ExpectStatic } from 'vitest'
import { LEASE } from '../../src/delivery/route.ts'
import { sealBody } from '../../src/delivery/body.ts'
import { UNANSWERED } from '../../src/delivery/try.ts'
import { systemRandom } from '../../src/lib/random.ts'
import { keyFrom } from '../../src/lib/seal.ts'
import { insertMessage } from '../../src/store/messages.ts'
import { migrate } from '../../src/store/migrate.ts'
import { databases } from '../setup/databases.ts'
import { openPlace, run, type Place, type Running } from '../setup/process.ts'
import { chance } from './ledger.ts'

/** Each takes a second or so. */
const KILLS = Number(process.env.KILLS ?? 5)
const SEED = Date.now() % 1_000_000_000
const LIFE = 900_000
const SHORT = 2_500
/** A little more than ever passes between two tries. */
const LONGEST_WAIT = 61_000

const secret = randomBytes(32)
const program = join(import.meta.dirname, '../sms-process.ts')

/** What a gateway was given, when by the clock of who gave it, and what it did. */
type Given = {
  readonly sending: string
  readonly message: string
  readonly at: number
  readonly expiresAt: number
  readonly did: 'takes' | 'refuses' | 'is silent'
}

/** A gateway that does what the dice say; a `good` one takes everything, at some time. */
async function startGateway(dice: (below: number) => number, isGood: boolean) {
  let good = isGood
  const given: Given[] = []
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { id, text: says, at } = JSON.parse(await text(request))
    const [message, expiresAt] = String(says).split(' ') as [string, string]
    const did = good ? 'takes' : (['takes', 'refuses', 'refuses', 'is silent'] as const)[dice(4)]!
    given.push({ sending: id, message, at, expiresAt: Number(expiresAt), did })
    await sleep(dice(30))
    if (did === 'takes') response.end(`taken-${id}`)
    else if (did === 'refuses') response.writeHead(503).end('busy')
  }
  const server = createServer((request, response) => {
    // Half a request, of whoever was killed on the way.
    answer(request, response).catch(() => response.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  async function close(): Promise<void> {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  }
  const beGood = (): void => void (good = true)
  return { url, given, beGood, [Symbol.asyncDispose]: close }
}

type Gateway = Awaited<ReturnType<typeof startGateway>>

function start(
  place: Place,
  gateways: readonly Gateway[],
  { ahead = 0, patience = 300, lives = [] as readonly number[] },
): Running {
  const args = [
    place.settings.DATABASE_URL,
    secret.toString('base64url'),
    ahead,
    patience,
    lives.join(),
  ]
  const urls = gateways.map(({ url }) => url)
  const command = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    program,
    ...args.map(String),
    ...urls,
  ]
  return run(command, {}, { input: null })
}

for (const { name } of databases) {
  // One file is one process's; one PostgreSQL serves many.
  const many = name === 'SQLite' ? 1 : 2
  describe.concurrent(`text messages on ${name}`, { timeout: 90_000 + KILLS * 15_000 }, () => {
    test('whenever their senders are killed, no gateway gets one twice, and none is lost', async ({
      expect,
    }) => {
      process.stdout.write(`killed while they send text messages, on ${name}: seed ${SEED}\n`)
      const dice = chance(SEED)
      await using place = await openPlace(name)
      await migrate(place.db(), Date.now())
      await using a = await startGateway(dice, false)
      await using b = await startGateway(dice, false)
      await using c = await startGateway(dice, true)
      const gateways = [a, b, c]
      const made: string[] = []
      let ahead = 0
      for (let kill = 0; kill < KILLS; kill++, ahead += LEASE) {
        const lives = Array.from({ length: 100 }, () => (dice(5) === 0 ? SHORT : LIFE))
        const senders = Array.from({ length: many }, () => start(place, gateways, { ahead, lives }))
        for (const each of senders) await each.says('made ')
        await sleep(dice(800))
        for (const each of senders) {
          each.kill('SIGKILL')
          expect(await each.ended).toBe('SIGKILL')
          expect(each.err()).toBe('')
          made.push(...[...each.out().matchAll(/made (\S+)/g)].map(([, id]) => id!))
        }
      }
      for (const each of gateways) each.beGood()
      // Whoever comes next sends what was left, and wipes it when its codes are dead.
      for (ahead += LEASE; (await hasNoFate(place)).length > 0; ahead += LONGEST_WAIT)
        await sendWhatIsDue(place, gateways, ahead, expect)
      await sendWhatIsDue(place, gateways, ahead + LIFE + LEASE, expect)
      expect(await hasBody(place)).toEqual([])
      expect(made.length).toBeGreaterThanOrEqual(many * KILLS)
      await expectKept(place, gateways, made, expect)
    })
  })
}

test('two processes, one PostgreSQL and a hundred messages: each goes out once', async ({
  expect,
}) => {
  await using place = await openPlace('PostgreSQL')
  await migrate(place.db(), Date.now())
  await using a = await startGateway(chance(1), true)
  const keys = [keyFrom('k1', secret)] as const
  const ids = Array.from({ length: 100 }, (_, i) => `m${i}`)
  for (const id of ids) {
    const times = { createdAt: Date.now(), expiresAt: Date.now() + LIFE }
    const body = sealBody(keys, systemRandom, id, `${id} ${times.expiresAt}`)
    const to = { recipient: '+351912345678', country: 'PT', attemptId: null, accountId: 'ana' }
    await insertMessage(place.db(), { id, ...to, by: 'sms', kind: 'code', body, ...times })
  }
  const senders = [1, 2].map(() => start(place, [a], { patience: 8_000 }))
  await expect.poll(() => hasBody(place), { timeout: 60_000, interval: 100 }).toEqual([])
  for (const each of senders) {
    each.give('')
    expect(await each.ended).toBe(0)
    expect(each.err()).toBe('')
  }
  expect(a.given.map(({ message }) => message).toSorted()).toEqual(ids.toSorted())
}, 90_000)

const messages = (place: Place) => place.db().selectFrom('messages').select('id')
const hasBody = (place: Place) => messages(place).where('body', 'is not', null).execute()
const hasNoFate = (place: Place) =>
  messages(place).where('acceptedAt', 'is', null).where('failedAt', 'is', null).execute()

/** One more sender, until nothing is due any more. */
async function sendWhatIsDue(
  place: Place,
  gateways: readonly Gateway[],
  ahead: number,
  expect: ExpectStatic,
): Promise<void> {
  await using last = start(place, gateways, { ahead })
  const isDue = () =>
    messages(place)
      .where('body', 'is not', null)
      .where('nextTryAt', '<=', Date.now() + ahead)
      .execute()
  await expect.poll(isDue, { timeout: 30_000, interval: 50 }).toEqual([])
  last.give('')
  expect(await last.ended).toBe(0)
  expect(last.err()).toBe('')
}

async function expectKept(
  place: Place,
  gateways: readonly Gateway[],
  made: readonly string[],
  expect: ExpectStatic,
): Promise<void> {
  const rows = await place.db().selectFrom('messages').selectAll().execute()
  const sendings = await place.db().selectFrom('sendings').selectAll().execute()
  const known = new Set(rows.map(({ id }) => id))
  expect(made.filter((id) => !known.has(id))).toEqual([])
  const ours = new Set(sendings.map(({ id }) => id))
  const taken = new Set<string>()
  for (const { given } of gateways) {
    for (const one of given) {
      expect(one.at, 'sent after its code died').toBeLessThan(one.expiresAt)
      expect(ours.has(one.sending), 'sent before it was written down').toBe(true)
      if (one.did === 'takes') taken.add(one.message)
    }
    for (const id of known) {
      const its = given.filter(({ message }) => message === id).map(({ did }) => did)
      expect(
        its.slice(0, -1).filter((did) => did !== 'refuses'),
        `${id}: ${its.join()}`,
      ).toEqual([])
    }
  }
  for (const { id, acceptedAt, failedAt, reason, createdAt, expiresAt } of rows) {
    const seen = `${id}: ${reason}`
    if (acceptedAt !== null) expect(taken.has(id), seen).toBe(true)
    expect(acceptedAt !== null || failedAt !== null, seen).toBe(true)
    if (taken.has(id) || (reason ?? '').includes(UNANSWERED)) continue
    expect([reason, expiresAt - createdAt], seen).toEqual(['expired', SHORT])
  }
}
