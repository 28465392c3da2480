import { idsFrom } from '../lib/random.ts'
import { hasRowLocks, type Database } from './open.ts'
import { statement } from './statement.ts'
import type { ChainTable, EventsTable } from './tables.ts'

/** Both ends of the chain, as they are kept. */
export type Chain = Readonly<Omit<ChainTable, 'id'>>

/** An event as it is kept, with its place in the chain if it has one. */
export type Row = Readonly<EventsTable>

/** One that has a place. */
export type Chained = Row & {
  readonly place: number
  readonly link: string
  readonly aboutHash: string
}

const ends = ['firstPlace', 'firstLink', 'lastPlace', 'lastLink', 'seal'] as const

export async function findChain(db: Database): Promise<Chain | null> {
  const row = await db.selectFrom('chain').select(ends).where('id', '=', 1).executeTakeFirst()
  return row ?? null
}

/** In a transaction: the same, and nobody else moves its ends until that is over. */
export async function holdChain(db: Database): Promise<Chain | null> {
  let query = db.selectFrom('chain').select(ends).where('id', '=', 1)
  if (hasRowLocks(db)) query = query.forUpdate()
  return (await query.executeTakeFirst()) ?? null
}

/** The first of all. Whoever is second at that fails, and looks again. */
export async function insertChain(db: Database, chain: Chain): Promise<void> {
  await db
    .insertInto('chain')
    .values({ id: 1, ...chain })
    .execute()
}

export async function moveChain(db: Database, chain: Chain): Promise<void> {
  await db.updateTable('chain').set(chain).where('id', '=', 1).execute()
}

/** Has any event a place? */
export async function isAnyChained(db: Database): Promise<boolean> {
  const row = await db
    .selectFrom('events')
    .select('id')
    .where('place', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

const anyLoose = statement((db) =>
  db.selectFrom('events').select('id').where('place', 'is', null).limit(1),
)

/** Is there an event without a place? Asked again and again, so it waits for no other table. */
export const isAnyLoose = async (db: Database): Promise<boolean> =>
  (await anyLoose(db, {})).rows.length > 0

const loose = statement((db, value: { most: number }) =>
  db
    .selectFrom('events')
    .leftJoin('accounts', 'accounts.id', 'events.accountId')
    .selectAll('events')
    .select(['accounts.mainId', 'accounts.privilege'])
    .where('events.place', 'is', null)
    .orderBy('events.id')
    .limit(value.most as never),
)

/** Events without a place, the oldest first, with what says whose account each is about. */
export const looseEvents = async (db: Database, most: number) => (await loose(db, { most })).rows

/** Is there an event without a place that was made before then? */
export async function looseBefore(db: Database, time: number, most: number): Promise<string[]> {
  const rows = await db
    .selectFrom('events')
    .select('id')
    .where('place', 'is', null)
    .where('id', '<', idsFrom(time))
    .orderBy('id')
    .limit(most)
    .execute()
  return rows.map(({ id }) => id)
}

const givePlace = statement((db, value: Pick<Chained, 'id' | 'place' | 'link' | 'aboutHash'>) =>
  db
    .updateTable('events')
    .set({ place: value.place, link: value.link, aboutHash: value.aboutHash })
    .where('id', '=', value.id)
    .where('place', 'is', null),
)

/** Gives an event its place. Throws when it has one, or is gone: then nothing of the batch is right. */
export async function placeEvent(
  db: Database,
  event: Pick<Chained, 'id' | 'place' | 'link' | 'aboutHash'>,
): Promise<void> {
  const { changed } = await givePlace(db, event)
  if (changed !== 1) throw new Error(`the event ${event.id} was changed while it was chained`)
}

/** Those of an account that have no place yet. */
export async function looseOf(db: Database, accountId: string): Promise<Row[]> {
  return db
    .selectFrom('events')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('place', 'is', null)
    .execute()
}

/** Keeps the hash of what is about to be blanked. Not where the event has got a place meanwhile: it has one. */
export async function keepAboutHash(db: Database, id: string, aboutHash: string): Promise<void> {
  await db
    .updateTable('events')
    .set({ aboutHash })
    .where('id', '=', id)
    .where('place', 'is', null)
    .where('aboutHash', 'is', null)
    .execute()
}

/** So many events that stand behind this place, in their order. */
export async function chainedAfter(db: Database, place: number, most: number): Promise<Chained[]> {
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where('place', '>', place)
    .orderBy('place')
    .limit(most)
    .execute()
  return rows as Chained[]
}

/** The one that got its place last. */
export async function lastChained(db: Database): Promise<Chained | null> {
  const row = await db
    .selectFrom('events')
    .selectAll()
    .where('place', 'is not', null)
    .orderBy('place', 'desc')
    .limit(1)
    .executeTakeFirst()
  return (row as Chained | undefined) ?? null
}

/** How many stand up to this place. */
export async function chainedUpTo(db: Database, place: number): Promise<number> {
  const row = await db
    .selectFrom('events')
    .select((e) => e.fn.countAll<number | string>().as('count'))
    .where('place', '<=', place)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

export async function findChained(db: Database, place: number): Promise<Chained | null> {
  const row = await db
    .selectFrom('events')
    .selectAll()
    .where('place', '=', place)
    .executeTakeFirst()
  return (row as Chained | undefined) ?? null
}

/** Removes the oldest, up to this place. */
export async function removeChained(db: Database, upTo: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('events')
    .where('place', '<=', upTo)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Of these accounts, those that are said to be deleted and are gone. */
export async function deletedAmong(
  db: Database,
  accountIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (accountIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('events')
    .leftJoin('accounts', 'accounts.id', 'events.accountId')
    .select('events.accountId')
    .where('events.accountId', 'in', accountIds)
    .where('events.kind', '=', 'account_deleted')
    .where('accounts.id', 'is', null)
    .execute()
  return new Set(rows.flatMap(({ accountId }) => accountId ?? []))
}
