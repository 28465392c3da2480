import { expect } from 'vitest'
import { sql } from 'kysely'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chainEvents, endOf, ForeignChain, keepEnd } from '../../src/accounts/events/chain.ts'
import { hashBeforeErasing } from '../../src/accounts/events/erase.ts'
import { aboutHashOf } from '../../src/accounts/events/links.ts'
import { pruneEvents } from '../../src/accounts/events/prune.ts'
import { KEPT_END, readKeptEnd, type NotedEnd } from '../../src/accounts/events/kept-end.ts'
import { verifyEvents } from '../../src/accounts/events/verify.ts'
import { newId } from '../../src/lib/random.ts'
import { insertEvent } from '../../src/store/events.ts'
import type { Database } from '../../src/store/open.ts'
import { write } from '../../src/store/write.ts'
import { ana, bob, DAY, MINUTE, openWorld, type World } from '../world.ts'
import { story } from './story.ts'

const event = (world: World, about: Partial<Parameters<typeof insertEvent>[1]> = {}) => ({
  id: newId(world.app.random, world.now()),
  at: world.now(),
  kind: 'signed_in',
  accountId: null,
  attemptId: null,
  sessionId: null,
  deviceId: null,
  address: '192.0.2.7',
  userAgent: 'a browser',
  requestId: 'a request',
  detail: { by: 'password+totp' },
  ...about,
})

const happen = async (world: World, count: number): Promise<void> => {
  for (let n = 0; n < count; n++) await insertEvent(world.app.db, event(world))
}

const faults = async (world: World, noted: NotedEnd | null = null): Promise<string[]> =>
  (await verifyEvents(world.app, world.now(), noted)).faults.map((fault) =>
    'place' in fault ? `${fault.kind} ${fault.place}` : fault.kind,
  )

const placesOf = async ({ app: { db } }: World): Promise<number[]> => {
  const rows = await db.selectFrom('events').select('place').orderBy('place').execute()
  return rows.map(({ place }) => Number(place))
}

const keptIn = ({ config }: World): string => join(config.dataDir, KEPT_END)

/** Does it, looks, and undoes it. */
async function whatIf(
  world: World,
  work: (db: Database) => Promise<unknown>,
  look: () => Promise<void>,
) {
  const { db } = world.app
  const events = await db.selectFrom('events').selectAll().execute()
  const chain = await db.selectFrom('chain').selectAll().execute()
  await work(db)
  await look()
  await db.deleteFrom('events').execute()
  await db.deleteFrom('chain').execute()
  await db.insertInto('events').values(events).execute()
  if (chain.length > 0) await db.insertInto('chain').values(chain).execute()
}

story(
  'whatever is changed in the trail of events from outside is found, and where',
  { people: [ana] },
  async (world) => {
    expect(await faults(world)).toEqual([])
    await happen(world, 9)
    expect(await chainEvents(world.app)).toBe(10)
    expect(await chainEvents(world.app)).toBe(0)
    expect(await faults(world)).toEqual([])
    const where = (place: number) => sql<boolean>`place = ${place}`
    const deeds: [string[], (db: Database) => Promise<unknown>][] = [
      [['changed 4'], (db) => db.updateTable('events').set({ at: 1 }).where(where(4)).execute()],
      [
        ['changed 5'],
        (db) => db.updateTable('events').set({ address: 'x' }).where(where(5)).execute(),
      ],
      [['gap 4'], (db) => db.deleteFrom('events').where(where(4)).execute()],
      [['gap 1'], (db) => db.deleteFrom('events').where('place', '<', 3).execute()],
      [['cut_end'], (db) => db.deleteFrom('events').where('place', '>', 7).execute()],
      [['cut_end'], (db) => db.deleteFrom('events').execute()],
      [
        ['erased 6'],
        (db) =>
          db
            .updateTable('events')
            .set({ address: '', userAgent: '', requestId: '', detail: '{}', erasedAt: 1 })
            .where(where(6))
            .execute(),
      ],
      [['no_chain'], (db) => db.deleteFrom('chain').execute()],
      [
        ['no_chain'],
        async (db) => {
          await db.deleteFrom('events').execute()
          await db.deleteFrom('chain').execute()
        },
      ],
      [
        ['foreign_ends', 'after'],
        async (db) => {
          const { link } = await db
            .selectFrom('events')
            .select('link')
            .where(where(8))
            .executeTakeFirstOrThrow()
          await db.updateTable('chain').set({ lastPlace: 8, lastLink: link! }).execute()
        },
      ],
      [
        ['gap 4', 'changed 11', 'after'],
        (db) => db.updateTable('events').set({ place: 11 }).where(where(4)).execute(),
      ],
      [
        ['changed 11', 'after'],
        (db) =>
          db
            .insertInto('events')
            .values({
              ...event(world),
              detail: '{}',
              place: 11,
              link: 'x',
              aboutHash: 'x',
              erasedAt: null,
            })
            .execute(),
      ],
    ]
    for (const [found, deed] of deeds)
      await whatIf(world, deed, async () => expect(await faults(world)).toEqual(found))
    // An older copy as a whole has nothing wrong in itself.
    const [place, link] = (await endOf(world.app.db))!.split(/:(.*)/s) as [string, string]
    const noted = { place: Number(place), link }
    expect(await faults(world, noted)).toEqual([])
    await whatIf(
      world,
      async (db) => {
        await db.deleteFrom('chain').execute()
        await db.updateTable('events').set({ place: null, link: null }).execute()
        await db.deleteFrom('events').where('address', '=', '192.0.2.7').execute()
        // Whoever can write there too leaves no trace but an end that was noted elsewhere.
        rmSync(keptIn(world))
        await chainEvents(world.app)
      },
      async () => {
        expect(await faults(world)).toEqual([])
        expect(await faults(world, noted)).toEqual(['other_end'])
      },
    )
    // What waits for its place is told when it waits for long.
    await happen(world, 1)
    expect(await faults(world)).toEqual([])
    world.pass(MINUTE + 1)
    expect(await faults(world)).toEqual(['loose'])
  },
)

