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

/** True for one caller only, and only while it waits. */
export async function stopChange(db: Database, change: Which, now: number): Promise<boolean> {
  const stopped = await oneWaiting(db, change).set({ stoppedAt: now }).executeTakeFirst()
  return stopped.numUpdatedRows === 1n
}

/** True for one caller only: not before its time, and not once it was stopped. */
export async function applyChange(db: Database, change: Which, now: number): Promise<boolean> {
  const applied = await oneWaiting(db, change)
    .set({ appliedAt: now })
    .where('countsAt', '<=', now)
    .executeTakeFirst()
  return applied.numUpdatedRows === 1n
}

type Which = Pick<ContactChange, 'accountId' | 'id'>

const oneWaiting = (db: Database, { accountId, id }: Which) =>
  db
    .updateTable('contactChanges')
    .where('accountId', '=', accountId)
    .where('id', '=', id)
    .where('stoppedAt', 'is', null)
    .where('appliedAt', 'is', null)
