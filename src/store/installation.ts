import { sql } from 'kysely'
import { hasRowLocks, type Database } from './open.ts'

type Installation = { readonly setUpAt: number | null; readonly keyCheck: string }

/** What tells which keys this database was made with; `null` when it is new. Changes nothing. */
export async function keyCheckIn(db: Database): Promise<string | null> {
  const found = hasRowLocks(db)
    ? sql<{ name: unknown }>`select to_regclass('installation')::text as name`
    : sql<{
        name: unknown
      }>`select max(name) as name from sqlite_master where name = 'installation'`
  if (((await found.execute(db)).rows[0]?.name ?? null) === null) return null
  const row = await db.selectFrom('installation').select('keyCheck').executeTakeFirst()
  return row?.keyCheck ?? null
}

/** The one row about this installation, made at the first start. The first of two starts wins. */
export async function installationOf(
  db: Database,
  fresh: { readonly createdAt: number; readonly keyCheck: string },
): Promise<Installation> {
  await db
    .insertInto('installation')
    .values({ id: 1, setUpAt: null, factors: null, delivery: null, ...fresh })
    .onConflict((c) => c.column('id').doNothing())
    .execute()
  return db
    .selectFrom('installation')
    .select(['setUpAt', 'keyCheck'])
    .where('id', '=', 1)
    .executeTakeFirstOrThrow()
}

/** Has the first account been made? */
export async function isSetUp(db: Database): Promise<boolean> {
  const row = await db.selectFrom('installation').select('setUpAt').executeTakeFirst()
  return typeof row?.setUpAt === 'number'
}

/** The first account is made once: true for one caller only, however many links are about. */
export async function spendSetUp(db: Database, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('installation')
    .set({ setUpAt: now })
    .where('id', '=', 1)
    .where('setUpAt', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** In a transaction: nobody else changes the installation until its end. */
export async function holdInstallation(db: Database): Promise<void> {
  let query = db.selectFrom('installation').select('id').where('id', '=', 1)
  if (hasRowLocks(db)) query = query.forUpdate()
  await query.executeTakeFirst()
}

export async function replaceKeyCheck(db: Database, keyCheck: string): Promise<void> {
  await db.updateTable('installation').set({ keyCheck }).where('id', '=', 1).execute()
}

/** The kinds of factors that could be used at the last start; `null` where none was looked at yet. */
export async function factorsIn(db: Database): Promise<readonly string[] | null> {
  const row = await db.selectFrom('installation').select('factors').executeTakeFirst()
  return row?.factors?.split(',') ?? null
}

export async function replaceFactors(db: Database, factors: readonly string[]): Promise<void> {
  await db
    .updateTable('installation')
    .set({ factors: factors.join(',') })
    .where('id', '=', 1)
    .execute()
}

/** Answers when the database does. */
export async function ping(db: Database): Promise<void> {
  await db.selectFrom('installation').select('id').executeTakeFirstOrThrow()
}

/** What the operator has set about delivery, as JSON; `null` where nothing was set. */
export async function deliveryIn(db: Database): Promise<string | null> {
  const row = await db.selectFrom('installation').select('delivery').executeTakeFirst()
  return row?.delivery ?? null
}

export async function replaceDelivery(db: Database, delivery: string): Promise<void> {
  await db.updateTable('installation').set({ delivery }).where('id', '=', 1).execute()
}
