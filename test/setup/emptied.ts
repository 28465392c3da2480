import pg from 'pg'
import type { databases, FreshDatabase } from './databases.ts'

// PostgreSQL takes longer to make a database than most stories to be told, so one is used again.
const emptied: FreshDatabase[] = []

/** A database that is nobody else's: a new one, or one that was used before, with nothing in its tables. */
export async function emptyDatabase({
  name,
  fresh,
}: (typeof databases)[number]): Promise<
  FreshDatabase & { readonly giveBack: () => Promise<void> }
> {
  const database = (name === 'PostgreSQL' && emptied.pop()) || (await fresh())
  const giveBack = () => (name === 'PostgreSQL' ? empty(database) : database.drop())
  return { ...database, giveBack }
}

async function empty(database: FreshDatabase): Promise<void> {
  const client = new pg.Client(database.url)
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables
       where schemaname = 'public' and tablename not like '%migration%'`,
    )
    await client.query(
      `delete from accounts; ${rows.map((row) => `delete from ${row.name}`).join(';')}`,
    )
    emptied.push(database)
  } finally {
    await client.end()
  }
}
