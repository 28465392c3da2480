import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { expect } from 'vitest'
import type { App } from '../../src/app.ts'
import { openBody } from '../../src/delivery/body.ts'
import type { Body } from '../../src/delivery/message.ts'
import { isApiPath } from '../../src/http/api/api-path.ts'
import { hashBearer } from '../../src/lib/random.ts'
import type { Database } from '../../src/store/open.ts'
import { shortcuts, type Shortcut } from '../../src/store/sqlite-shortcut.ts'
import type { Tables } from '../../src/store/tables.ts'
import type { Visitor, World } from '../world.ts'

/** Every row the database holds, by table, as text. `but` leaves tables out. */
export async function dump(
  { app }: World,
  but: readonly string[] = [],
): Promise<Record<string, string[]>> {
  const tables = await app.db.introspection.getTables()
  const names = tables.map(({ name }) => name).filter((name) => !but.includes(name))
  const entries = names.map(async (name) => {
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(app.db)
    // Every post counts as a request, whatever becomes of it.
    const kept = rows.filter(
      (row) => !String((row as { key?: string }).key).startsWith('requests:'),
    )
    return [name, kept.map((row) => JSON.stringify(row)).toSorted()] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** Does the work, and holds it to having changed nothing but what it may have used of its limits. */
export async function expectNoChange<T>(
  world: World,
  work: () => Promise<T>,
  but: readonly string[] = ['limits'],
): Promise<T> {
  const before = await dump(world, but)
  const result = await work()
  expect(await dump(world, but)).toEqual(before)
  return result
}

/** How many rows a table has. */
export async function rowsIn({ app }: World, table: keyof Tables): Promise<number> {
  const { n } = await app.db
    .selectFrom(table)
    .select((e) => e.fn.countAll<number | string>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(n)
}

/** How often something happened. */
export async function eventsIn({ app }: World, kind: string): Promise<number> {
  const events = await app.db.selectFrom('events').select('id').where('kind', '=', kind).execute()
  return events.length
}

/** The code that was sent for the attempt this browser is in. */
export async function codeFor(world: World, visitor: Visitor): Promise<string> {
  const { app } = world
  const { id } = await app.db
    .selectFrom('attempts')
    .select('id')
    .where('secretHash', '=', hashBearer(secretOf(visitor))!)
    .executeTakeFirstOrThrow()
  const { id: messageId, body } = await app.db
    .selectFrom('messages')
    .select(['id', 'body'])
    .where('attemptId', '=', id)
    .where('kind', '=', 'code')
    .orderBy('createdAt', 'desc')
    .executeTakeFirstOrThrow()
  const { notice } = openBody(app.keys, messageId, body!) as Body
  if (notice.kind !== 'code') throw new Error('the message holds no code')
  return notice.code
}

const secretOf = ({ cookies }: Visitor): string =>
  cookies.get('attempt') ?? cookies.get('__Host-attempt') ?? ''

/** Both steps, with the code of this very attempt. */
export async function enter(
  world: World,
  visitor: Visitor,
  more: Record<string, string> = {},
): Promise<Response> {
  const first = await visitor.signIn()
  if (first.headers.get('location') !== '/sign-in/second') return first
  return visitor.post('/sign-in/second', { code: await codeFor(world, visitor), ...more })
}

export const atOnce = <T>(times: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => work(index)))

/** How many of each: `{ 303: 1, 401: 4 }`. */
export function tally(all: readonly (string | number)[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const each of all) counts[each] = (counts[each] ?? 0) + 1
  return counts
}

export const statuses = (all: readonly Response[]): Record<string, number> =>
  tally(all.map(({ status }) => status))

/** Every answer of the database takes up to so many milliseconds, so that races have room. */
export const slowly =
  (most: number) =>
  (app: App): App => ({
    ...app,
    db: app.db.withPlugin({
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        await sleep(Math.random() * most)
        return result
      },
    }),
  })

/**
 * Writes down, in order, each statement (its text without values; by its name, if its text was worked
 * out earlier) and each hash.
 */
export function overhear(): { readonly heard: string[]; readonly wrap: (app: App) => App } {
  const heard: string[] = []
  return {
    heard,
    wrap: (app) => ({
      ...app,
      db: overheard(app.db, heard),
      passwords: {
        ...app.passwords,
        matches(password, phc) {
          heard.push('hash')
          return app.passwords.matches(password, phc)
        },
      },
    }),
  }
}

function overheard(db: Database, heard: string[]): Database {
  const { adapter } = db.getExecutor()
  const short = shortcuts.get(adapter)
  const listeningTo = (ask: Shortcut['reading']) => (text: string, values: readonly unknown[]) => {
    heard.push(text)
    return ask(text, values)
  }
  if (short)
    shortcuts.set(adapter, {
      ...short,
      inTransaction: listeningTo(short.inTransaction),
      reading: listeningTo(short.reading),
    })
  const texts = new Map<string, string>()
  return db.withPlugin({
    transformQuery({ node, queryId }) {
      texts.set(queryId.queryId, db.getExecutor().compileQuery(node, queryId).sql)
      return node
    },
    async transformResult({ result, queryId }) {
      heard.push(texts.get(queryId.queryId) ?? queryId.queryId)
      return result
    },
  })
}

/** Every URL of ours that something is posted to, or that is fetched; those for keys have tests of their own. */
export const routesOf = ({ server }: World, method: 'GET' | 'POST'): string[] =>
  server.routes
    .filter((route) => route.method === method && !isApiPath(route.path))
    .map(({ path }) => path)
