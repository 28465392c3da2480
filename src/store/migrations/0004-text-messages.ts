import { sql, type Kysely } from 'kysely'

/** Text messages: the ways they take, what became of each, and what guards them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const onPostgres = db.getExecutor().adapter.supportsMultipleConnections
  const time = onPostgres ? 'bigint' : 'integer'
  const add = (table: string, column: string, type: 'text' | typeof time) =>
    db.schema.alterTable(table).addColumn(column, type).execute()

  await add('messages', 'country', 'text')
  await add('messages', 'prefix', 'text')
  await add('messages', 'delivered_at', time)
  await add('messages', 'entered_at', time)
  await add('accounts', 'both_since', time)
  await add('installation', 'delivery', 'text')
  // Sums of money are counted in it too, in millionths.
  if (onPostgres) await sql`alter table limits alter column count type bigint`.execute(db)

  // A text message that was accepted keeps its body until it has arrived, or its code is dead.
  await sql`drop index messages_due`.execute(db)
  await sql`create index messages_open on messages (next_try_at)
    where body is not null`.execute(db)
  await sql`create index messages_prefix on messages (prefix, created_at)
    where prefix is not null`.execute(db)
  await sql`create index messages_country on messages (country, created_at)
    where country is not null`.execute(db)
  await sql`create index messages_attempt on messages (attempt_id)
    where kind = 'code'`.execute(db)

  await db.schema
    .createTable('routes')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('by', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('place', 'integer', (c) => c.notNull())
    .addColumn('countries', 'text')
    .addColumn('prices', 'text', (c) => c.notNull())
    .addColumn('sealed', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('created_at', time, (c) => c.notNull())
    .execute()

  await db.schema
    .createTable('route_healths')
    .addColumn('route', 'text', (c) => c.primaryKey())
    .addColumn('failures', 'integer', (c) => c.notNull())
    .addColumn('failed_at', time, (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .execute()

  await db.schema
    .createTable('sendings')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('message_id', 'text', (c) => c.notNull())
    .addColumn('account_id', 'text', (c) => c.notNull())
    .addColumn('by', 'text', (c) => c.notNull())
    .addColumn('route', 'text', (c) => c.notNull())
    .addColumn('route_name', 'text', (c) => c.notNull())
    .addColumn('country', 'text')
    .addColumn('parts', 'integer', (c) => c.notNull())
    .addColumn('cost', time, (c) => c.notNull())
    .addColumn('begun_at', time, (c) => c.notNull())
    .addColumn('gateway_id', 'text')
    .addColumn('accepted_at', time)
    .addColumn('refused_at', time)
    .addColumn('lasting', 'integer', (c) => c.notNull())
    .addColumn('delivered_at', time)
    .addColumn('undelivered_at', time)
    .addColumn('reason', 'text')
    .execute()
  await sql`create index sendings_message on sendings (message_id)`.execute(db)
  await sql`create index sendings_receipt on sendings (route, gateway_id)
    where gateway_id is not null`.execute(db)
  await sql`create index sendings_times on sendings (route, delivered_at)
    where delivered_at is not null`.execute(db)
  // What a gateway may have taken it is never given again.
  await sql`create unique index sendings_once on sendings (message_id, route)
    where by = 'sms' and refused_at is null`.execute(db)

  // Receipts that have overtaken the answer they belong to.
  await db.schema
    .createTable('early_receipts')
    .addColumn('route', 'text', (c) => c.notNull())
    .addColumn('gateway_id', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('at', time, (c) => c.notNull())
    .addPrimaryKeyConstraint('early_receipts_key', ['route', 'gateway_id', 'state'])
    .execute()

  await db.schema
    .createTable('stopped_prefixes')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('prefix', 'text', (c) => c.notNull())
    .addColumn('country', 'text', (c) => c.notNull())
    .addColumn('sent', 'integer', (c) => c.notNull())
    .addColumn('entered', 'integer', (c) => c.notNull())
    .addColumn('stopped_at', time, (c) => c.notNull())
    .addColumn('released_at', time)
    .addColumn('released_by', 'text')
    .execute()
  await sql`create unique index stopped_prefixes_once on stopped_prefixes (prefix)
    where released_at is null`.execute(db)
}
