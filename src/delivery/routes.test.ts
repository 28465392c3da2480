import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { databases, type FreshDatabase } from '../../test/setup/databases.ts'
import { loadConfig, type Config } from '../config.ts'
import { systemRandom } from '../lib/random.ts'
import { keyFrom, type Keys } from '../lib/seal.ts'
import { migrate } from '../store/migrate.ts'
import { openDatabase, type Database } from '../store/open.ts'
import {
  countFailure,
  deleteRoute,
  insertRoute,
  placeRoute,
  replaceRoute,
  routeHealths,
} from '../store/routes.ts'
import type { Gateway } from './gateway.ts'
import { gatewaysOf } from './gateways.ts'
import { sealGateway } from './linked.ts'
import { TOO_MANY } from './rest.ts'
import type { Outcome, SmsRoute, TextMessage } from './route.ts'
import { openRoutes, type Routes } from './routes.ts'

const NOW = 1_800_000_000_000
const keys: Keys = [keyFrom('k1', randomBytes(32))]
const message: TextMessage = { id: 's', to: '+351912345678', text: 'x' }
const taken: Outcome = { accepted: true }

for (const { name, fresh } of databases) {
  describe(`the routes of a running process on ${name}`, () => {
    let place: FreshDatabase
    let db: Database
    beforeAll(async () => {
      place = await fresh()
      db = openDatabase(place.url)
      await migrate(db, NOW)
    })
    beforeEach(async () => {
      for (const table of ['routes', 'routeHealths'] as const) await db.deleteFrom(table).execute()
    })
    afterAll(async () => {
      await db.destroy()
      await place.drop()
    })

    const link = (id: string, at: number, about: { countries?: string; sealedWith?: Keys } = {}) =>
      insertRoute(db, {
        id,
        by: 'sms',
        name: `name of ${id}`,
        place: at,
        countries: about.countries ?? null,
        prices: '{"PT":7,"*":9}',
        sealed: sealGateway(about.sealedWith ?? keys, systemRandom, id, gatewayOf(id)),
        version: 1,
        createdAt: NOW,
      })
    const change = async (id: string, from: string, version = 1) =>
      replaceRoute(
        db,
        { id, version },
        { sealed: sealGateway(keys, systemRandom, id, gatewayOf(from)) },
      )

    /** What a process holds open, whose sends end when they are told to. */
    function held() {
      const errors: unknown[] = []
      const opened: string[] = []
      const closed: string[] = []
      const under: (() => void)[] = []
      const gateways = gatewaysOf(configWith({}), keys, (error) => void errors.push(error))
      const routes = openRoutes(db, {
        linked: gateways.linked,
        onError: (error) => void errors.push(error),
        open({ id, gateway }): SmsRoute {
          const from = gateway.kind === 'http' ? gateway.from : ''
          if (from.startsWith('broken')) throw new Error(`${from} cannot work`)
          opened.push(`${id} ${from}`)
          let break_ = (): void => {}
          return {
            send: () =>
              new Promise((resolve) => {
                under.push(() => resolve(taken))
                break_ = () => resolve({ accepted: false, lasting: false, reason: 'broken off' })
              }),
            async close() {
              closed.push(`${id} ${from}`)
              break_()
            },
          }
        },
      })
      return { routes, errors, opened, closed, under }
    }
    const ids = (routes: Routes, country: string | null = 'PT', now = NOW): string[] =>
      routes.for('sms', country, now).map(({ id }) => id)
    const routeOf = (routes: Routes, id: string): SmsRoute => {
      const open = routes.for('sms', 'PT', NOW).find((each) => each.id === id)
      return open?.route as SmsRoute
    }

    test('are those that are linked, in their order, each for its countries and at its price', async () => {
      await link('b', 2)
      await link('a', 1, { countries: '["ES"]' })
      const { routes } = held()
      expect(ids(routes)).toEqual([])
      expect(routes.kinds()).toEqual([])
      await routes.refresh()
      expect([ids(routes, 'ES'), ids(routes), ids(routes, null)]).toEqual([
        ['a', 'b'],
        ['b'],
        ['a', 'b'],
      ])
      const [open] = routes.for('sms', 'PT', NOW)
      expect([open?.name, open?.price('PT'), open?.price('FR'), open?.price(null)]).toEqual([
        'name of b',
        7,
        9,
        9,
      ])
      expect(routes.kinds()).toEqual(['sms'])
      expect(routes.for('email', null, NOW)).toEqual([])
    })

    test('one that is linked, moved, changed or removed is so at the next look', async () => {
      await link('a', 1)
      const { routes, opened, closed } = held()
      await routes.refresh()
      await link('b', 2)
      await routes.refresh()
      expect(ids(routes)).toEqual(['a', 'b'])
      await placeRoute(db, 'b', 0)
      await routes.refresh()
      expect(ids(routes)).toEqual(['b', 'a'])
      // Its place is nothing that it must be opened anew for.
      expect([opened, closed]).toEqual([['a a', 'b b'], []])
      await change('a', 'a2')
      await routes.refresh()
      expect(opened.at(-1)).toBe('a a2')
      expect(closed).toEqual(['a a'])
      await deleteRoute(db, 'b')
      await routes.refresh()
      expect(ids(routes)).toEqual(['a'])
      expect(closed).toEqual(['a a', 'b b'])
      await routes.refresh()
      expect([opened.length, closed.length]).toEqual([3, 2])
    })

    test('one that is changed while it sends is closed when it has sent', async () => {
      await link('a', 1)
      const { routes, closed, under } = held()
      await routes.refresh()
      const [one, two] = [routeOf(routes, 'a').send(message), routeOf(routes, 'a').send(message)]
      const old = routeOf(routes, 'a')
      await change('a', 'a2')
      await routes.refresh()
      expect(closed).toEqual([])
      under[0]!()
      expect(await one).toEqual(taken)
      expect(closed).toEqual([])
      under[1]!()
      expect(await two).toEqual(taken)
      await expect.poll(() => closed).toEqual(['a a'])
      // Who has picked it before, and comes too late, has surely not sent anything.
      expect(await old.send(message)).toMatchObject({
        accepted: false,
        lasting: false,
        isSure: true,
        isLeft: true,
      })
      expect(under).toHaveLength(2)
    })

    test('at the end, what is under way is broken off, also by what has gone before', async () => {
      for (const id of ['a', 'b']) await link(id, 1)
      const { routes, closed } = held()
      await routes.refresh()
      const sends = ['a', 'b'].map((id) => routeOf(routes, id).send(message))
      await deleteRoute(db, 'a')
      await routes.refresh()
      await routes.close()
      expect(await Promise.all(sends)).toMatchObject([
        { reason: 'broken off' },
        { reason: 'broken off' },
      ])
      expect(closed.toSorted()).toEqual(['a a', 'b b'])
      await link('c', 3)
      await routes.refresh()
      expect(ids(routes)).not.toContain('c')
    })

    test('one that cannot work, or cannot be read, hurts no other, and is said once', async () => {
      await link('broken', 1)
      await link('foreign', 2, { sealedWith: [keyFrom('k9', randomBytes(32))] })
      await link('a', 3)
      const { routes, errors } = held()
      for (let i = 0; i < 3; i++) await routes.refresh()
      expect(ids(routes)).toEqual(['a'])
      expect(errors.map(String)).toEqual([
        expect.stringContaining('the route name of foreign cannot be read'),
        expect.stringContaining('broken cannot work'),
      ])
      await change('broken', 'broken too')
      for (let i = 0; i < 3; i++) await routes.refresh()
      expect(errors).toHaveLength(3)
      await change('broken', 'whole', 2)
      await routes.refresh()
      expect(ids(routes)).toEqual(['broken', 'a'])
    })

    test('one that is changed so that it cannot work is used no more', async () => {
      await link('a', 1)
      const { routes, closed } = held()
      await routes.refresh()
      await change('a', 'broken')
      await routes.refresh()
      expect(ids(routes)).toEqual([])
      expect(closed).toEqual(['a a'])
    })

    test('while the database is away, they stay as they are', async () => {
      await link('a', 1)
      const { routes, closed } = held()
      await routes.refresh()
      await db.schema.alterTable('routes').renameTo('away').execute()
      await expect(routes.refresh()).rejects.toThrow()
      await db.schema.alterTable('away').renameTo('routes').execute()
      expect(ids(routes)).toEqual(['a'])
      expect(closed).toEqual([])
      await routes.refresh()
    })

    test('one that fails too often rests for its time, in every process', async () => {
      await link('a', 1)
      const { routes } = held()
      await routes.refresh()
      const fail = (at: number) =>
        countFailure(db, { route: 'a', reason: 'busy', begunAt: at }, TOO_MANY, at)
      const seen = async (now: number) => {
        await routes.refresh()
        const [open] = routes.for('sms', 'PT', now)
        return [open?.fails, open?.isResting]
      }
      expect(await seen(NOW)).toEqual([false, false])
      for (const at of [NOW, NOW]) await fail(at)
      expect(await seen(NOW)).toEqual([true, false])
      expect(await fail(NOW)).toBe(3)
      expect(await seen(NOW + 29_999)).toEqual([true, true])
      expect(await seen(NOW + 30_000)).toEqual([true, false])
      // Begun before it rested: no further failure.
      expect(await fail(NOW)).toBe(null)
      expect(await fail(NOW + 30_000)).toBe(4)
      expect(await seen(NOW + 89_999)).toEqual([true, true])
    })

    test('of one that is gone nothing is kept; of one that only cannot be read, all is', async () => {
      await link('a', 1)
      await link('foreign', 2, { sealedWith: [keyFrom('k9', randomBytes(32))] })
      const { routes } = held()
      await routes.refresh()
      await deleteRoute(db, 'a')
      // By a process that has not seen it go.
      for (const route of ['a', 'foreign'])
        await countFailure(db, { route, reason: 'busy', begunAt: NOW }, TOO_MANY, NOW)
      await routes.refresh()
      expect((await routeHealths(db)).map(({ route }) => route)).toEqual(['foreign'])
    })

    test('fifty failures at once are counted up to a rest, and said once', async () => {
      const failure = { route: 'a', reason: 'busy', begunAt: NOW }
      const counts = await Promise.all(
        Array.from({ length: 50 }, () => countFailure(db, failure, TOO_MANY, NOW)),
      )
      expect(new Set(counts)).toEqual(new Set([1, 2, 3, null]))
      expect(counts.filter((count) => count !== null)).toHaveLength(3)
    })
  })
}

const gatewayOf = (from: string): Gateway => ({ kind: 'http', recipe: 'test', from, secrets: {} })

function configWith(settings: Record<string, string>): Config {
  const loaded = loadConfig({ DATA_DIR: '/nowhere', ...settings }, null)
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems))
  return loaded.config
}
