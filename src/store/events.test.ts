import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { databases } from '../../test/setup/databases.ts'
import { planOf } from '../../test/setup/plan.ts'
import { idsFrom } from '../lib/random.ts'
import { eventsAt, eventsOf, findEvent, hasHappened, ownEvents } from './events.ts'
import { migrate } from './migrate.ts'
import { openDatabase, type Database } from './open.ts'

const EVENTS = 20_000
const ACCOUNTS = 50
const NOW = Date.parse('2026-01-05T09:00:00Z')

const idAt = (index: number): string => idsFrom(NOW) + String(index).padStart(20, '0')

const rows = (from: number) =>
  Array.from({ length: 1000 }, (_, index) => ({
    id: idAt(from + index),
    at: NOW,
    kind: 'signed_in',
    accountId: `account${(from + index) % ACCOUNTS}`,
    attemptId: null,
    sessionId: null,
    deviceId: null,
    address: '',
    userAgent: '',
    requestId: '',
    detail: '{}',
  }))

for (const { name, fresh } of databases) {
  test(`${name}: the events of one account are found by its index, never by reading those of all`, async () => {
    const database = await fresh()
    const db = openDatabase(database.url)
    try {
      await migrate(db, NOW)
      for (let from = 0; from < EVENTS; from += 1000)
        await db.insertInto('events').values(rows(from)).execute()
      await sql.raw('analyze').execute(db)

      const before = idAt(EVENTS / 2)
      const page = { before, kinds: null, most: 26 }
      expect(await eventsOf(db, 'account7', page)).toHaveLength(26)
      const asked: Record<string, (db: Database) => Promise<unknown>> = {
        'the newest': (db) => eventsOf(db, 'account7', { ...page, before: null }),
        'a page': (db) => eventsOf(db, 'account7', page),
        'a page of some kinds': (db) =>
          eventsOf(db, 'account7', { ...page, kinds: ['signed_in', 'signed_out'] }),
        'a moment': (db) => eventsAt(db, 'account7', NOW),
        'whether there was one of late': (db) => hasHappened(db, 'account7', 'password_known', NOW),
        'one of them': (db) => findEvent(db, 'account7', before),
      }
      const alarms = await planOf(db, name, (db) => ownEvents(db, ['route_rests'], NOW - 1, 20))
      expect(alarms).toMatch(/events_account_id/)
      for (const [what, ask] of Object.entries(asked)) {
        const plan = await planOf(db, name, ask)
        expect(plan, what).toMatch(/events_account_id|events_pkey|PRIMARY KEY/)
        expect(plan, what).not.toMatch(/SCAN|Seq Scan|TEMP B-TREE/)
      }
    } finally {
      await db.destroy()
      await database.drop()
    }
  })
}
