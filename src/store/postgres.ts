import { PostgresDialect, type Dialect } from 'kysely'
import pg from 'pg'

/** Times are bigint there; ours stay below 2⁵³, so they are read as numbers. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === pg.types.builtins.INT8
      ? Number
      : pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
}

/** Milliseconds. A shorter patience is for tests. */
const PATIENCE = { connect: 5_000, answer: 15_000 }

export function postgres(url: string, patience: typeof PATIENCE = PATIENCE): Dialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: patience.connect,
    keepAlive: true,
    types,
    Client: clientWith(patience.answer),
    // Not Kysely's hook of that kind: where that one fails, the pool is one connection short for ever.
    // oxlint-disable-next-line typescript/no-misused-promises -- its type is wrong: the pool waits
    onConnect: prepare,
  })
  // An idle connection that breaks is replaced at the next query, which reports it if it lasts.
  pool.on('error', () => {})
  return new PostgresDialect({ pool })
}

async function prepare(client: pg.ClientBase): Promise<void> {
  // A connection that breaks in somebody's hands fails their query; nobody else need hear of it.
  client.on('error', () => {})
  await client.query(DURABLE)
}

// Answered means durable, whatever the server's own default.
const DURABLE = `select set_config('synchronous_commit', 'on', false)
  where current_setting('synchronous_commit') = 'off'`

/**
 * Gives each text a name, so that PostgreSQL plans it once per connection: twice the reads. And
 * leaves a server that is silent for too long: behind a broken network it would be silent for a
 * quarter of an hour, also when another has long taken its place.
 */
const clientWith = (patience: number) =>
  class extends pg.Client {
    override query(...args: any[]): any {
      const [text, values] = args
      if (typeof text !== 'string' || !Array.isArray(values)) return super.query(...(args as [any]))
      const name = nameOf(text)
      const answer: Promise<unknown> = super.query({ name, text, values }, ...(args.slice(2) as []))
      if (MAY_TAKE_LONG.test(text)) return answer
      const timer = setTimeout(() => this.connection.stream.destroy(), patience)
      return answer.finally(() => clearTimeout(timer))
    }
  }

// Changes of the tables, and waiting for another process that makes them.
const MAY_TAKE_LONG = /^\s*(create|alter|drop|select pg_advisory_xact_lock\(\d)/i

const names = new Map<string, string>()

function nameOf(sql: string): string {
  let name = names.get(sql)
  if (!name) {
    name = `q${names.size}`
    names.set(sql, name)
  }
  return name
}
