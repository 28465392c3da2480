import type { Database } from './open.ts'
import type { ContactChangesTable } from './tables.ts'

/** A new address, proven. It waits until it counts, or somebody stops it. */
export type ContactChange = Readonly<ContactChangesTable>

/** False when the address waits for somebody already. */
export async function insertChange(
  db: Database,
  change: Omit<ContactChange, 'stoppedAt' | 'appliedAt'>,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('contactChanges')
    .values({ ...change, stoppedAt: null, appliedAt: null })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

const waiting = (db: Database) =>
  db
    .selectFrom('contactChanges')
    .selectAll()
    .where('stoppedAt', 'is', null)
    .where('appliedAt', 'is', null)

/** The change that waits in this account, if there is one. */
export async function findWaiting(db: Database, accountId: string): Promise<ContactChange | null> {
  return (await waiting(db).where('accountId', '=', accountId).executeTakeFirst()) ?? null
}

/** The change that waits to give somebody this address. */
export async function findWaitingFor(db: Database, login: string): Promise<ContactChange | null> {
  return (await waiting(db).where('login', '=', login).executeTakeFirst()) ?? null
}

/** Those whose time has come, the oldest first, `most` of them. */
export const dueChanges = (db: Database, now: number, most: number): Promise<ContactChange[]> =>
  waiting(db).where('countsAt', '<=', now).orderBy('countsAt').limit(most).execute()

type Which = Pick<ContactChange, 'accountId' | 'id'>

/** True for one caller only, and only while it waits. */
export async function stopChange(
  db: Database,
  { accountId, id }: Which,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('contactChanges')
    .set({ stoppedAt: now })
    .where('accountId', '=', accountId)
    .where('id', '=', id)
    .where('stoppedAt', 'is', null)
    .where('appliedAt', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** True for one caller only: not before its time, and not once it was stopped. */
export async function applyChange(
  db: Database,
  { accountId, id }: Which,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('contactChanges')
    .set({ appliedAt: now })
    .where('accountId', '=', accountId)
    .where('id', '=', id)
    .where('stoppedAt', 'is', null)
    .where('appliedAt', 'is', null)
    .where('countsAt', '<=', now)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}
