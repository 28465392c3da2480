import { hasRowLocks, type Database } from './open.ts'
import { statement } from './statement.ts'
import type { AccountsTable, KeysTable, Privilege } from './tables.ts'

export type Key = Readonly<KeysTable>

/** What was made and not shown yet: no secret has this hash, so it opens nothing. */
export const NOT_SHOWN = ''

export async function insertKey(db: Database, key: Key): Promise<void> {
  await db.insertInto('keys').values(key).execute()
}

/** A key with what its maker may do now; none where the maker is gone, barred, or has no privilege. */
export type KeyOfMaker = Key & {
  readonly makerName: string | null
  readonly maker: (Pick<AccountsTable, 'id' | 'mainId'> & { readonly privilege: Privilege }) | null
}

const withMaker = (db: Database) =>
  db
    .selectFrom('keys')
    .leftJoin('accounts as maker', 'maker.id', 'keys.madeBy')
    .selectAll('keys')
    .select([
      'maker.name as makerName',
      'maker.mainId as makerMain',
      'maker.privilege as makerPrivilege',
      'maker.disabledAt as makerDisabledAt',
    ])

const byId = statement((db, value: { id: string }) => withMaker(db).where('keys.id', '=', value.id))

export async function findKey(db: Database, id: string): Promise<KeyOfMaker | null> {
  const [row] = (await byId(db, { id })).rows
  return row ? fromRow(row) : null
}

/**
 * In a transaction: the same, and nobody ends it or takes anything from its maker until the end. Others use
 * it at the same time.
 */
export async function holdKey(db: Database, id: string): Promise<KeyOfMaker | null> {
  const key = await findKey(db, id)
  if (!key || !hasRowLocks(db)) return key
  // In the order of those who end it: they hold themselves first, and are often who made it.
  await db.selectFrom('accounts').select('id').where('id', '=', key.madeBy).forShare().execute()
  await db.selectFrom('keys').select('id').where('id', '=', id).forShare().execute()
  return findKey(db, id)
}

type Row = Awaited<ReturnType<ReturnType<typeof withMaker>['executeTakeFirstOrThrow']>>

function fromRow(row: Row): KeyOfMaker {
  const { makerMain: mainId, makerPrivilege, makerDisabledAt, ...key } = row
  const may = makerDisabledAt === null ? makerPrivilege : null
  if (may === null) return { ...key, maker: null }
  return { ...key, maker: { id: key.madeBy, mainId, privilege: may } }
}

/**
 * Those that were not ended, the newest first: for the accounts of a main account, for those of all
 * (`null`), or whichever.
 */
export async function keysFor(
  db: Database,
  whose: 'whichever' | { readonly mainId: string | null },
  most: number,
): Promise<KeyOfMaker[]> {
  let query = withMaker(db).where('keys.endedAt', 'is', null)
  if (whose !== 'whichever')
    query = query.where('keys.mainId', whose.mainId === null ? 'is' : '=', whose.mainId)
  return (await query.orderBy('keys.id', 'desc').limit(most).execute()).map(fromRow)
}

/** The secret is there, and is shown now: true for one caller only. */
export async function giveSecret(
  db: Database,
  { id, madeBy }: Pick<Key, 'id' | 'madeBy'>,
  secretHash: string,
  since: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('keys')
    .set({ secretHash })
    .where('id', '=', id)
    .where('madeBy', '=', madeBy)
    .where('secretHash', '=', NOT_SHOWN)
    .where('createdAt', '>', since)
    .where('endedAt', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** It was used; that is written down where it was not for so long. */
export async function touchKey(
  db: Database,
  id: string,
  now: number,
  often: number,
): Promise<void> {
  await db
    .updateTable('keys')
    .set({ lastUsedAt: now })
    .where('id', '=', id)
    .where((e) => e.or([e('lastUsedAt', 'is', null), e('lastUsedAt', '<=', now - often)]))
    .execute()
}

/** False when it was ended before. */
export async function endKey(db: Database, id: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('keys')
    .set({ endedAt: now })
    .where('id', '=', id)
    .where('endedAt', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Those that somebody has made open nothing any more. */
export async function endKeysOf(db: Database, madeBy: string, now: number): Promise<void> {
  await db
    .updateTable('keys')
    .set({ endedAt: now })
    .where('madeBy', '=', madeBy)
    .where('endedAt', 'is', null)
    .execute()
}
