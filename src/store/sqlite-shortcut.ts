import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { DialectAdapter } from 'kysely'

export type Answer = { readonly rows: unknown[]; readonly changed: number }

/**
 * SQLite answers while it is being asked, so a text that is worked out already needs none of what
 * stands between a query builder and a database: that costs twice what SQLite does.
 */
export type Shortcut = {
  /** In a transaction, which has the connection for itself. */
  inTransaction(sql: string, values: readonly unknown[]): Answer
  /** Outside of one. It never sees what is not committed. */
  reading(sql: string, values: readonly unknown[]): Answer
  close(): void
}

/** By what every Kysely and every transaction of one database has in common. */
export const shortcuts = new WeakMap<DialectAdapter, Shortcut>()

export function shortcutTo(path: string, writer: DatabaseSync): Shortcut {
  const reader = new DatabaseSync(path)
  reader.exec('pragma query_only = on')
  const onWriter = asking(writer)
  const onReader = asking(reader)
  return {
    inTransaction: onWriter,
    // Each commit empties the memory of every other connection, so the writer is faster; but while
    // somebody is in the middle of a transaction on it, it shows what may yet be undone.
    reading: (sql, values) => (writer.isTransaction ? onReader : onWriter)(sql, values),
    close: () => reader.close(),
  }
}

function asking(db: DatabaseSync) {
  const prepared = new Map<string, (values: readonly unknown[]) => Answer>()
  return (sql: string, values: readonly unknown[]): Answer => {
    let ask = prepared.get(sql)
    if (!ask) {
      ask = prepare(db, sql)
      prepared.set(sql, ask)
    }
    return ask(values)
  }
}

function prepare(db: DatabaseSync, sql: string): (values: readonly unknown[]) => Answer {
  const statement = db.prepare(sql)
  const names = statement.columns().map(({ name }) => camelCase(name))
  if (names.length === 0)
    return (values) => {
      const { changes } = statement.run(...(values as SQLInputValue[]))
      return { rows: [], changed: Number(changes) }
    }
  statement.setReturnArrays(true)
  const rowOf = rowMaker(names)
  return (values) => {
    const found = statement.all(...(values as SQLInputValue[])) as unknown as unknown[][]
    const rows = found.map(rowOf)
    return { rows, changed: rows.length }
  }
}

/** All rows of a statement have the same keys in the same order, which makes them quick to read. */
const rowMaker = (names: readonly string[]) => (values: readonly unknown[]) => {
  const row: Record<string, unknown> = {}
  for (let n = 0; n < names.length; n++) row[names[n]!] = values[n]
  return row
}

const camelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
