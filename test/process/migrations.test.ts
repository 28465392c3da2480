import { describe, test } from 'vitest'
import { migrate } from '../../src/store/migrate.ts'
import { migrations, type Migration } from '../../src/store/migrations/all.ts'
import { databases } from '../setup/databases.ts'
import { browserAt, nightlatch, openPlace, startServer, type Place } from '../setup/process.ts'

const journal = (place: Place) =>
  place
    .db()
    .selectFrom('migrations' as 'accounts')
    .selectAll()
    .execute()

const tables = async (place: Place) =>
  (await place.db().introspection.getTables()).map(({ name }) => name).sort()

const create = (table: string): Migration => ({
  up: (db) => db.schema.createTable(table).addColumn('id', 'text').execute(),
})

for (const { name } of databases) {
  describe.concurrent(`the tables on ${name}`, { timeout: 60_000 }, () => {
    test('are made once by servers that start at the same moment, and all of them run', async ({
      expect,
    }) => {
      await using place = await openPlace(name)
      const starts = [1, 2, 3].map(async () => {
        await using server = await startServer(place.settings)
        return (await browserAt(server.url).get('/ready')).status
      })
      expect(await Promise.all(starts)).toEqual([200, 200, 200])
      expect((await journal(place)).map((row) => row.name)).toEqual(Object.keys(migrations))
      expect(await place.db().selectFrom('installation').select('id').execute()).toHaveLength(1)
    })

    test('of a newer program are left alone', async ({ expect }) => {
      await using place = await openPlace(name)
      await migrate(place.db(), 1)
      const newer = { name: '9999-from-the-future', at: 2 }
      await place
        .db()
        .insertInto('migrations' as 'limits')
        .values(newer as never)
        .execute()
      const before = [await tables(place), await journal(place)]
      const { code, out, err } = await nightlatch(['start'], { ...place.settings, PORT: '0' })
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err).toMatch(/^Nightlatch does not start: the database is newer.*9999-from-the-future/)
      expect(err).not.toContain('    at ')
      expect([await tables(place), await journal(place)]).toEqual(before)
      expect(await place.db().selectFrom('installation').select('id').execute()).toEqual([])
    })

    test('are changed wholly or not at all', async ({ expect }) => {
      await using place = await openPlace(name)
      const fails: Migration = {
        async up(db) {
          await create('half').up(db)
          throw new Error('the lights went out')
        },
      }
      const known = { '0001-a': create('a'), '0002-b': fails }
      await expect(migrate(place.db(), 1, known)).rejects.toThrow('the lights went out')
      expect(await tables(place)).toEqual([])

      expect(await migrate(place.db(), 2, { '0001-a': create('a') })).toEqual(['0001-a'])
      const more = { ...known, '0003-c': create('c') }
      await expect(migrate(place.db(), 3, more)).rejects.toThrow('the lights went out')
      expect(await tables(place)).toEqual(['a', 'migrations'])
      expect(await journal(place)).toEqual([{ name: '0001-a', at: 2 }])

      const mended = { ...more, '0002-b': create('b') }
      expect(await migrate(place.db(), 4, mended)).toEqual(['0002-b', '0003-c'])
      expect(await migrate(place.db(), 5, mended)).toEqual([])
      expect(await tables(place)).toEqual(['a', 'b', 'c', 'migrations'])
    })

    test('get a change that was merged late, under an earlier name', async ({ expect }) => {
      await using place = await openPlace(name)
      await migrate(place.db(), 1, { '0002-b': create('b') })
      const both = { '0001-a': create('a'), '0002-b': create('b') }
      expect(await migrate(place.db(), 2, both)).toEqual(['0001-a'])
    })
  })
}