story(
  'whoever writes to the database without the key file cannot have the server chain anew what they left',
  { people: [ana] },
  async (world) => {
    const { db } = world.app
    await happen(world, 9)
    await chainEvents(world.app)
    const deed = async () => {
      await db.deleteFrom('events').where('place', 'in', [4, 5]).execute()
      await db
        .updateTable('events')
        .set({ place: null, link: null, aboutHash: null, address: '198.51.100.1' })
        .execute()
      await db.deleteFrom('chain').execute()
      await expect(chainEvents(world.app)).rejects.toBeInstanceOf(ForeignChain)
      await expect(keepEnd(world.app)).rejects.toBeInstanceOf(ForeignChain)
    }
    await whatIf(world, deed, async () => {
      expect(await faults(world)).toEqual(['no_chain'])
      expect((await placesOf(world)).every((place) => place === 0)).toBe(true)
    })
    expect(await faults(world)).toEqual([])
  },
)

story(
  'a cut end is found where the ends of the chain are put back as they were an hour ago, from whatever machine is asked',
  { people: [ana] },
  async (world) => {
    const { db } = world.app
    await chainEvents(world.app)
    const before = await db.selectFrom('chain').selectAll().executeTakeFirstOrThrow()
    await happen(world, 9)
    await chainEvents(world.app)
    // What a server does every minute.
    await keepEnd(world.app)
    const deed = async () => {
      await db.deleteFrom('events').where('place', '>', before.lastPlace).execute()
      await db.updateTable('chain').set(before).execute()
      await happen(world, 1)
      await expect(chainEvents(world.app)).rejects.toBeInstanceOf(ForeignChain)
    }
    await whatIf(world, deed, async () => expect(await faults(world)).toEqual(['kept_end 10']))
    // Somebody else has gone on with it, and further than the end that was cut.
    await using other = await elsewhere(world)
    const more = async () => {
      await db.deleteFrom('events').where('place', '>', before.lastPlace).execute()
      await db.updateTable('chain').set(before).execute()
      await happen(other, 20)
      await chainEvents(other.app)
      await happen(world, 1)
      await expect(chainEvents(world.app)).rejects.toBeInstanceOf(ForeignChain)
    }
    await whatIf(world, more, async () => expect(await faults(world)).toEqual(['kept_end 10']))
    expect(await faults(world)).toEqual([])
  },
)

