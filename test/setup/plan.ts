import { sql } from 'kysely'
import type { Database } from '../../src/store/open.ts'

/** How the database would find what this query asks for. */
export async function planOf(
  db: Database,
  kind: string,
  ask: (db: Database) => Promise<unknown>,
): Promise<string> {
  let heard: { sql: string; parameters: readonly unknown[] } | null = null
  const listening = db.withPlugin({
    transformQuery({ node, queryId }) {
      heard = db.getExecutor().compileQuery(node, queryId)
      return node
    },
    transformResult: async ({ result }) => result,
  })
  await ask(listening)
  const { sql: text, parameters } = heard!
  const explain = kind === 'SQLite' ? 'explain query plan ' : 'explain '
  // With the values in their places: only ids and numbers are asked for here.
  let at = 0
  const whole = text.replace(/\?|\$\d+/g, () => {
    const value = parameters[at++]
    return typeof value === 'number' ? String(value) : `'${String(value)}'`
  })
  const { rows } = await sql.raw(explain + whole).execute(db)
  return JSON.stringify(rows)
}
