import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databases, type FreshDatabase } from '../../test/setup/databases.ts'
import { planOf } from '../../test/setup/plan.ts'
import { gave, wrote } from '../../test/stories/deliveries-tools.ts'
import { idsFrom } from '../lib/random.ts'
import { deliveriesOf, stateOf, type DeliveryState } from './deliveries.ts'
import { becameIn, givenIn, tookIn } from './delivery-figures.ts'
import { migrate } from './migrate.ts'
import { openDatabase, type Database } from './open.ts'

const NOW = Date.parse('2026-01-05T09:00:00Z')
const MINUTE = 60_000
const ROWS = 5000
const everything = { by: null, state: null, route: null, country: null }
const states: DeliveryState[] = ['entered', 'delivered', 'failed', 'accepted', 'underway']

for (const { name, fresh } of databases)
  describe(`deliveries on ${name}`, () => {
    let place: FreshDatabase
    let db: Database
    beforeAll(async () => {
      place = await fresh()
      db = openDatabase(place.url)
      await migrate(db, NOW)
    })
    afterAll(async () => {
      await db.destroy()
      await place.drop()
    })

    test('the database tells states apart as we do: each message has one, and no other', async () => {
      const times = [null, NOW]
      for (const acceptedAt of times)
        for (const deliveredAt of times)
          for (const enteredAt of times)
            for (const failedAt of times)
              for (const expiresAt of [NOW, NOW + 1]) {
                const row = { acceptedAt, deliveredAt, enteredAt, failedAt, expiresAt }
                await wrote(db, { createdAt: NOW - MINUTE, ...row })
              }
      const at = { since: 0, before: null, now: NOW, most: 100 }
      const all = await deliveriesOf(db, everything, at)
      expect(all).toHaveLength(32)
      for (const state of states) {
        const found = await deliveriesOf(db, { ...everything, state }, at)
        const ours = all.filter((one) => stateOf(one, NOW) === state)
        expect(found, state).toEqual(ours)
        expect(found.length, state).toBeGreaterThan(0)
      }
    })

    test('what is of those days is found by its id, never by reading what is older', async () => {
      await db.deleteFrom('messages').execute()
      await gave(db, await wrote(db, { by: 'sms', createdAt: NOW }), { begunAt: NOW })
      const message = await db.selectFrom('messages').selectAll().executeTakeFirstOrThrow()
      const sending = await db.selectFrom('sendings').selectAll().executeTakeFirstOrThrow()
      const idAt = (index: number) => idsFrom(NOW - index * MINUTE) + 'f'.repeat(20)
      for (let from = 1; from < ROWS; from += 500) {
        const ids = Array.from({ length: 500 }, (_, index) => idAt(from + index))
        const messages = ids.map((id) => ({ ...message, id }))
        await db.insertInto('messages').values(messages).execute()
        const sendings = ids.map((id) => ({ ...sending, id, messageId: id }))
        await db.insertInto('sendings').values(sendings).execute()
      }
      await sql.raw('analyze').execute(db)
      const stretch = { from: NOW - 30 * MINUTE, until: NOW }
      const at = { since: stretch.from, before: idAt(3), now: NOW, most: 26 }
      const asked: Record<string, (db: Database) => Promise<unknown>> = {
        'a page': (db) => deliveriesOf(db, everything, at),
        'a page of some': (db) => deliveriesOf(db, { ...everything, state: 'failed' }, at),
        'what became of them': (db) => becameIn(db, stretch),
        'by which routes they went': (db) => givenIn(db, stretch),
      }
      for (const [what, ask] of Object.entries(asked)) {
        const plan = await planOf(db, name, ask)
        expect(plan, what).toMatch(/messages_pkey|SEARCH messages USING PRIMARY KEY/)
        expect(plan, what).not.toMatch(/SCAN (messages|sendings)|Seq Scan on messages/)
      }
      expect(await tookIn(db, stretch, 5)).toEqual([])
    })

    test('no more than so many tell how long they took, the newest first', async () => {
      await db.deleteFrom('sendings').execute()
      await db.deleteFrom('messages').execute()
      for (let n = 1; n <= 5; n++) {
        const at = NOW + n * MINUTE
        const id = await wrote(db, { by: 'sms', createdAt: at })
        await gave(db, id, { begunAt: at, acceptedAt: at, deliveredAt: at + n })
        await wrote(db, { createdAt: at, route: 'smtp', acceptedAt: at + 10 * n })
      }
      const stretch = { from: NOW, until: NOW + 5 * MINUTE }
      const took = await tookIn(db, stretch, 3)
      expect(took.map(({ by, route, ms }) => [by, route, ms])).toEqual([
        ['sms', 'Kannel', 4],
        ['sms', 'Kannel', 3],
        ['sms', 'Kannel', 2],
        ['email', 'smtp', 40],
        ['email', 'smtp', 30],
        ['email', 'smtp', 20],
      ])
    })
  })
