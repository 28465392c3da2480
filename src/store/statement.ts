import type { Compilable, CompiledQuery, RawBuilder } from 'kysely'
import { hasRowLocks, type Database } from './open.ts'
import { shortcuts } from './sqlite-shortcut.ts'

export type Answer<Row> = { readonly rows: Row[]; readonly changed: number }

/** At once where the database can; `await` takes either. */
export type Soon<T> = T | Promise<T>

/**
 * A query whose text is worked out once per kind of database; after that only its values change.
 * `build` is given stand-ins, one for each value it asks for by name. Working the text out costs
 * more than running it, so what a sign-in or a session check needs is written with this.
 */
export function statement<Values extends object, Row>(
  build: (db: Database, value: Values) => Compilable<Row> | RawBuilder<Row>,
): (db: Database, values: Values) => Soon<Answer<Row>> {
  const texts = new Map<boolean, CompiledQuery<Row>>()
  return (db, values) => {
    const kind = hasRowLocks(db)
    let text = texts.get(kind)
    if (!text) {
      text = build(db, standIns<Values>()).compile(db)
      texts.set(kind, text)
    }
    const parameters = text.parameters.map((parameter) =>
      parameter instanceof StandIn ? values[parameter.name as keyof Values] : parameter,
    )
    const short = shortcuts.get(db.getExecutor().adapter)
    if (short && db.isTransaction) return short.inTransaction(text.sql, parameters) as Answer<Row>
    if (short && text.query.kind === 'SelectQueryNode')
      return short.reading(text.sql, parameters) as Answer<Row>
    return ask(db, { ...text, parameters })
  }
}

async function ask<Row>(db: Database, query: CompiledQuery<Row>): Promise<Answer<Row>> {
  const { rows, numAffectedRows } = await db.executeQuery<Row>(query)
  return { rows, changed: Number(numAffectedRows ?? rows.length) }
}

/** The named values of a row, for an insert. */
export const values = <Row, Name extends keyof Row>(
  row: Row,
  ...names: readonly Name[]
): Pick<Row, Name> => Object.fromEntries(names.map((name) => [name, row[name]])) as Pick<Row, Name>

/** The place of a value in a text that is worked out before there is one. */
class StandIn {
  readonly name: string | number

  constructor(name: string) {
    // A place in a list is found faster by its number.
    this.name = /^\d+$/.test(name) ? Number(name) : name
  }
}

const standIns = <Values extends object>(): Values =>
  new Proxy({} as Values, { get: (_, name) => new StandIn(String(name)) })
