import { foldCase } from '../lib/text.ts'
import type { Account } from './accounts.ts'
import type { Database } from './open.ts'

// What administrators change in accounts. What people change in their own is in accounts.ts.

type Written = Partial<Omit<Account, 'id' | 'mainId' | 'passwordHash' | 'createdAt'>>

const rewriteRow = async (db: Database, id: string, values: Written): Promise<void> => {
  await db.updateTable('accounts').set(values).where('id', '=', id).execute()
}

export const replacePrivilege = (
  db: Database,
  id: string,
  privilege: Account['privilege'],
): Promise<void> => rewriteRow(db, id, { privilege })

/** Nobody gets in from then on; `null`: they do again. */
export const barAccount = (
  db: Database,
  id: string,
  disabledAt: Account['disabledAt'],
): Promise<void> => rewriteRow(db, id, { disabledAt })

/** Another password is due at the next sign-in, since then. */
export const askNewPassword = (db: Database, id: string, now: number): Promise<void> =>
  rewriteRow(db, id, { passwordDueAt: now })

export const markInvited = (db: Database, id: string, now: number): Promise<void> =>
  rewriteRow(db, id, { invitedAt: now })

/** Somebody who reads mail to the address has shown so. */
export const proveEmail = (db: Database, id: string, now: number): Promise<void> =>
  rewriteRow(db, id, { emailProvenAt: now })

/** Throws when the login is somebody else's, who was faster. */
export const rewriteAccount = (
  db: Database,
  id: string,
  about: Pick<Account, 'name' | 'country' | 'language' | 'email' | 'login' | 'emailProvenAt'>,
): Promise<void> => rewriteRow(db, id, { ...about, nameFolded: foldCase(about.name) })

/** Does this account own others? */
export async function hasSubAccounts(db: Database, id: string): Promise<boolean> {
  const row = await db
    .selectFrom('accounts')
    .select('id')
    .where('mainId', '=', id)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Those who manage the accounts of this main account, itself among them: at most so many. */
export const managersOf = (db: Database, mainId: string, most: number): Promise<Account[]> =>
  db
    .selectFrom('accounts')
    .selectAll()
    .where((e) => e.or([e('id', '=', mainId), e('mainId', '=', mainId)]))
    .where('privilege', '=', 'manage')
    .where('disabledAt', 'is', null)
    .orderBy('id')
    .limit(most)
    .execute()

/** The main account of this one: itself where it is one, or is gone. */
export async function mainIdOf(db: Database, id: string): Promise<string> {
  const row = await db
    .selectFrom('accounts')
    .select('mainId')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.mainId ?? id
}
