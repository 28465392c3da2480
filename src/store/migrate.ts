import { sql, type Kysely } from 'kysely'
import { migrations, type Migration } from './migrations/all.ts'
import { hasRowLocks, type Database } from './open.ts'

type Journal = Kysely<{ migrations: { name: string; at: number } }>

/** The database was written by a newer program; this one must not touch it. */
export class NewerDatabase extends Error {
  constructor(name: string) {
    super(`the database is newer than this program: it knows the change "${name}", we do not`)
  }
}

/**
 * Brings the tables up to date, all changes or none, one process at a time. Gives back the names
 * of the changes made. (Kysely's own migrator does not lock SQLite between processes.)
 */
export async function migrate(
  db: Database,
  now: number,
  known: Record<string, Migration> = migrations,
): Promise<string[]> {
  return db.transaction().execute(async (tx) => {
    if (hasRowLocks(db)) await sql`select pg_advisory_xact_lock(7155231)`.execute(tx)
    const journal = tx as unknown as Journal
    await journal.schema
      .createTable('migrations')
      .ifNotExists()
      .addColumn('name', 'text', (c) => c.primaryKey())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .execute()

    const rows = await journal.selectFrom('migrations').select('name').orderBy('name').execute()
    const done = new Set(rows.map(({ name }) => name))
    const newer = [...done].find((name) => !(name in known))
    if (newer !== undefined) throw new NewerDatabase(newer)

    const names = Object.keys(known)
      .filter((name) => !done.has(name))
      .sort()
    for (const name of names) {
      await known[name]!.up(tx as Kysely<any>)
      await journal.insertInto('migrations').values({ name, at: now }).execute()
    }
    return names
  })
}
