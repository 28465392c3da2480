import { sql } from 'kysely'
import { hasRowLocks, type Database } from './open.ts'
import { statement } from './statement.ts'

/** How often something was done of late: how many times, since when, and when last. */
export type Used = { readonly count: number; readonly since: number; readonly last: number }

/** The texts for one key, for two, and so on. */
const perCount = <T>(make: (count: number) => T) => {
  const made: T[] = []
  return (count: number): T => (made[count] ??= make(count))
}
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

const read = perCount((count) =>
  statement((db, keys: Record<number, string>) =>
    db
      .selectFrom('limits')
      .select(['key', 'count', 'since', 'last'])
      .where(
        'key',
        'in',
        upTo(count).map((n) => keys[n]!),
      ),
  ),
)

// A lock by name: it also keeps off those who would be the first to make the row. All are taken in
// one order, so that nobody waits for somebody who waits for them. SQLite has one writer anyway.
const lock = perCount((count) =>
  statement((_db, keys: Record<number, string>) => {
    const names = upTo(count).map((n) => sql`(hashtextextended(${keys[n]}, 0))`)
    return sql`select pg_advisory_xact_lock(name) from
      (select name from (values ${sql.join(names)}) as names (name) order by name) as ordered`
  }),
)

/** What was used of each key. In a transaction, nobody else counts in them until its end. */
export async function readLimits(
  db: Database,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Used>> {
  if (db.isTransaction && hasRowLocks(db)) await lock(keys.length)(db, keys)
  return glanceAtLimits(db, keys)
}

/** The same, and holds nothing: others may count in them a moment later. */
export async function glanceAtLimits(
  db: Database,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Used>> {
  const { rows } = await read(keys.length)(db, keys)
  return new Map(rows.map(({ key, ...row }) => [key, row]))
}

const upsert = perCount((count) =>
  statement((db, row: Record<number, never>) =>
    db
      .insertInto('limits')
      .values(
        upTo(count).map((n) => ({
          key: row[5 * n]!,
          count: row[5 * n + 1]!,
          since: row[5 * n + 2]!,
          last: row[5 * n + 3]!,
          endsAt: row[5 * n + 4]!,
        })),
      )
      .onConflict((c) =>
        c.column('key').doUpdateSet((e) => ({
          count: e.ref('excluded.count'),
          since: e.ref('excluded.since'),
          last: e.ref('excluded.last'),
          endsAt: e.ref('excluded.endsAt'),
        })),
      ),
  ),
)

/** Writes what is used now of keys that were read in the same transaction. */
export async function writeLimits(
  db: Database,
  used: ReadonlyMap<string, Used & { readonly endsAt: number }>,
): Promise<void> {
  if (used.size === 0) return
  const values: unknown[] = []
  for (const [key, { count, since, last, endsAt }] of used)
    values.push(key, count, since, last, endsAt)
  await upsert(used.size)(db, values as never[])
}
