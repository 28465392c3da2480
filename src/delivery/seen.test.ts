import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databases, type FreshDatabase } from '../../test/setup/databases.ts'
import { wrote } from '../../test/stories/deliveries-tools.ts'
import { deliveriesOf } from '../store/deliveries.ts'
import { migrate } from '../store/migrate.ts'
import { openDatabase, type Database } from '../store/open.ts'
import { PAGE, seenSince } from './seen.ts'

const NOW = Date.parse('2026-01-31T09:00:00Z')
const HOUR = 60 * 60_000
const since = NOW - 30 * 24 * HOUR
const everything = { by: null, state: null, route: null, country: null }
const first = { since, before: null, now: NOW }

for (const { name, fresh } of databases)
  describe(`what was sent on ${name}`, () => {
    let place: FreshDatabase
    let db: Database
    beforeAll(async () => {
      place = await fresh()
      db = openDatabase(place.url)
      await migrate(db, NOW)
      // Made by a process whose clock is ahead, on both sides of a piece, and before it all.
      const ages = [-1, 0, 5, 6 * HOUR - 1, 6 * HOUR, 6 * HOUR + 1, NOW - since, NOW - since + 1]
      const many = Array.from({ length: 70 }, (_, index) => (index + 1) * 10 * HOUR)
      for (const [index, age] of [...ages, ...many].entries()) {
        const createdAt = NOW - age
        await wrote(db, { createdAt, ...(index % 2 === 0 && { failedAt: NOW }) })
      }
    })
    afterAll(async () => {
      await db.destroy()
      await place.drop()
    })

    test.each([null, 'failed'] as const)(
      'page by page it is what it is as a whole (%s)',
      async (state) => {
        const filter = { ...everything, state }
        const whole = await deliveriesOf(db, filter, { ...first, most: 1000 })
        const ids: string[] = []
        let before: string | null = null
        do {
          const { shown, older } = await seenSince(db, filter, { ...first, before })
          expect(shown.length).toBe(Math.min(PAGE, whole.length - ids.length))
          ids.push(...shown.map(({ message }) => message.id))
          before = older
        } while (before !== null)
        expect(ids).toEqual(whole.map(({ id }) => id))
      },
    )

    test('a filter that matches nothing lets others in between', async () => {
      let turns = 0
      let isOver = false
      const others = (async () => {
        for (; !isOver; turns++) await turn()
      })()
      const { shown } = await seenSince(db, { ...everything, country: 'GB' }, first)
      isOver = true
      await others
      expect(shown).toEqual([])
      expect(turns).toBeGreaterThanOrEqual(30)
    })
  })
