import { setImmediate as turn } from 'node:timers/promises'
import { expect } from 'vitest'
import type { KyselyPlugin } from 'kysely'
import { chainEvents } from '../../src/accounts/events/chain.ts'
import { exportEvents } from '../../src/accounts/events/export.ts'
import { pruneEvents } from '../../src/accounts/events/prune.ts'
import { verifyFile } from '../../src/accounts/events/verify-file.ts'
import { newId } from '../../src/lib/random.ts'
import { insertEvent } from '../../src/store/events.ts'
import type { App } from '../../src/app.ts'
import { addCompany } from '../setup/people.ts'
import { ana, DAY, PASSWORD, type Visitor, type World } from '../world.ts'
import { eventsOf, placeOf, story } from './story.ts'

type Event = Parameters<typeof insertEvent>[1]

const eventFor = (world: World, about: Partial<Event>): Event => ({
  id: newId(world.app.random, world.now()),
  at: world.now(),
  kind: 'signed_in',
  accountId: null,
  attemptId: null,
  sessionId: null,
  deviceId: null,
  address: '192.0.2.7',
  userAgent: '',
  requestId: 'a request',
  detail: {},
  ...about,
})

async function signedIn(world: World, email: string): Promise<Visitor> {
  const visitor = world.visitor()
  await visitor.signIn({ email, password: PASSWORD })
  return visitor
}

const everything = { account: '', kind: '', from: '', to: '', address: '' }
const take = (visitor: Visitor, format: string, about: Partial<typeof everything> = {}) =>
  visitor.post('/events/export', { ...everything, ...about, format })

async function linesIn(answer: Response): Promise<string[]> {
  return (await answer.text()).trimEnd().split('\n')
}

/* oxlint-disable-next-line typescript/require-await -- lines come one by one from a file */
async function* each(lines: readonly string[]) {
  yield* lines
}

const check = async ({ app }: World, lines: readonly string[], end: string | null = null) => {
  const [place, link] = end?.split(/:(.*)/s) ?? []
  const noted = end === null ? null : { place: Number(place), link: link! }
  const { faults, holds } = await verifyFile(app.keys, each(lines), noted)
  return [holds, ...faults.map(({ kind, line }) => `${kind} ${line}`)]
}

story(
  'an exported file is checked with the key alone: whole, a search, or some lines of it; and every change is found',
  { people: [ana] },
  async (world) => {
    const { uma } = await addCompany(world)
    for (let n = 0; n < 8; n++)
      await insertEvent(
        world.app.db,
        eventFor(world, { accountId: n % 2 ? uma : null, detail: { n } }),
      )
    const visitor = await signedIn(world, ana.email)
    const answer = await take(visitor, 'json')
    expect(answer.headers.get('content-disposition')).toContain('events.jsonl')
    const lines = await linesIn(answer)
    // One was there, one signed in, one is the export.
    expect(lines).toHaveLength(1 + 11 + 1)
    expect(await check(world, lines)).toEqual(['whole'])
    const { place, link } = JSON.parse(lines.at(-2)!) as { place: number; link: string }
    expect(await check(world, lines, `${place}:${link}`)).toEqual(['whole'])
    expect(await check(world, lines, `${place + 1}:${link}`)).toEqual(['whole', 'other_end 13'])

    const [four, five] = [lines[4]!, lines[5]!]
    const address = four.replace('192.0.2.7', '192.0.2.8')
    const cases: [string[], string[]][] = [
      [lines.with(4, address), ['whole', 'changed 5', 'seal 13']],
      [lines.toSpliced(4, 1), ['whole', 'gap 5', 'cut 12']],
      [lines.with(4, five).with(5, four), ['whole', 'gap 5', 'double 6', 'gap 7', 'seal 13']],
      [lines.slice(0, -1), ['lines', 'cut 12']],
      [lines.slice(1), ['lines', 'cut 12']],
      [lines.toSpliced(1, 1), ['whole', 'gap 2', 'cut 12']],
      [lines.toSpliced(11, 1), ['whole', 'cut 12']],
      [lines.with(4, 'x'), ['whole', 'unreadable 5', 'gap 6', 'cut 13']],
      [lines.slice(3, 6), ['lines']],
      [[address], ['lines', 'changed 1']],
      [[], ['lines', 'empty 0']],
    ]
    for (const [changed, found] of cases) expect(await check(world, changed)).toEqual(found)

    const some = await linesIn(await take(visitor, 'json', { account: uma }))
    expect(some).toHaveLength(1 + 4 + 1)
    expect(await check(world, some)).toEqual(['search'])
    expect(await check(world, some.toSpliced(2, 1))).toEqual(['search', 'cut 5'])
    expect(await check(world, some.with(2, some[3]!))).toEqual(['search', 'seal 6'])
    expect(await eventsOf(world, 'events_exported')).toHaveLength(2)
  },
)

