import type { Database } from './open.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Rows in one go, so that nobody waits long behind it. */
const BATCH = 500

/**
 * Removes what has run out: limits at once, attempts after a day, sessions after a month. One server
 * or many may do so. What happened (events, messages) stays.
 */
export async function clean(db: Database, now: number): Promise<number> {
  const limits = await db
    .deleteFrom('limits')
    .where('key', 'in', (e) =>
      e.selectFrom('limits').select('key').where('endsAt', '<', now - HOUR).limit(BATCH),
    )
    .executeTakeFirst()
  const attempts = await db
    .deleteFrom('attempts')
    .where('id', 'in', (e) =>
      e.selectFrom('attempts').select('id').where('expiresAt', '<', now - DAY).limit(BATCH),
    )
    .executeTakeFirst()
  const sessions = await db
    .deleteFrom('sessions')
    .where('id', 'in', (e) =>
      e.selectFrom('sessions').select('id').where('createdAt', '<', now - 30 * DAY).limit(BATCH),
    )
    .executeTakeFirst()
  return Number(limits.numDeletedRows + attempts.numDeletedRows + sessions.numDeletedRows)
}

/** Cleans every ten minutes, in batches, until it is stopped. */
export function startCleaning(
  db: Database,
  now: () => number,
  onError: (error: unknown) => void,
): () => void {
  const timer = setInterval(() => void all(), 10 * MINUTE).unref()
  let running = false
  async function all(): Promise<void> {
    if (running) return
    running = true
    try {
      while ((await clean(db, now())) >= BATCH);
    } catch (error) {
      onError(error)
    } finally {
      running = false
    }
  }
  return () => clearInterval(timer)
}
