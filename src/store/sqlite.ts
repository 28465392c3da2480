import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import {
  SqliteDialect,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type SqliteStatement,
} from 'kysely'
import { shortcuts, shortcutTo } from './sqlite-shortcut.ts'

// How long to wait for another process (a command line beside the server), in milliseconds.
const PATIENCE = 2000
const LOOK_AGAIN = 10

/** Answered means durable: a commit waits until the disk has it, also against power loss. */
export function sqlite(path: string): Dialect {
  const db = open(path)
  const short = shortcutTo(path, db)
  const prepared = new Map<string, SqliteStatement>()
  const dialect = new SqliteDialect({
    database: {
      close() {
        short.close()
        db.close()
      },
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
  return {
    createAdapter() {
      const adapter = dialect.createAdapter()
      shortcuts.set(adapter, short)
      return adapter
    },
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => patient(dialect.createDriver(), () => db.isTransaction),
  }
}

function open(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: PATIENCE })
  db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
  db.exec('pragma cache_size = -65536')
  // Pages as they were before each savepoint: undone or thrown away with it, so no file is needed.
  db.exec('pragma temp_store = memory')
  // 16 MiB of log: a page that every request writes to goes into the database file less often.
  db.exec('pragma wal_autocheckpoint = 4000')
  // From here on we wait for locks ourselves: SQLite's own waiting would hold up everything here.
  db.exec('pragma busy_timeout = 0')
  return db
}

const wrap = (statement: StatementSync): SqliteStatement => ({
  reader: statement.columns().length > 0,
  all: (values) => statement.all(...(values as SQLInputValue[])),
  run: (values) => statement.run(...(values as SQLInputValue[])),
  iterate: (values) => statement.iterate(...(values as SQLInputValue[])),
})

/** Waits while another process has the database, and lets this one answer others meanwhile. */
function patient(driver: Driver, isInTransaction: () => boolean): Driver {
  let waiting: DatabaseConnection | null = null
  return {
    init: (options) => driver.init(options),
    async acquireConnection(options) {
      const connection = await driver.acquireConnection(options)
      waiting ??= {
        executeQuery: (query) => inTurn(connection, query),
        streamQuery: (query, size) => connection.streamQuery(query, size),
      }
      return waiting
    },
    beginTransaction: (connection, settings) => driver.beginTransaction(connection, settings),
    commitTransaction: (connection) => driver.commitTransaction(connection),
    // A full or broken disk has ended the transaction already, and its error is the one to report.
    rollbackTransaction: async (connection) => {
      if (isInTransaction()) await driver.rollbackTransaction(connection)
    },
    releaseConnection: (connection) => driver.releaseConnection(connection),
    destroy: () => driver.destroy(),
  }
}

async function inTurn<R>(connection: DatabaseConnection, query: CompiledQuery) {
  for (let end = 0; ;) {
    try {
      return await connection.executeQuery<R>(query)
    } catch (error) {
      if (!isBusy(error)) throw error
      end ||= performance.now() + PATIENCE
      if (performance.now() > end) throw error
      await sleep(LOOK_AGAIN)
    }
  }
}

// SQLITE_BUSY: nothing was done. A transaction of ours holds the lock from its begin on, so only
// what stands alone ever gets this.
const isBusy = (error: unknown): boolean =>
  ((error as { errcode?: number }).errcode ?? 0) % 256 === 5