story(
  'two machines on one database each keep an end in their own folder; one that is damaged is said, and one taken away on purpose is made anew',
  { people: [ana] },
  async (world) => {
    await using other = await elsewhere(world)
    for (const each of [world, other, world, other]) {
      await happen(world, 3)
      await chainEvents(each.app)
      await keepEnd(each.app)
    }
    for (const each of [world, other]) expect(await faults(each)).toEqual([])
    const noted = readKeptEnd(other.app) as NotedEnd
    expect(`${noted.place}:${noted.link}`).toBe(await endOf(world.app.db))

    await happen(world, 1)
    // An end further on that nobody has sealed.
    writeFileSync(keptIn(other), `99:${noted.link} ${noted.link}\n`)
    await expect(chainEvents(other.app)).rejects.toBeInstanceOf(ForeignChain)
    expect(await faults(other)).toEqual(['foreign_file'])
    expect(await faults(world)).toEqual([])
    rmSync(keptIn(other))
    expect(await chainEvents(other.app)).toBe(1)
    expect(readKeptEnd(other.app)).toMatchObject({ place: 14 })
  },
)

/** Another process, with a folder of its own and the same key. */
async function elsewhere(world: World) {
  const second = await beside(world)
  const dataDir = mkdtempSync(join(tmpdir(), 'nightlatch-'))
  const config = { ...second.config, dataDir }
  const app = { ...second.app, config }
  const close = async (): Promise<void> => {
    rmSync(dataDir, { recursive: true, force: true })
    await second.close()
  }
  return { ...second, config, app, [Symbol.asyncDispose]: close }
}

story('a chain that others have moved is not gone on with', { people: [ana] }, async (world) => {
  await chainEvents(world.app)
  const before = await world.app.db.selectFrom('chain').selectAll().execute()
  await happen(world, 1)
  await world.app.db.updateTable('chain').set({ lastLink: 'x' }).execute()
  await expect(chainEvents(world.app)).rejects.toBeInstanceOf(ForeignChain)
  await world.app.db.deleteFrom('chain').execute()
  await expect(chainEvents(world.app)).rejects.toBeInstanceOf(ForeignChain)
  await world.app.db.insertInto('chain').values(before).execute()
  expect(await chainEvents(world.app)).toBe(1)
})

story(
  'many events, found by two processes at once while more come in, each get one place, and a batch that fails none',
  { people: [ana] },
  async (world) => {
    await using second = await beside(world)
    await world.app.db
      .insertInto('events')
      .values(Array.from({ length: 1200 }, () => ({ ...event(world), detail: '{}' })))
      .execute()
    await Promise.all([chainEvents(world.app), chainEvents(second.app), happen(world, 30)])
    await chainEvents(second.app)
    expect(await placesOf(world)).toEqual(Array.from({ length: 1231 }, (_, n) => n + 1))
    expect(await faults(world)).toEqual([])

    // Broken off in the middle of a batch, as by a kill: none of it counts.
    const before = await endOf(world.app.db)
    await happen(world, 3)
    const broken = chainEvents({ ...world.app, keys: breaking(world, 4) })
    await expect(broken).rejects.toThrow('gone')
    expect(await endOf(world.app.db)).toBe(before)
    expect((await placesOf(world)).filter((place) => place === 0)).toHaveLength(3)
    expect(await chainEvents(second.app)).toBe(3)
    expect(await faults(world)).toEqual([])
  },
)

async function beside(world: World): Promise<World & AsyncDisposable> {
  const database = world.config.databaseUrl.startsWith('sqlite:') ? 'SQLite' : 'PostgreSQL'
  const second = await openWorld({ database, beside: world })
  return { ...second, [Symbol.asyncDispose]: () => second.close() }
}

/** Keys that are gone after so many uses. */
function breaking({ app }: World, uses: number): World['app']['keys'] {
  let left = uses
  return new Proxy(app.keys, {
    get(keys, name) {
      if (name === '0' && left-- === 0) throw new Error('gone')
      return Reflect.get(keys, name) as unknown
    },
  })
}

