import { idsFrom } from '../lib/random.ts'
import type { Database } from './open.ts'
import { statement, values } from './statement.ts'
import type { EventsTable } from './tables.ts'

/** Something that happened. `detail` never holds a code, a token or a password. */
export type Event = {
  readonly id: string
  readonly at: number
  readonly kind: string
  readonly accountId: string | null
  readonly attemptId: string | null
  readonly sessionId: string | null
  readonly deviceId: string | null
  readonly address: string
  readonly userAgent: string
  readonly requestId: string
  readonly detail: Readonly<Record<string, string | number | boolean | null>>
}

/** What is written at once; the chain takes it up later. */
type Fresh = Omit<EventsTable, 'place' | 'link' | 'aboutHash' | 'erasedAt'>

const insert = statement((db, row: Fresh) =>
  db
    .insertInto('events')
    .values(
      values(
        row,
        'id',
        'at',
        'kind',
        'accountId',
        'attemptId',
        'sessionId',
        'deviceId',
        'address',
        'userAgent',
        'requestId',
        'detail',
      ),
    ),
)

export async function insertEvent(db: Database, event: Event): Promise<void> {
  await insert(db, { ...event, detail: JSON.stringify(event.detail) })
}

const signedIn = statement((db, value: { accountId: string }) =>
  db
    .selectFrom('events')
    .select('id')
    .where('accountId', '=', value.accountId)
    .where('kind', '=', 'signed_in')
    .limit(1),
)

/** Has anybody ever signed in to this account? */
export async function hasSignedIn(db: Database, accountId: string): Promise<boolean> {
  return (await signedIn(db, { accountId })).rows.length > 0
}

const fromRow = (row: EventsTable): Event => ({
  ...values(
    row,
    'id',
    'at',
    'kind',
    'accountId',
    'attemptId',
    'sessionId',
    'deviceId',
    'address',
    'userAgent',
    'requestId',
  ),
  detail: JSON.parse(row.detail) as Event['detail'],
})

/**
 * What happened to an account, the newest first: so many that are older than `before` (an id, or from
 * the newest on), of these kinds (`null`: all).
 */
export async function eventsOf(
  db: Database,
  accountId: string,
  { before, kinds, most }: EventsWanted,
): Promise<Event[]> {
  let query = db.selectFrom('events').selectAll().where('accountId', '=', accountId)
  if (before !== null) query = query.where('id', '<', before)
  if (kinds !== null) query = query.where('kind', 'in', kinds)
  const rows = await query.orderBy('id', 'desc').limit(most).execute()
  return rows.map(fromRow)
}

export type EventsWanted = {
  readonly before: string | null
  readonly kinds: readonly string[] | null
  readonly most: number
}

/** Did something of this kind happen to an account after `since`? */
export async function hasHappened(
  db: Database,
  accountId: string,
  kind: string,
  since: number,
): Promise<boolean> {
  const row = await db
    .selectFrom('events')
    .select('id')
    .where('accountId', '=', accountId)
    .where('kind', '=', kind)
    .where('id', '>', idsFrom(since))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** What happened since then to nobody's account, of these kinds, newest first. */
export async function ownEvents(
  db: Database,
  kinds: readonly string[],
  since: number,
  most: number,
): Promise<Event[]> {
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where('accountId', 'is', null)
    .where('kind', 'in', kinds)
    .where('id', '>=', idsFrom(since))
    .orderBy('id', 'desc')
    .limit(most)
    .execute()
  return rows.map(fromRow)
}

/** One event of this account. */
export async function findEvent(
  db: Database,
  accountId: string,
  id: string,
): Promise<Event | null> {
  const row = await db
    .selectFrom('events')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row ? fromRow(row) : null
}

/** What happened to an account in this very millisecond: few rows, though nothing points at them. */
export async function eventsAt(db: Database, accountId: string, at: number): Promise<Event[]> {
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('id', '>=', idsFrom(at))
    .where('id', '<', idsFrom(at + 1))
    .orderBy('id')
    .execute()
  return rows.map(fromRow)
}

/** Has somebody said "this was not me" about this event? */
export async function isReported(db: Database, { accountId, id }: Event): Promise<boolean> {
  const row = await db
    .selectFrom('events')
    .select('id')
    .where('accountId', '=', accountId)
    .where('id', '>', id)
    .where('kind', '=', 'not_me')
    .where('detail', 'like', `%"event":"${id}"%`)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * What is about a person in the events of an account is gone: from where, by which browser, and the details.
 * That something happened, and when, stays.
 */
export async function eraseEvents(
  { db, now }: { readonly db: Database; readonly now: number },
  accountId: string,
): Promise<void> {
  await db
    .updateTable('events')
    .set({ address: '', userAgent: '', detail: '{}', erasedAt: now })
    .where('accountId', '=', accountId)
    .where('erasedAt', 'is', null)
    .execute()
}
