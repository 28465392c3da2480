import pg from 'pg'
import { DatabaseSync } from 'node:sqlite'
import { existsSync } from 'node:fs'
import { expect, inject, test } from 'vitest'
import { databases } from './databases.ts'

const [sqlite, postgres] = databases as [(typeof databases)[0], (typeof databases)[0]]

test('a fresh SQLite database is a file of its own, can be copied, and is gone after drop', async () => {
  const one = await sqlite.fresh()
  const file = one.url.slice('sqlite:'.length)
  const db = new DatabaseSync(file)
  db.exec('pragma journal_mode = wal; create table t (a); insert into t values (7)')
  db.close()

  const two = await sqlite.fresh(one.url)
  const copy = new DatabaseSync(two.url.slice('sqlite:'.length))
  expect(copy.prepare('select a from t').get()).toEqual({ a: 7 })
  copy.close()

  await one.drop()
  await two.drop()
  expect(existsSync(file)).toBe(false)
})

test('a fresh PostgreSQL database is its own, can be copied, and drops under open connections', async () => {
  const one = await postgres.fresh()
  await query(one.url, 'create table t as select 7 as a')
  const two = await postgres.fresh(one.url)
  expect(await query(two.url, 'select a from t')).toEqual([{ a: 7 }])

  const open = new pg.Client(two.url)
  const cutOff = new Promise((resolve) => open.on('error', resolve))
  await open.connect()
  await one.drop()
  await two.drop()
  expect(await cutOff).toMatchObject({ code: '57P01' })
  const left = await query(
    inject('postgresUrl'),
    `select 1 from pg_database where datname in ('${nameIn(one.url)}', '${nameIn(two.url)}')`,
  )
  expect(left).toEqual([])
})

const nameIn = (url: string) => new URL(url).pathname.slice(1)

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query(text)
  await client.end()
  return rows
}
