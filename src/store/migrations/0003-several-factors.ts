import { sql, type Kysely } from 'kysely'

/** Several authenticator apps and passkeys for one account, and which of them to ask for first. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const onPostgres = db.getExecutor().adapter.supportsMultipleConnections
  const time = onPostgres ? 'bigint' : 'integer'

  await db.schema.alterTable('enrolments').addColumn('last_used_at', time).execute()
  await db.schema.alterTable('enrolments').addColumn('handle', 'text').execute()
  await db.schema.alterTable('enrolments').addColumn('attempt_id', 'text').execute()
  // Only passkeys have one: it is found without its account, and is nobody else's.
  await sql`create unique index enrolments_handle on enrolments (handle)
    where handle is not null`.execute(db)

  await db.schema.alterTable('accounts').addColumn('preferred_factor', 'text').execute()
  await db.schema.alterTable('devices').addColumn('last_factor', 'text').execute()
  await db.schema.alterTable('installation').addColumn('factors', 'text').execute()
}
