import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { SqliteDialect, type Dialect, type SqliteStatement } from 'kysely'

// How long to wait for another process (a command line beside the server), in milliseconds. The
// wait holds up everything else here, so it is short.
const PATIENCE = 2000

/** Answered means durable: a commit waits until the disk has it, also against power loss. */
export function sqlite(path: string): Dialect {
  const db = new DatabaseSync(path, { timeout: PATIENCE })
  db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
  db.exec('pragma cache_size = -65536')
  const prepared = new Map<string, SqliteStatement>()

  return new SqliteDialect({
    database: {
      close: () => db.close(),
      prepare(sql) {
        let statement = prepared.get(sql)
        if (!statement) {
          // Every transaction of ours writes. Taking the lock at once lets it wait its turn, where
          // a reader that becomes a writer would fail.
          statement = wrap(db.prepare(sql === 'begin' ? 'begin immediate' : sql))
          prepared.set(sql, statement)
        }
        return statement
      },
    },
  })
}

const wrap = (statement: StatementSync): SqliteStatement => ({
  reader: statement.columns().length > 0,
  all: (values) => statement.all(...(values as SQLInputValue[])),
  run: (values) => statement.run(...(values as SQLInputValue[])),
  iterate: (values) => statement.iterate(...(values as SQLInputValue[])),
})
