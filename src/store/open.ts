import { CamelCasePlugin, Kysely, type Dialect } from 'kysely'
import { postgres } from './postgres.ts'
import { sqlite } from './sqlite.ts'
import type { Tables } from './tables.ts'

export type Database = Kysely<Tables>

/** `sqlite:data.db` or `postgres://…`. A new kind of store is a new case in `dialectFor`. */
export function openDatabase(url: string): Database {
  return new Kysely<Tables>({ dialect: dialectFor(url), plugins: [new CamelCasePlugin()] })
}

function dialectFor(url: string): Dialect {
  if (url.startsWith('sqlite:')) return sqlite(url.slice('sqlite:'.length))
  if (/^postgres(ql)?:/.test(url)) return postgres(url)
  throw new Error(`no such kind of database: ${url.split(':')[0]}`)
}

/** Several servers may write to PostgreSQL; to SQLite, one at a time. */
export const hasRowLocks = (db: Database): boolean =>
  db.getExecutor().adapter.supportsMultipleConnections === true

/**
 * Is the database itself in trouble (gone, locked, read-only, full, broken), rather than our query?
 * Then the answer is 503, and nothing was written.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, errcode } = error as Error & { code?: unknown; errcode?: unknown }
  if (code === 'ERR_SQLITE_ERROR') return sqliteTroubles.has(Number(errcode) & 0xff)
  if (code === 'ERR_INVALID_STATE') return /database is not open/.test(error.message)
  // Who hangs up on us has the code of a broken connection too, but no call that failed.
  if (code === 'ECONNRESET' && !('syscall' in error)) return false
  if (typeof code === 'string') return postgresTroubles.test(code)
  return driverTroubles.test(error.message)
}

// BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB (sqlite.org/rescode.html)
const sqliteTroubles = new Set([5, 6, 8, 10, 11, 13, 14, 26])

// What pg and its pool say without a code. After a connection broke, the rollback fails like this.
const driverTroubles =
  /connection (terminated|timeout)|not queryable|timeout exceeded when trying to connect/i

// Connection, resources, operator intervention, system error, deadlock, read-only, unreachable
const postgresTroubles =
  /^(08...|53...|57P..|57014|58...|40P01|40001|25006|55P03|XX00.|E(CONN|HOST|NET|TIMEDOUT|PIPE|AI_).*|ENOTFOUND|28...|3D000)$/
