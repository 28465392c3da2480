import type { Database } from './open.ts'

/** A link that is worth something to whoever holds it, once, for a while. */
type Link = {
  readonly tokenHash: string
  readonly purpose: 'setup' | 'reset' | 'stop-change' | 'invite'
  readonly createdAt: number
  readonly expiresAt: number
  /** Whose it is; none at set-up. */
  readonly accountId: string | null
  /** The contact change it stops. */
  readonly about: string | null
}

export async function insertLink(db: Database, link: Link): Promise<void> {
  await db
    .insertInto('links')
    .values({ ...link, usedAt: null })
    .execute()
}

/** A link that can still be used, and whose it is. Changes nothing. */
export async function findLink(
  db: Database,
  purpose: Link['purpose'],
  tokenHash: string,
  now: number,
): Promise<Pick<Link, 'accountId' | 'about'> | null> {
  const row = await db
    .selectFrom('links')
    .select(['accountId', 'about'])
    .where('tokenHash', '=', tokenHash)
    .where('purpose', '=', purpose)
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', now)
    .executeTakeFirst()
  return row ?? null
}

export const isLinkAlive = async (
  db: Database,
  purpose: Link['purpose'],
  tokenHash: string,
  now: number,
): Promise<boolean> => (await findLink(db, purpose, tokenHash, now)) !== null

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

/**
 * Links of an account work no longer: those of this purpose, since one was used or is not wanted, or
 * (without a purpose) all, since they went to an address that is not its own any more.
 */
export async function endLinksOf(
  db: Database,
  accountId: string,
  now: number,
  purpose: Link['purpose'] | null = null,
): Promise<void> {
  await db
    .updateTable('links')
    .set({ usedAt: now })
    .where('accountId', '=', accountId)
    .where((e) => (purpose === null ? e.lit(true) : e('purpose', '=', purpose)))
    .where('usedAt', 'is', null)
    .execute()
}
