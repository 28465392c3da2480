import { sql } from 'kysely'
import { hasRowLocks, type Database } from './open.ts'
import { statement } from './statement.ts'

/**
 * The one write transaction of a request: all of it, or nothing, and on the disk when this returns.
 * Never across a hash, a network call or a render. `work` may run again, so it does nothing but SQL.
 */
export function write<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  return hasRowLocks(db) ? writeAlone(db, work) : writeTogether(db, work)
}

const MOST_TURNS = 5

async function writeAlone<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  for (let turn = 1; ; turn++) {
    try {
      return await db.transaction().execute(work)
    } catch (error) {
      if (turn === MOST_TURNS || !isCollision(error)) throw error
    }
  }
}

// Deadlock, serialization failure: two requests met, and one of them has won and is done, so the
// other gets through sooner or later.
const isCollision = (error: unknown): boolean =>
  ['40P01', '40001'].includes((error as { code?: string }).code ?? '')

/** One request's part of a shared transaction. `run` keeps its outcome, `settle` hands it out. */
type Part = {
  readonly run: (tx: Database) => Promise<void>
  readonly settle: (lost: { readonly error: unknown } | null) => void
}

const waiting = new WeakMap<Database, Part[]>()

/** Turns of the event loop in which others may come along: far shorter than the disk takes. */
const TURNS = 4

/**
 * SQLite has one writer, and the price of a write is waiting for the disk. So the requests that
 * write in the same moment share one transaction, and all are answered when it is on the disk. Where
 * one of them fails, everything is done again, each within its savepoint.
 */
function writeTogether<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let settle = () => {}
    const part: Part = {
      async run(tx) {
        try {
          const result = await work(tx)
          settle = () => resolve(result)
        } catch (error) {
          settle = () => reject(error)
          throw error
        }
      },
      settle: (lost) => (lost ? reject(lost.error) : settle()),
    }
    const parts = waiting.get(db)
    if (parts) return void parts.push(part)
    const batch = [part]
    waiting.set(db, batch)
    const leave = (turnsLeft: number): void => {
      if (turnsLeft > 0) return void setImmediate(leave, turnsLeft - 1)
      waiting.delete(db)
      void commitAll(db, batch)
    }
    setImmediate(leave, TURNS - 1)
  })
}

async function commitAll(db: Database, parts: readonly Part[]): Promise<void> {
  try {
    if (!(await commitUnlessOneFails(db, parts)))
      await db.transaction().execute(async (tx) => {
        for (const part of parts) await runPart(tx, part)
      })
    for (const part of parts) part.settle(null)
  } catch (error) {
    for (const part of parts) part.settle({ error })
  }
}

/** Nearly always nobody fails, and no savepoints are needed. False: one did, and all is undone. */
async function commitUnlessOneFails(db: Database, parts: readonly Part[]): Promise<boolean> {
  let hasFailed = false
  try {
    await db.transaction().execute(async (tx) => {
      for (const part of parts)
        await part.run(tx).catch((error: unknown) => {
          hasFailed = true
          throw error
        })
    })
    return true
  } catch (error) {
    if (hasFailed && parts.length > 1) return false
    throw error
  }
}

const begin = statement(() => sql`savepoint part`)
const end = statement(() => sql`release part`)

/** A part that fails is undone by itself, and takes nobody with it. */
async function runPart(tx: Database, part: Part): Promise<void> {
  await begin(tx, {})
  try {
    await part.run(tx)
  } catch (error) {
    // Its error is kept by the part, and goes to whoever waits for it. A full or broken disk has
    // undone the whole transaction already: then there is nothing to go back to, for anybody.
    await sql`rollback to part`.execute(tx).catch(() => {
      throw error
    })
  }
  await end(tx, {})
}