story(
  'an account that is deleted takes what is personal with it, chained or not, and the chain holds',
  { people: [ana, bob] },
  async (world) => {
    const { db, keys } = world.app
    const { id } = await db
      .selectFrom('accounts')
      .select('id')
      .where('email', '=', bob.email)
      .executeTakeFirstOrThrow()
    await insertEvent(db, event(world, { accountId: id }))
    await chainEvents(world.app)
    const loose = event(world, { accountId: id })
    await insertEvent(db, loose)
    const kept = aboutHashOf(keys, { ...loose, detail: JSON.stringify(loose.detail) })
    const erase = (withTrace: boolean) =>
      write(db, async (tx) => {
        await hashBeforeErasing({ db: tx, keys }, id)
        await tx
          .updateTable('events')
          .set({ address: '', userAgent: '', requestId: '', detail: '{}', erasedAt: world.now() })
          .where('accountId', '=', id)
          .execute()
        await tx.deleteFrom('accounts').where('id', '=', id).execute()
        const trace = event(world, { accountId: id, kind: 'account_deleted' })
        if (withTrace) await insertEvent(tx, trace)
      })
    await whatIf(
      world,
      async () => {
        const account = await db.selectFrom('accounts').selectAll().where('id', '=', id).execute()
        await erase(false)
        await chainEvents(world.app)
        await db.insertInto('accounts').values(account).execute()
      },
      async () => expect(await faults(world)).toEqual(['erased 2', 'erased 3', 'erased 4']),
    )
    await erase(true)
    await chainEvents(world.app)
    expect(await faults(world)).toEqual([])
    // Nothing can be put in the place of what was blanked.
    for (const column of ['address', 'userAgent', 'requestId', 'detail'])
      await whatIf(
        world,
        () =>
          db
            .updateTable('events')
            .set({ [column]: 'bob was here' })
            .where('id', '=', loose.id)
            .execute(),
        async () => expect(await faults(world), column).toEqual(['changed 4']),
      )
    const { aboutHash } = await db
      .selectFrom('events')
      .select('aboutHash')
      .where('id', '=', loose.id)
      .executeTakeFirstOrThrow()
    expect(aboutHash).toBe(kept)
  },
)

story(
  'events are kept for 400 days; the oldest go from the beginning on, and that is no fault',
  { people: [ana] },
  async (world) => {
    await happen(world, 600)
    await chainEvents(world.app)
    // A clock was wrong for a moment: that does not keep the rest for years.
    await insertEvent(world.app.db, event(world, { at: world.now() + 5000 * DAY }))
    world.pass(DAY)
    await happen(world, 3)
    await chainEvents(world.app)
    const noted = (await endOf(world.app.db))!.split(/:(.*)/s)
    world.pass(399 * DAY - 1)
    expect(await pruneEvents(world.app)).toBe(0)
    world.pass(2)
    // It does not go for being in the future, but with what came after it.
    expect(await pruneEvents(world.app)).toBe(601)
    expect(await placesOf(world)).toEqual([602, 603, 604, 605])
    expect(await faults(world, { place: Number(noted[0]), link: noted[1]! })).toEqual([])
    await happen(world, 1)
    await chainEvents(world.app)
    expect(await faults(world)).toEqual([])
    // Beginning later by hand is one.
    await whatIf(
      world,
      (db) => db.deleteFrom('events').where('place', '=', 602).execute(),
      async () => expect(await faults(world)).toEqual(['gap 602']),
    )
    world.pass(900 * DAY)
    expect(await pruneEvents(world.app)).toBe(5)
    expect(await faults(world)).toEqual([])
  },
)

story(
  'a clock that is years behind removes no events, and says so; nor does one that a little of has been written by',
  { people: [ana] },
  async (world) => {
    const warned: unknown[] = []
    const log = { ...world.app.log, warn: (...said: unknown[]) => void warned.push(said) }
    await happen(world, 9)
    await chainEvents(world.app)
    // A machine without a battery, before it has asked for the time.
    const behind = { ...world.app, log, now: () => Date.parse('2020-01-01T00:00:00Z') }
    expect(await pruneEvents(behind)).toBe(0)
    expect(warned).toHaveLength(1)
    // Somebody signs in by it.
    await insertEvent(world.app.db, event(world, { at: behind.now() }))
    await chainEvents(world.app)
    expect(await pruneEvents(behind)).toBe(0)
    await happen(world, 1)
    await chainEvents(world.app)
    expect(await pruneEvents({ ...world.app, log })).toBe(0)
    expect(await placesOf(world)).toHaveLength(12)
    expect(warned).toHaveLength(1)
  },
)

story(
  'however much a clock that was ahead has written, it goes when what came after it is too old',
  { people: [ana] },
  async (world) => {
    const rows = Array.from({ length: 1100 }, () => event(world, { at: world.now() + 5000 * DAY }))
    await happen(world, 1)
    await chainEvents(world.app)
    await world.app.db
      .insertInto('events')
      .values(rows.map((row) => ({ ...row, detail: '{}' })))
      .execute()
    await chainEvents(world.app)
    world.pass(DAY)
    await happen(world, 1)
    await chainEvents(world.app)
    world.pass(400 * DAY + 1)
    await happen(world, 1)
    await chainEvents(world.app)
    expect(await pruneEvents(world.app)).toBe(1103)
    expect(await placesOf(world)).toEqual([1104])
    expect(await faults(world)).toEqual([])
  },
)
