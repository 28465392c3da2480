import { sql, type Kysely } from 'kysely'
import { foldCase } from '../../lib/text.ts'

/** Main accounts and sub-accounts, what is asked of them, help for who lost everything, and a chain of events. */
export async function up(db: Kysely<any>): Promise<void> {
  const onPostgres = db.getExecutor().adapter.supportsMultipleConnections
  const time = onPostgres ? 'bigint' : 'integer'

  const accounts = ['main_id', 'wanted_code', 'wanted_phone'] as const
  for (const name of accounts)
    await db.schema.alterTable('accounts').addColumn(name, 'text').execute()
  const since = [
    'disabled_at',
    'email_proven_at',
    'password_due_at',
    'wanted_at',
    'invited_at',
  ] as const
  for (const name of since) await db.schema.alterTable('accounts').addColumn(name, time).execute()
  await db.schema
    .alterTable('accounts')
    .addColumn('name_folded', 'text', (c) => c.notNull().defaultTo(''))
    .execute()
  await foldNames(db)
  // To take everything away that is about somebody.
  await sql`create index messages_account on messages (account_id)`.execute(db)
  await sql`create index messages_farewell on messages (id)
    where kind = 'account_deleted' and recipient <> ''`.execute(db)
  await sql`create index accounts_main on accounts (main_id, id) where main_id is not null`.execute(
    db,
  )

  await sql`create index accounts_name on accounts (name_folded, id)`.execute(db)

  // What the policy of the account says, as it was when the session was made or the policy changed.
  for (const name of ['longest_idle', 'longest_life'])
    await db.schema.alterTable('sessions').addColumn(name, time).execute()

  await db.schema
    .createTable('policies')
    // A main account's; '' is the installation's.
    .addColumn('owner', 'text', (c) => c.primaryKey())
    .addColumn('rules', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('changed_at', time, (c) => c.notNull())
    .execute()

  // What a policy would have asked is counted over days, among all that happened.
  await sql`create index events_would_be_asked on events (id) where kind = 'would_be_asked'`.execute(
    db,
  )

  await db.schema
    .createTable('keys')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('secret_hash', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('scopes', 'text', (c) => c.notNull())
    .addColumn('main_id', 'text')
    .addColumn('made_by', 'text', (c) => c.notNull())
    .addColumn('created_at', time, (c) => c.notNull())
    .addColumn('expires_at', time)
    .addColumn('last_used_at', time)
    .addColumn('ended_at', time)
    .execute()

  await db.schema
    .createTable('cases')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) =>
      c.notNull().references('accounts.id').onDelete('cascade'),
    )
    .addColumn('opened_at', time, (c) => c.notNull())
    .addColumn('open_until', time, (c) => c.notNull())
    .addColumn('waits_until', time, (c) => c.notNull())
    .addColumn('sealed', 'text', (c) => c.notNull())
    .addColumn('knows_password', 'integer', (c) => c.notNull())
    .addColumn('device_id', 'text')
    .addColumn('is_known_place', 'integer', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('user_agent', 'text', (c) => c.notNull())
    .addColumn('cancelled_at', time)
    .addColumn('refused_at', time)
    .addColumn('approved_at', time)
    .addColumn('approved_by', 'text')
    .addColumn('seconded_at', time)
    .addColumn('decided_by', 'text')
    .addColumn('checked', 'text')
    .addColumn('pass_hash', 'text')
    .addColumn('pass_until', time)
    .addColumn('pass_tries', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('pass_used_at', time)
    .addColumn('recovered_at', time)
    .execute()
  await sql`create index cases_account on cases (account_id, id)`.execute(db)

  await db.schema
    .createTable('imports')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text')
    .addColumn('options', 'text', (c) => c.notNull())
    .addColumn('created_at', time, (c) => c.notNull())
    .addColumn('lines', 'integer', (c) => c.notNull())
    .addColumn('whole_at', time)
    .addColumn('checked_at', time)
    .addColumn('begun_at', time)
    .addColumn('ended_at', time)
    .addColumn('stopped', 'text')
    .addColumn('claimed_until', time, (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('import_lines')
    .addColumn('import_id', 'text', (c) => c.notNull().references('imports.id').onDelete('cascade'))
    .addColumn('line', 'integer', (c) => c.notNull())
    .addColumn('login', 'text')
    .addColumn('cells', 'text')
    .addColumn('result', 'text')
    .addColumn('why', 'text')
    .addColumn('is_done', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('import_lines_pkey', ['import_id', 'line'])
    .execute()
  await sql`create index import_lines_login on import_lines (import_id, login, line)`.execute(db)

  // Events are chained a moment after they were written, in the order they are found.
  for (const name of ['link', 'about_hash'])
    await db.schema.alterTable('events').addColumn(name, 'text').execute()
  await db.schema.alterTable('events').addColumn('place', time).execute()
  await db.schema.alterTable('events').addColumn('erased_at', time).execute()
  await sql`create unique index events_place on events (place) where place is not null`.execute(db)
  await sql`create index events_loose on events (id) where place is null`.execute(db)
  await db.schema
    .createTable('chain')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('first_place', time, (c) => c.notNull())
    .addColumn('first_link', 'text', (c) => c.notNull())
    .addColumn('last_place', time, (c) => c.notNull())
    .addColumn('last_link', 'text', (c) => c.notNull())
    .addColumn('seal', 'text', (c) => c.notNull())
    .execute()

  // What is counted by day, so that a look back reads no events.
  await db.schema
    .createTable('daily')
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('day', 'integer', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('by', 'text', (c) => c.notNull())
    .addColumn('count', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('daily_pkey', ['owner', 'day', 'name', 'by'])
    .execute()
}

const BATCH = 500

/** Not with the database's `lower`: SQLite's knows ASCII only. */
async function foldNames(db: Kysely<any>): Promise<void> {
  for (let after = ''; ;) {
    const rows: { id: string; name: string }[] = await db
      .selectFrom('accounts')
      .select(['id', 'name'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(BATCH)
      .execute()
    for (const { id, name } of rows)
      await db
        .updateTable('accounts')
        .set({ nameFolded: foldCase(name) })
        .where('id', '=', id)
        .execute()
    if (rows.length < BATCH) return
    after = rows.at(-1)!.id
  }
}
