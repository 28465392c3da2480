import { PostgresDialect, type Dialect } from 'kysely'
import pg from 'pg'

/** Times are bigint there; ours stay below 2⁵³, so they are read as numbers. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === pg.types.builtins.INT8
      ? Number
      : pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
}

export function postgres(url: string): Dialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5000,
    types,
    Client: NamingClient,
  })
  // An idle connection that breaks is replaced at the next query, which reports it if it lasts.
  pool.on('error', () => {})
  return new PostgresDialect({
    pool,
    onCreateConnection: async (connection) => {
      await connection.executeQuery(durable)
    },
  })
}

// Answered means durable, whatever the server's own default.
const durable = {
  sql: `select set_config('synchronous_commit', 'on', false)
    where current_setting('synchronous_commit') = 'off'`,
  parameters: [],
  query: { kind: 'RawNode', sqlFragments: [], parameters: [] },
  queryId: { queryId: 'durable' },
} as never

/** Gives each text a name, so that PostgreSQL plans it once per connection: twice the reads. */
class NamingClient extends pg.Client {
  override query(...args: any[]): any {
    const [text, values] = args
    if (typeof text !== 'string' || !Array.isArray(values)) return super.query(...(args as [any]))
    return super.query({ name: nameOf(text), text, values }, ...(args.slice(2) as []))
  }
}

const names = new Map<string, string>()

function nameOf(sql: string): string {
  let name = names.get(sql)
  if (!name) {
    name = `q${names.size}`
    names.set(sql, name)
  }
  return name
}
