import { foldCase } from '../lib/text.ts'
import { hasRowLocks, type Database } from './open.ts'
import { statement } from './statement.ts'
import type { AccountsTable } from './tables.ts'

export type Account = Readonly<AccountsTable>

/** The main account it belongs to: itself, where it is one. Pure. */
export const mainOf = ({ id, mainId }: Pick<Account, 'id' | 'mainId'>): string => mainId ?? id

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

const byId = statement((db, value: { id: string }) =>
  db.selectFrom('accounts').selectAll().where('id', '=', value.id),
)

export async function findAccount(db: Database, id: string): Promise<Account | null> {
  return (await byId(db, { id })).rows[0] ?? null
}

/** In a transaction: the same, and nobody else holds it until the end. Others may still refer to it. */
export async function holdAccount(db: Database, id: string): Promise<Account | null> {
  let query = db.selectFrom('accounts').selectAll().where('id', '=', id)
  if (hasRowLocks(db)) query = query.forNoKeyUpdate()
  return (await query.executeTakeFirst()) ?? null
}

const lock = statement((db, value: { id: string }) =>
  db.selectFrom('accounts').select('id').where('id', '=', value.id).forNoKeyUpdate(),
)

/** In a transaction: nobody else holds it until the end. SQLite has one writer anyway. */
export async function lockAccount(db: Database, id: string): Promise<void> {
  if (hasRowLocks(db)) await lock(db, { id })
}

const withHash = statement((db, value: { id: string; passwordHash: string }) => {
  const query = db
    .selectFrom('accounts')
    .selectAll()
    .where('id', '=', value.id)
    .where('passwordHash', '=', value.passwordHash)
    .where('disabledAt', 'is', null)
  return hasRowLocks(db) ? query.forNoKeyUpdate() : query
})

/**
 * The same, if its password is still this one and nobody has barred it: who changes that at this moment
 * waits, or was faster.
 */
export async function holdPassword(
  db: Database,
  { id, passwordHash }: Account,
): Promise<Account | null> {
  return (await withHash(db, { id, passwordHash })).rows[0] ?? null
}

const byLogin = statement((db, value: { login: string }) =>
  db.selectFrom('accounts').selectAll().where('login', '=', value.login),
)

export async function findAccountByLogin(db: Database, login: string): Promise<Account | null> {
  return (await byLogin(db, { login })).rows[0] ?? null
}

/** Those of these logins that there are, by login. At most a few hundred at a time. */
export async function findAccountsByLogin(
  db: Database,
  logins: readonly string[],
): Promise<ReadonlyMap<string, Account>> {
  if (logins.length === 0) return new Map()
  const rows = await db.selectFrom('accounts').selectAll().where('login', 'in', logins).execute()
  return new Map(rows.map((account) => [account.login, account]))
}

export async function updateProfile(db: Database, id: string, profile: Profile): Promise<void> {
  const nameFolded = foldCase(profile.name)
  await db
    .updateTable('accounts')
    .set({ ...profile, nameFolded })
    .where('id', '=', id)
    .execute()
}

/** Somebody has just shown that they read the mail to the address. */
export async function markEmailProven(db: Database, id: string, now: number): Promise<void> {
  await db.updateTable('accounts').set({ emailProvenAt: now }).where('id', '=', id).execute()
}

/** Which kind of factor to ask for first; `null`: as it comes. */
export async function preferFactor(
  db: Database,
  id: string,
  preferredFactor: Account['preferredFactor'],
): Promise<void> {
  await db.updateTable('accounts').set({ preferredFactor }).where('id', '=', id).execute()
}

/** A number that was just proven. */
export async function replacePhone(db: Database, id: string, phone: string): Promise<void> {
  await db.updateTable('accounts').set({ phone }).where('id', '=', id).execute()
}

/** Codes go out by e-mail and by text message at once, from now on; `null`: by one of them. */
export async function chooseBoth(
  db: Database,
  id: string,
  bothSince: Account['bothSince'],
): Promise<void> {
  await db.updateTable('accounts').set({ bothSince }).where('id', '=', id).execute()
}

/** Another address to sign in with. Throws when it is somebody else's, who was faster. */
export async function replaceLogin(
  db: Database,
  id: string,
  { login, email }: Pick<Account, 'login' | 'email'>,
): Promise<void> {
  await db.updateTable('accounts').set({ login, email }).where('id', '=', id).execute()
}

/** The person has shown another factor than the mailbox since the password was reset by mail. */
export async function forgetReset(db: Database, id: string): Promise<void> {
  await db.updateTable('accounts').set({ passwordResetAt: null }).where('id', '=', id).execute()
}

/** True for one caller only, until there is a new password: others know this one. */
export async function markKnown(db: Database, id: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('accounts')
    .set({ passwordKnownAt: now })
    .where('id', '=', id)
    .where('passwordKnownAt', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** A new password, which nobody else knows. False when the old one is not this any more. */
export async function replacePassword(
  db: Database,
  { id, passwordHash: old }: Pick<Account, 'id' | 'passwordHash'>,
  next: Pick<Account, 'passwordHash' | 'passwordResetAt'>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('accounts')
    .set({ ...next, passwordKnownAt: null, passwordDueAt: null })
    .where('id', '=', id)
    .where('passwordHash', '=', old)
    .executeTakeFirst()
  return numUpdatedRows === 1n
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

/** Those who may do everything on the whole installation: at most so many. */
export async function operators(db: Database, most: number): Promise<Account[]> {
  return (
    db
      .selectFrom('accounts')
      .selectAll()
      .where('privilege', '=', 'operator')
      .where('disabledAt', 'is', null)
      // Invited, and never here: they cannot do anything.
      .where('passwordHash', '<>', '')
      .orderBy('id')
      .limit(most)
      .execute()
  )
}

/** Those who look after the accounts of a main account: at most so many. */
export async function managersOf(db: Database, mainId: string, most: number): Promise<Account[]> {
  return db
    .selectFrom('accounts')
    .selectAll()
    .where((e) => e.or([e('id', '=', mainId), e('mainId', '=', mainId)]))
    .where('privilege', 'in', ['manage', 'operator'])
    .where('disabledAt', 'is', null)
    .orderBy('id')
    .limit(most)
    .execute()
}

/** In which countries accounts are, with how many, the most first. */
export async function accountsByCountry(
  db: Database,
): Promise<readonly { readonly country: string; readonly count: number }[]> {
  const rows = await db
    .selectFrom('accounts')
    .select((e) => ['country', e.fn.countAll<number | string>().as('count')])
    .groupBy('country')
    .execute()
  return rows
    .map(({ country, count }) => ({ country, count: Number(count) }))
    .toSorted((a, b) => b.count - a.count || (a.country < b.country ? -1 : 1))
}
