import { hasRowLocks, type Database } from './open.ts'
import type { AccountsTable } from './tables.ts'

export type Account = Readonly<AccountsTable>

/** What a person may change about themselves without further proof. */
export type Profile = Pick<Account, 'name' | 'country' | 'language' | 'phone'>

/** False when the login is taken. */
export async function insertAccount(db: Database, account: Account): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('accounts')
    .values(account)
    .onConflict((c) => c.column('login').doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export async function findAccount(db: Database, id: string): Promise<Account | null> {
  return (
    (await db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
  )
}

/** In a transaction: the same, and nobody else changes what belongs to it until the end. */
export async function holdAccount(db: Database, id: string): Promise<Account | null> {
  let query = db.selectFrom('accounts').selectAll().where('id', '=', id)
  if (hasRowLocks(db)) query = query.forUpdate()
  return (await query.executeTakeFirst()) ?? null
}

export async function findAccountByLogin(db: Database, login: string): Promise<Account | null> {
  return (
    (await db.selectFrom('accounts').selectAll().where('login', '=', login).executeTakeFirst()) ??
    null
  )
}

export async function updateProfile(db: Database, id: string, profile: Profile): Promise<void> {
  await db.updateTable('accounts').set(profile).where('id', '=', id).execute()
}

/** The same password under today's cost; not when it was changed in the meantime. */
export async function replacePasswordHash(
  db: Database,
  account: Account,
  passwordHash: string,
): Promise<void> {
  await db
    .updateTable('accounts')
    .set({ passwordHash })
    .where('id', '=', account.id)
    .where('passwordHash', '=', account.passwordHash)
    .execute()
}
