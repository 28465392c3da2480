import type { Database } from './open.ts'
import type { StoppedPrefixesTable } from './tables.ts'

export type StoppedPrefix = Readonly<StoppedPrefixesTable>

/** True for one caller only, until it is released: whoever was first has stopped it. */
export async function insertStop(
  db: Database,
  stop: Omit<StoppedPrefix, 'releasedAt' | 'releasedBy'>,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('stoppedPrefixes')
    .values({ ...stop, releasedAt: null, releasedBy: null })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** Is it stopped now? Else since when it is free: when it was last released, or 0. */
export async function standingOf(
  db: Database,
  prefix: string,
): Promise<{ readonly isStopped: boolean; readonly freeSince: number }> {
  const stops = await db
    .selectFrom('stoppedPrefixes')
    .select('releasedAt')
    .where('prefix', '=', prefix)
    .execute()
  return {
    isStopped: stops.some(({ releasedAt }) => releasedAt === null),
    freeSince: Math.max(0, ...stops.map(({ releasedAt }) => releasedAt ?? 0)),
  }
}

/** False when it is not stopped any more. */
export async function endStop(
  db: Database,
  prefix: string,
  { releasedAt, releasedBy }: { readonly releasedAt: number; readonly releasedBy: string },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('stoppedPrefixes')
    .set({ releasedAt, releasedBy })
    .where('prefix', '=', prefix)
    .where('releasedAt', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Those that are stopped now, newest first. */
export const stoppedPrefixes = (db: Database, most: number): Promise<StoppedPrefix[]> =>
  db
    .selectFrom('stoppedPrefixes')
    .selectAll()
    .where('releasedAt', 'is', null)
    .orderBy('stoppedAt', 'desc')
    .orderBy('id', 'desc')
    .limit(most)
    .execute()
