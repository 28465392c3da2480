import { writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { Kysely, sql } from 'kysely'
import pg from 'pg'
import { describe, test, type ExpectStatic } from 'vitest'
import { isDatabaseAway, openDatabase } from '../../src/store/open.ts'
import { postgres } from '../../src/store/postgres.ts'
import {
  browserAt,
  make,
  openPlace,
  startServer,
  whereTo,
  wideOpen,
  type Answer,
  type Place,
} from '../setup/process.ts'
import { wireTo } from '../setup/wire.ts'

const count = async (place: Place, table: 'sessions' | 'attempts' | 'events') =>
  (await place.db().selectFrom(table).select('id').execute()).length

/** What the person sees: nothing was lost, come again. */
const expectAway = (expect: ExpectStatic, { status, headers, text }: Answer) => {
  expect(status).toBe(503)
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  expect(text).toContain(headers.get('x-request-id')!)
}

describe.concurrent('SQLite in trouble', { timeout: 60_000 }, () => {
  test('locked by another program: others are served, a post gets 503, and then all is well', async ({
    expect,
  }) => {
    await using place = await openPlace()
    await make(['setup'], place.settings)
    await using server = await startServer(place.settings)
    const browser = browserAt(server.url)
    const other = new DatabaseSync(place.settings.DATABASE_URL.slice('sqlite:'.length))
    other.exec('begin immediate')
    let answered = false
    const answer = browser.signIn().finally(() => (answered = true))
    for (let i = 0; i < 10; i++) {
      expect((await browser.get('/health')).status).toBe(200)
    }
    expect(answered).toBe(false)
    expectAway(expect, await answer)
    expect((await browser.get('/sign-in')).status).toBe(200)
    other.exec('rollback')
    other.close()
    expect(whereTo(await browser.signIn())).toBe('/account')
    expect(await count(place, 'sessions')).toBe(1)
  })

  test('locked for a moment: the person only waits', async ({ expect }) => {
    await using place = await openPlace()
    await make(['setup'], place.settings)
    await using server = await startServer(place.settings)
    const other = new DatabaseSync(place.settings.DATABASE_URL.slice('sqlite:'.length))
    other.exec('begin immediate')
    setTimeout(() => other.exec('rollback'), 400)
    expect(whereTo(await browserAt(server.url).signIn())).toBe('/account')
    other.close()
  })

  test('the disk is full: 503, nothing half, and well again when there is room', async ({
    expect,
  }) => {
    await using place = await openPlace()
    await make(['setup'], place.settings)
    // No file may grow past 600 KiB, so the log of writes soon cannot.
    const small = ['sh', '-c', 'ulimit -S -f 1200; exec "$0" "$@"']
    const settings = { ...place.settings, ...wideOpen }
    await using server = await startServer(settings, { under: small })
    const browser = browserAt(server.url)
    let good = 0
    let last: Answer
    do {
      last = await browserAt(server.url).signIn()
      if (last.status === 303) good++
    } while (last.status === 303 && good < 200)
    expectAway(expect, last)
    expect(good).toBeGreaterThan(3)
    for (let i = 0; i < 3; i++) expectAway(expect, await browser.signIn())
    expect((await browser.get('/health')).status).toBe(200)
    expect((await browser.get('/sign-in')).status).toBe(200)
    expect(await count(place, 'sessions')).toBe(good)

    // Somebody makes room.
    const other = new DatabaseSync(place.settings.DATABASE_URL.slice('sqlite:'.length))
    expect(other.prepare('pragma wal_checkpoint(truncate)').get()).toMatchObject({ busy: 0 })
    expect(whereTo(await browser.signIn())).toBe('/account')
    expect(await count(place, 'sessions')).toBe(good + 1)
    expect(other.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' })
    other.close()
    const faults = server.log().filter(({ msg }) => msg === 'our fault')
    expect(faults).toEqual([])
  })

  test('read-only, or no database at all, counts as trouble of the database', async ({
    expect,
  }) => {
    await using place = await openPlace()
    const path = join(place.folder, 'x.db')
    const db = new DatabaseSync(path)
    db.exec('create table t (a)')
    db.close()
    const readOnly = new DatabaseSync(path, { readOnly: true })
    expect(thrownBy(() => readOnly.exec('insert into t values (1)'))).toSatisfy(isDatabaseAway)
    readOnly.close()
    expect(thrownBy(() => readOnly.exec('select 1'))).toSatisfy(isDatabaseAway)
    writeFileSync(path, 'something else altogether '.repeat(1000))
    const broken = new DatabaseSync(path)
    expect(thrownBy(() => broken.exec('select * from t'))).toSatisfy(isDatabaseAway)
    expect(thrownBy(() => broken.exec('no sql'))).not.toSatisfy(isDatabaseAway)
    broken.close()
  })

  test('every commit of ours waits for the disk', async ({ expect }) => {
    await using place = await openPlace()
    const pragma = async (name: string) =>
      Object.values((await sql.raw(`pragma ${name}`).execute(place.db())).rows[0] as object)[0]
    expect(await pragma('synchronous')).toBe(2)
    expect(await pragma('journal_mode')).toBe('wal')
    expect(await pragma('foreign_keys')).toBe(1)
  })
})

const thrownBy = (work: () => void): unknown => {
  try {
    work()
  } catch (error) {
    return error
  }
}

describe.concurrent('PostgreSQL in trouble', { timeout: 60_000 }, () => {
  test('gone and back: 503 meanwhile, and well again by itself', async ({ expect }) => {
    await using place = await openPlace('PostgreSQL')
    await make(['setup'], place.settings)
    const url = new URL(place.settings.DATABASE_URL)
    await using wire = await wireTo(url.hostname, Number(url.port))
    url.port = String(wire.port)
    await using server = await startServer({ ...place.settings, DATABASE_URL: url.href })
    const browser = browserAt(server.url)
    expect(whereTo(await browser.signIn())).toBe('/account')
    for (let turn = 1; turn <= 2; turn++) {
      wire.cut()
      const [home, post] = await Promise.all([browser.get('/account'), browser.signIn()])
      expectAway(expect, home)
      expectAway(expect, post)
      expect((await browser.get('/health')).status).toBe(200)
      expect((await browser.get('/ready')).status).toBe(503)
      expect(await count(place, 'sessions')).toBe(turn)
      wire.mend()
      expect((await browser.get('/ready')).status).toBe(200)
      expect((await browser.get('/account')).status).toBe(200)
      expect(whereTo(await browserAt(server.url).signIn())).toBe('/account')
    }
    expect(server.log().filter(({ msg }) => msg === 'our fault')).toEqual([])
  })

  test('ends our connections in the middle of things: 503 or done, never both, and none is lost for good', async ({
    expect,
  }) => {
    await using place = await openPlace('PostgreSQL')
    await make(['setup'], place.settings)
    await using server = await startServer({ ...place.settings, ...wideOpen })
    const client = new pg.Client(place.settings.DATABASE_URL)
    await client.connect()
    let good = 0
    for (let turn = 0; turn < 12; turn++) {
      const posts = Promise.all(Array.from({ length: 8 }, () => browserAt(server.url).signIn()))
      for (let i = 0; i < 4; i++)
        await client.query(
          `select pg_terminate_backend(pid), pg_sleep(0.01) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid()`,
        )
      for (const answer of await posts) {
        expect([303, 503]).toContain(answer.status)
        if (answer.status === 303) good++
      }
    }
    await client.end()
    const all = Array.from({ length: 20 }, () => browserAt(server.url).signIn())
    for (const answer of await Promise.all(all)) expect(whereTo(answer)).toBe('/account')
    // A commit whose answer was cut off may have happened; one that was answered has.
    expect(await count(place, 'sessions')).toBeGreaterThanOrEqual(good + 20)
    expect(server.log().filter(({ msg }) => msg === 'our fault')).toEqual([])
  })

  test('silent behind a broken network: we leave it, and come back when another takes its place', async ({
    expect,
  }) => {
    await using place = await openPlace('PostgreSQL')
    const url = new URL(place.settings.DATABASE_URL)
    await using wire = await wireTo(url.hostname, Number(url.port))
    url.port = String(wire.port)
    const patience = { connect: 2000, answer: 400 }
    const db = new Kysely<any>({ dialect: postgres(url.href, patience) })
    const ask = () => db.selectNoFrom(sql<number>`1`.as('one')).execute()
    expect(await ask()).toEqual([{ one: 1 }])
    wire.freeze()
    await expect(ask()).rejects.toSatisfy(isDatabaseAway)
    await expect(db.transaction().execute((tx) => sql`select 1`.execute(tx))).rejects.toSatisfy(
      isDatabaseAway,
    )
    wire.mend()
    expect(await Promise.all(Array.from({ length: 12 }, ask))).toHaveLength(12)
    // A change of the tables may take as long as it takes.
    await sql`create table t as select 1 as a from pg_sleep(0.6)`.execute(db)
    await db.destroy()
  })

  test('commits wait for the disk, whatever the server itself would do', async ({ expect }) => {
    await using place = await openPlace('PostgreSQL')
    const set = (value: string) =>
      sql
        .raw(`alter database ${new URL(place.settings.DATABASE_URL).pathname.slice(1)}
        set synchronous_commit = ${value}`)
        .execute(place.db())
    for (const [given, ours] of [
      ['off', 'on'],
      ['remote_apply', 'remote_apply'],
    ] as const) {
      await set(given)
      const db = openDatabase(place.settings.DATABASE_URL)
      const { rows } = await sql`show synchronous_commit`.execute(db)
      expect(rows).toEqual([{ synchronousCommit: ours }])
      await db.destroy()
    }
  })
})