story(
  'of some lines of a file, one that names somebody else as who did it is changed; blanked ones are counted and named',
  { people: [ana] },
  async (world) => {
    const { uma } = await addCompany(world)
    const detail = { actor: 'key:1', login: 'the shop' }
    await insertEvent(world.app.db, eventFor(world, { accountId: uma, detail }))
    const visitor = await signedIn(world, ana.email)
    const lines = await linesIn(await take(visitor, 'json', { account: uma }))
    const line = JSON.parse(lines[1]!) as Record<string, unknown>
    const checked = (about: object) =>
      verifyFile(world.app.keys, each([JSON.stringify({ ...line, ...about })]))
    expect(line['by']).toBe('the shop')
    expect(await checked({})).toMatchObject({ faulty: 0, blanked: [] })
    for (const about of [{ by: 'ana@example.com' }, { by: null }, { address: 'x' }])
      expect(await checked(about)).toMatchObject({ faults: [{ kind: 'changed', line: 1 }] })
    const nothing = { address: '', userAgent: '', requestId: '', detail: {}, by: null }
    const blank = { ...nothing, erasedAt: '2026-01-01T00:00:00.000Z' }
    expect(await checked(blank)).toMatchObject({ faulty: 0, blanked: [1] })
    expect(await checked({ ...blank, by: 'ana@example.com' })).toMatchObject({ faulty: 1 })
  },
)

story(
  'a copy that is made while the oldest events go is whole; the mark that says so cannot be put in by others',
  { people: [ana] },
  async (world) => {
    for (const [days, count] of [
      [200, 1200],
      [300, 1200],
      [0, 3],
    ] as const) {
      const rows = Array.from({ length: count }, () => ({ ...eventFor(world, {}), detail: '{}' }))
      for (let from = 0; from < count; from += 600)
        await world.app.db
          .insertInto('events')
          .values(rows.slice(from, from + 600))
          .execute()
      await chainEvents(world.app)
      world.pass(days * DAY)
    }
    // Some go before the first piece, and some after it.
    const lines: string[] = []
    const file = exportEvents(world.app, 'all', 'json', world.now())
    for await (const piece of file) {
      lines.push(...piece.trimEnd().split('\n'))
      if (lines.length === 1) expect(await pruneEvents(world.app)).toBe(1201)
      if (lines.length !== 1 + 1 + 500) continue
      world.pass(101 * DAY)
      expect(await pruneEvents(world.app)).toBe(1200)
    }
    expect(lines).toHaveLength(1 + 1 + 500 + 1 + 3 + 1)
    expect(await check(world, lines)).toEqual(['whole'])
    const marks = lines.filter((line) => line.startsWith('{"pruned"'))
    expect(marks).toHaveLength(2)

    const whole = await linesIn(await take(await signedIn(world, ana.email), 'json'))
    const { place, link } = JSON.parse(whole[2]!) as { place: number; link: string }
    const mark = JSON.stringify({ pruned: { place, link } })
    expect(await check(world, whole.with(2, mark))).toContain(`cut ${whole.length}`)
    expect(await check(world, whole.toSpliced(3, 0, mark))).toContain(`seal ${whole.length + 1}`)
    expect(await check(world, [whole[1]!, mark, whole[3]!])).toEqual(['lines', 'unreadable 2'])
  },
)

