import { sql, type Kysely } from 'kysely'

/** What a person needs to see where they are signed in, and to keep the account theirs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const onPostgres = db.getExecutor().adapter.supportsMultipleConnections
  const time = onPostgres ? 'bigint' : 'integer'

  await db.schema.alterTable('accounts').addColumn('password_reset_at', time).execute()
  await db.schema.alterTable('accounts').addColumn('password_known_at', time).execute()

  await db.schema
    .alterTable('enrolments')
    .addColumn('failures', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  await db.schema.alterTable('enrolments').addColumn('disabled_at', time).execute()

  await db.schema.alterTable('devices').addColumn('name', 'text').execute()
  await db.schema.alterTable('devices').addColumn('removed_at', time).execute()

  await db.schema.alterTable('messages').addColumn('reported_at', time).execute()
  await db.schema.alterTable('messages').addColumn('session_id', 'text').execute()

  await db.schema.alterTable('links').addColumn('account_id', 'text').execute()
  await db.schema.alterTable('links').addColumn('about', 'text').execute()
  await db.schema.createIndex('links_account_id').on('links').column('account_id').execute()

  const changes = db.schema
    .createTable('contact_changes')
    .addColumn('account_id', 'text', (c) =>
      c.notNull().references('accounts.id').onDelete('cascade'),
    )
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('value', 'text', (c) => c.notNull())
    .addColumn('login', 'text')
    .addColumn('session_id', 'text', (c) => c.notNull())
    .addColumn('proven_at', time, (c) => c.notNull())
    .addColumn('counts_at', time, (c) => c.notNull())
    .addColumn('stopped_at', time)
    .addColumn('applied_at', time)
    .addPrimaryKeyConstraint('contact_changes_pkey', ['account_id', 'id'])
  await (onPostgres ? changes : changes.modifyEnd(sql`strict, without rowid`)).execute()
  // Only what still waits is in it.
  await sql`create index contact_changes_due on contact_changes (counts_at)
    where stopped_at is null and applied_at is null`.execute(db)
  // An address waits for one account at most.
  await sql`create unique index contact_changes_login on contact_changes (login)
    where stopped_at is null and applied_at is null`.execute(db)

  // The few who may do something to others are found without looking at everybody.
  await sql`create index accounts_privilege on accounts (privilege)
    where privilege is not null`.execute(db)

  // Sessions of an account are counted at each sign-in: only the newest need be looked at.
  await db.schema.dropIndex('sessions_account_id').execute()
  await db.schema
    .createIndex('sessions_account_id')
    .on('sessions')
    .columns(['account_id', 'id'])
    .execute()

  // What happened to an account is read newest first.
  await db.schema.dropIndex('events_account_id').execute()
  await db.schema
    .createIndex('events_account_id')
    .on('events')
    .columns(['account_id', 'id'])
    .execute()
}
