import type { Database } from './open.ts'

/** A link that is worth something to whoever holds it, once, for a while. */
type Link = {
  readonly tokenHash: string
  readonly purpose: 'setup'
  readonly createdAt: number
  readonly expiresAt: number
}

export async function insertLink(db: Database, link: Link): Promise<void> {
  await db
    .insertInto('links')
    .values({ ...link, usedAt: null })
    .execute()
}

export async function isLinkAlive(
  db: Database,
  purpose: Link['purpose'],
  tokenHash: string,
  now: number,
): Promise<boolean> {
  const row = await db
    .selectFrom('links')
    .select('tokenHash')
    .where('tokenHash', '=', tokenHash)
    .where('purpose', '=', purpose)
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', now)
    .executeTakeFirst()
  return row !== undefined
}

/** True for one caller only, however many hold the link. */
export async function spendLink(
  db: Database,
  purpose: Link['purpose'],
  tokenHash: string,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('links')
    .set({ usedAt: now })
    .where('tokenHash', '=', tokenHash)
    .where('purpose', '=', purpose)
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', now)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}
