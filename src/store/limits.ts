import { hasRowLocks, type Database } from './open.ts'

/** How often something was done of late: how many times, since when, and when last. */
export type Used = { readonly count: number; readonly since: number; readonly last: number }
type Row = Used & { readonly version: number }

/** Two requests made the first row of one limit at the same moment. The loser starts again. */
export class LimitCollision extends Error {}

/** What was used of each key. Inside a transaction, the rows stay as they are until its end. */
export async function readLimits(
  db: Database,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Row>> {
  let query = db
    .selectFrom('limits')
    .select(['key', 'count', 'since', 'last', 'version'])
    .where('key', 'in', keys)
    .orderBy('key')
  if (db.isTransaction && hasRowLocks(db)) query = query.forUpdate()
  return new Map((await query.execute()).map(({ key, ...row }) => [key, row]))
}

/**
 * Writes what is used now, each row only over the version that was read: two requests never count
 * as one.
 */
export async function writeLimits(
  db: Database,
  read: ReadonlyMap<string, Row>,
  used: ReadonlyMap<string, Used & { readonly endsAt: number }>,
): Promise<void> {
  const rows = [...used]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, row]) => ({ key, ...row, version: (read.get(key)?.version ?? 0) + 1 }))
  if (rows.length === 0) return
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('limits')
    .values(rows)
    .onConflict((c) =>
      c
        .column('key')
        .doUpdateSet((e) => ({
          count: e.ref('excluded.count'),
          since: e.ref('excluded.since'),
          last: e.ref('excluded.last'),
          version: e.ref('excluded.version'),
          endsAt: e.ref('excluded.endsAt'),
        }))
        .whereRef('excluded.version', '=', (e) => e('limits.version', '+', 1)),
    )
    .executeTakeFirst()
  if (Number(numInsertedOrUpdatedRows) !== rows.length) throw new LimitCollision()
}