story(
  'a manager takes a copy of what is theirs and of nothing else; who may not takes none, and nothing is noted',
  { people: [ana] },
  async (world) => {
    const { uma, otto } = await addCompany(world)
    await insertEvent(world.app.db, eventFor(world, { accountId: uma, detail: { of: 'uma' } }))
    await insertEvent(world.app.db, eventFor(world, { accountId: otto, detail: { of: 'otto' } }))
    await insertEvent(world.app.db, eventFor(world, { kind: 'route_rests', detail: { of: 'us' } }))
    const mara = await signedIn(world, 'mara@example.com')
    for (const format of ['csv', 'json']) {
      const text = await (await take(mara, format)).text()
      expect(text).toContain('uma@example.com')
      expect(text).not.toMatch(/otto|ana@|route_rests|set_up/)
    }
    const exported = await eventsOf(world, 'events_exported')
    expect(exported.map(({ detail }) => (JSON.parse(detail) as { format: string }).format)).toEqual(
      ['csv', 'json'],
    )
    expect((await take(mara, 'json', { account: otto })).status).toBe(400)
    expect((await take(mara, 'xml')).status).toBe(400)
    expect((await take(mara, 'json', { kind: 'alarms' })).status).toBe(404)
    for (const email of ['sam@example.com', 'uma@example.com'])
      expect((await take(await signedIn(world, email), 'json')).status).toBe(403)
    expect(placeOf(await take(world.visitor(), 'json'))).toMatch(/^\/sign-in/)
    expect((await mara.get('/events/export')).status).toBe(405)
    expect(await eventsOf(world, 'events_exported')).toHaveLength(2)
  },
)

let asked = 0
const counting: KyselyPlugin = {
  transformQuery: ({ node }) => (asked++, node),
  transformResult: async ({ result }) => result,
}
const counted = (app: App): App => ({ ...app, db: app.db.withPlugin(counting) })

story(
  'a copy is read batch by batch, no faster than it is taken, and no further when nobody takes it; one at a time',
  { people: [ana], wrap: counted },
  async (world) => {
    const rows = Array.from({ length: 3000 }, () => ({ ...eventFor(world, {}), detail: '{}' }))
    for (let from = 0; from < rows.length; from += 1000)
      await world.app.db
        .insertInto('events')
        .values(rows.slice(from, from + 1000))
        .execute()
    await chainEvents(world.app)
    const visitor = await signedIn(world, ana.email)
    const answer = await take(visitor, 'json')
    const reader = answer.body!.getReader()
    await reader.read()
    const before = asked
    for (let n = 0; n < 50; n++) await turn()
    expect(asked).toBe(before)
    const piece = new TextDecoder().decode((await reader.read()).value)
    expect(piece.trimEnd().split('\n')).toHaveLength(500)
    const perPiece = asked - before
    await reader.read()
    expect(asked - before).toBeLessThanOrEqual(2 * perPiece)
    expect(perPiece).toBeLessThan(10)
    // While one is being made there is no other.
    const busy = await take(visitor, 'json')
    expect(busy.status).toBe(503)
    expect(await busy.text()).toContain('Several copies are being made')

    await reader.cancel()
    const left = asked
    expect((await take(visitor, 'csv')).status).toBe(200)
    expect(asked - left).toBeLessThan(20)
  },
)

const NASTY = 'a\r\nb\u001b[2Jc\u2028d\u0085e\u202ef</li><script>alert(1)</script>"=1+1'

story(
  'what was made to break a page, a line, a table or a terminal does nothing in any of them',
  { people: [ana] },
  async (world) => {
    await insertEvent(
      world.app.db,
      eventFor(world, { userAgent: NASTY, detail: { name: NASTY, login: `=${NASTY}` } }),
    )
    const visitor = await signedIn(world, ana.email)
    const page = await (await visitor.get('/events')).text()
    expect(page).not.toContain('<script>alert')
    const total = 1 + 1 + 1
    const json = await (await take(visitor, 'json')).text()
    const breaks = /[\r\n\u2028\u2029\u0085\v\f]/
    expect(json.trimEnd().split(breaks)).toHaveLength(1 + total + 1 + 1)
    const nasty = JSON.parse(json.split('\n')[2]!) as {
      userAgent: string
      detail: { name: string }
    }
    expect([nasty.userAgent, nasty.detail.name]).toEqual([NASTY, NASTY])
    const csv = await (await take(visitor, 'csv')).text()
    expect(csv.trimEnd().split(/\r\n/)).toHaveLength(1 + total + 2)
    for (const text of [json, csv.replaceAll('\r\n', '').slice(1)])
      // oxlint-disable-next-line no-control-regex -- they are what is looked for
      expect(text.replaceAll('\n', '')).not.toMatch(
        /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/,
      )
    expect(csv).toContain(`"'=a\\u000d\\u000ab`)
  },
)
