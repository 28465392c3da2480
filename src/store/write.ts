import { LimitCollision } from './limits.ts'
import type { Database } from './open.ts'

/**
 * The one write transaction of a request: all of it, or nothing, and on the disk when this returns.
 * Never across a hash, a network call or a render. `work` may run again, so it does nothing but SQL.
 */
export async function write<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  for (let turn = 1; ; turn++) {
    try {
      return await db.transaction().execute(work)
    } catch (error) {
      if (turn === MOST_TURNS || !isCollision(error)) throw error
    }
  }
}

const MOST_TURNS = 20

// Two requests met on one row (ours, or PostgreSQL's deadlock and serialization failures): one of
// them has won and is done, so the other gets through sooner or later.
const isCollision = (error: unknown): boolean =>
  error instanceof LimitCollision ||
  ['40P01', '40001'].includes((error as { code?: string }).code ?? '')
