import { hasRowLocks, type Database } from './open.ts'
import { statement } from './statement.ts'

/** How often something was done of late: how many times, since when, and when last. */
export type Used = { readonly count: number; readonly since: number; readonly last: number }
type Row = Used & { readonly version: number }

/** Two requests made the first row of one limit at the same moment. The loser starts again. */
export class LimitCollision extends Error {}

/** The texts for one key, for two, and so on. */
const perCount = <T>(make: (count: number) => T) => {
  const made: T[] = []
  return (count: number): T => (made[count] ??= make(count))
}
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

const select = (isHeld: boolean) =>
  perCount((count) =>
    statement((db, keys: Record<number, string>) => {
      const query = db
        .selectFrom('limits')
        .select(['key', 'count', 'since', 'last', 'version'])
        .where(
          'key',
          'in',
          upTo(count).map((n) => keys[n]!),
        )
        .orderBy('key')
      return isHeld ? query.forUpdate() : query
    }),
  )
const read = select(false)
const readHeld = select(true)

/** What was used of each key. Inside a transaction, the rows stay as they are until its end. */
export async function readLimits(
  db: Database,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Row>> {
  const query = db.isTransaction && hasRowLocks(db) ? readHeld : read
  const { rows } = await query(keys.length)(db, keys)
  return new Map(rows.map(({ key, ...row }) => [key, row]))
}

const upsert = perCount((count) =>
  statement((db, row: Record<string, never>) =>
    db
      .insertInto('limits')
      .values(
        upTo(count).map((n) => ({
          key: row[`key${n}`]!,
          count: row[`count${n}`]!,
          since: row[`since${n}`]!,
          last: row[`last${n}`]!,
          version: row[`version${n}`]!,
          endsAt: row[`endsAt${n}`]!,
        })),
      )
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
      ),
  ),
)

/**
 * Writes what is used now, each row only over the version that was read: two requests never count
 * as one.
 */
export async function writeLimits(
  db: Database,
  read: ReadonlyMap<string, Row>,
  used: ReadonlyMap<string, Used & { readonly endsAt: number }>,
): Promise<void> {
  const keys = [...used.keys()].sort()
  if (keys.length === 0) return
  const values = keys.flatMap((key, n) => {
    const { count, since, last, endsAt } = used.get(key)!
    const version = (read.get(key)?.version ?? 0) + 1
    const row = { key, count, since, last, version, endsAt }
    return Object.entries(row).map(([name, value]) => [name + n, value])
  })
  const { changed } = await upsert(keys.length)(db, Object.fromEntries(values))
  if (changed !== keys.length) throw new LimitCollision()
}
