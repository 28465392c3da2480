import type { Database } from './open.ts'

/**
 * The account and all that is personal about it: who signs in no more leaves no factor, session, device,
 * link or case. What was sent stays without its recipient and its text. In a transaction that holds the account.
 */
export async function deleteAccount(db: Database, id: string, now: number): Promise<void> {
  await db
    .updateTable('messages')
    .set({ recipient: '', body: null })
    .where('accountId', '=', id)
    .execute()
  await db.deleteFrom('attempts').where('accountId', '=', id).execute()
  await db.deleteFrom('links').where('accountId', '=', id).execute()
  // What it had as a main account.
  await db.deleteFrom('policies').where('owner', '=', id).execute()
  await db
    .updateTable('keys')
    .set({ endedAt: now })
    .where('mainId', '=', id)
    .where('endedAt', 'is', null)
    .execute()
  await db.deleteFrom('imports').where('accountId', '=', id).execute()
  await db
    .deleteFrom('importLines')
    .where('login', 'in', (e) => e.selectFrom('accounts').select('login').where('id', '=', id))
    .execute()
  // Factors, sessions, devices, changes of address and cases go with it.
  await db.deleteFrom('accounts').where('id', '=', id).execute()
}

/** The last mail to somebody whose account is gone has been dealt with: to whom it went is nobody's business. */
export async function forgetFarewells(db: Database): Promise<void> {
  await db
    .updateTable('messages')
    .set({ recipient: '' })
    .where('kind', '=', 'account_deleted')
    .where('recipient', '<>', '')
    .where('body', 'is', null)
    .execute()
}
