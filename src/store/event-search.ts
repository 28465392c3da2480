import { sql } from 'kysely'
import type { Row } from './chain.ts'
import type { Database } from './open.ts'
import type { Privilege } from './tables.ts'

/** An event as those find it who look through the events of many. */
export type FoundEvent = Row & {
  /** The account it is about, while there is one. */
  readonly login: string | null
  /** The link of the event before, where both have a place. */
  readonly prev: string | null
}

/** `null`: any. */
export type EventFilter = {
  readonly accountId: string | null
  /** Only what is about the accounts of this main account. */
  readonly main: string | null
  readonly kinds: readonly string[] | null
}

/** Those whose ids are in it: from the first on, up to before the second. */
export type Range = { readonly from: string; readonly until: string }

/** Where a piece of so many events ends: the newest of a stretch, or its oldest. `null`: it is no longer than that. */
export async function cutAt(
  db: Database,
  { accountId }: EventFilter,
  { from, until }: Range,
  most: number,
  side: 'newest' | 'oldest',
): Promise<string | null> {
  let query = db.selectFrom('events').select('id').where('id', '>=', from).where('id', '<', until)
  if (accountId !== null) query = query.where('accountId', '=', accountId)
  const at = side === 'newest' ? most - 1 : most
  const row = await query
    .orderBy('id', side === 'newest' ? 'desc' : 'asc')
    .offset(at)
    .limit(1)
    .executeTakeFirst()
  return row?.id ?? null
}

/** What of a stretch is looked for, the oldest first. */
export async function eventsIn(
  db: Database,
  { accountId, main, kinds }: EventFilter,
  { from, until }: Range,
): Promise<FoundEvent[]> {
  let query = found(db).where('events.id', '>=', from).where('events.id', '<', until)
  if (accountId !== null) query = query.where('events.accountId', '=', accountId)
  if (kinds !== null) query = query.where('events.kind', 'in', kinds)
  if (main !== null)
    query = query.where((e) =>
      e.or([
        // Those who run the installation are nobody else's to look at, wherever they belong.
        e.and([
          e.or([e('accounts.id', '=', main), e('accounts.mainId', '=', main)]),
          e.or([e('accounts.privilege', 'is', null), e('accounts.privilege', '<>', 'operator')]),
        ]),
        // Of an account that is gone, its last event says whose it was.
        e.and([
          e('accounts.id', 'is', null),
          e('events.kind', '=', 'account_deleted'),
          e('events.detail', 'like', `%"main":"${main}"%`),
        ]),
      ]),
    )
  return query.orderBy('events.id').execute()
}

/** So many of all that stand behind this place, in their order. */
export const chainedEvents = (db: Database, place: number, most: number): Promise<FoundEvent[]> =>
  found(db).where('events.place', '>', place).orderBy('events.place').limit(most).execute()

/** So many of all that have no place, after this id. */
export const unchainedEvents = (db: Database, after: string, most: number): Promise<FoundEvent[]> =>
  found(db)
    .where('events.place', 'is', null)
    .where('events.id', '>', after)
    .orderBy('events.id')
    .limit(most)
    .execute()

/** Somebody who has done something: an account, or a key. */
export type Doer = {
  readonly login: string | null
  /** The main account it belongs to; of a key `null` where it reaches all. */
  readonly main: string | null
  readonly privilege: Privilege | null
}

/** Those of these, accounts and keys (`key:ID`), that there are. */
export async function doersOf(
  db: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Doer>> {
  if (ids.length === 0) return new Map()
  const keyIds = ids.flatMap((id) => (id.startsWith(KEY) ? [id.slice(KEY.length)] : []))
  const accounts = await db
    .selectFrom('accounts')
    .select(['id', 'login', 'mainId', 'privilege'])
    .where('id', 'in', ids)
    .execute()
  const keys =
    keyIds.length === 0
      ? []
      : await db.selectFrom('keys').select(['id', 'mainId']).where('id', 'in', keyIds).execute()
  return new Map<string, Doer>([
    ...accounts.map(
      ({ id, login, mainId, privilege }) => [id, { login, main: mainId ?? id, privilege }] as const,
    ),
    ...keys.map(
      ({ id, mainId }) => [`${KEY}${id}`, { login: null, main: mainId, privilege: null }] as const,
    ),
  ])
}

const KEY = 'key:'

const found = (db: Database) =>
  db
    .selectFrom('events')
    .leftJoin('accounts', 'accounts.id', 'events.accountId')
    .leftJoin('events as before', (join) =>
      join.on('before.place', '=', sql<number>`events.place - 1`),
    )
    .selectAll('events')
    .select(['accounts.login', 'before.link as prev'])
