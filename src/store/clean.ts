import { idsFrom } from '../lib/random.ts'
import { forgetFarewells } from './delete-account.ts'
import type { Database } from './open.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const MONTH = 30 * DAY
/** Rows looked at in one go, so that nobody waits long behind it. */
const BATCH = 500

/**
 * Removes what has run out: receipts that are about nothing after an hour, limits, links and attempts after
 * a day, sessions after a month. One server or many may do so. What happened (events, messages) stays. Gives the number of rows removed.
 */
export async function clean(db: Database, now: number): Promise<number> {
  await forgetFarewells(db)
  const limits = await cleanLimits(db, now)
  const links = await cleanLinks(db, now - DAY)
  const receipts = await cleanReceipts(db, now - HOUR)
  const attempts = await cleanBefore(db, 'attempts', now - DAY)
  return limits + links + receipts + attempts + (await cleanBefore(db, 'sessions', now - MONTH))
}

/** Where a walk through the devices goes on: after this id; and how many rows it has removed. */
type Walk = { readonly after: string; readonly removed: number }

const YEAR = 365 * DAY
/** There are many devices and few to remove: a walk of so many batches at a time gets round too. */
const STRETCH = 10

/**
 * Removes, on a stretch of a walk that begins anew at its end, the devices that were deleted a month
 * ago, when their sessions are gone too, and those that nobody has signed in on for a year. Nothing is
 * remembered for so long.
 */
export async function cleanDevices(db: Database, now: number, after = ''): Promise<Walk> {
  let walk: Walk = { after, removed: 0 }
  for (let batch = 0; batch < STRETCH; batch++) {
    const rows = await db
      .selectFrom('devices')
      .select('id')
      .where('id', '>', walk.after)
      .orderBy('id')
      .limit(BATCH)
      .execute()
    const last = rows.at(-1)
    if (!last) return { ...walk, after: '' }
    const { numDeletedRows } = await db
      .deleteFrom('devices')
      .where('id', '>', walk.after)
      .where('id', '<=', last.id)
      .where((e) =>
        e.or([e('removedAt', '<', now - MONTH - DAY), e('lastSeenAt', '<', now - YEAR)]),
      )
      .executeTakeFirst()
    walk = { after: last.id, removed: walk.removed + Number(numDeletedRows) }
    if (rows.length < BATCH) return { ...walk, after: '' }
  }
  return walk
}

// Few are made, and none lives for long: the table stays small enough to be looked through.
async function cleanLinks(db: Database, time: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('links')
    .where('expiresAt', '<', time)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

// Never more than a thousand of a route.
async function cleanReceipts(db: Database, time: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('earlyReceipts')
    .where('at', '<', time)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** The oldest come first in their primary key, so this needs no index of its own. */
async function cleanBefore(
  db: Database,
  table: 'attempts' | 'sessions',
  time: number,
): Promise<number> {
  for (let removed = 0; ;) {
    const { numDeletedRows } = await db
      .deleteFrom(table)
      .where('id', 'in', (e) =>
        e.selectFrom(table).select('id').where('id', '<', idsFrom(time)).orderBy('id').limit(BATCH),
      )
      .executeTakeFirst()
    removed += Number(numDeletedRows)
    if (numDeletedRows < BATCH) return removed
  }
}

// An index by time would have to be kept up to date with every request; walking through the table
// now and then costs less.
async function cleanLimits(db: Database, now: number): Promise<number> {
  let removed = 0
  for (let after = ''; ;) {
    const rows = await db
      .selectFrom('limits')
      .select(['key', 'endsAt'])
      .where('key', '>', after)
      .orderBy('key')
      .limit(BATCH)
      .execute()
    const ended = rows.filter(({ endsAt }) => endsAt < now).map(({ key }) => key)
    if (ended.length > 0) {
      const { numDeletedRows } = await db
        .deleteFrom('limits')
        .where('key', 'in', ended)
        .where('endsAt', '<', now)
        .executeTakeFirst()
      removed += Number(numDeletedRows)
    }
    if (rows.length < BATCH) return removed
    after = rows.at(-1)!.key
  }
}

/** Cleans every ten minutes, until it is stopped. */
export function startCleaning(
  db: Database,
  now: () => number,
  onError: (error: unknown) => void,
): () => void {
  const timer = setInterval(() => void all(), 10 * MINUTE).unref()
  let running = false
  let after = ''
  async function all(): Promise<void> {
    if (running) return
    running = true
    try {
      await clean(db, now())
      after = (await cleanDevices(db, now(), after)).after
    } catch (error) {
      onError(error)
    } finally {
      running = false
    }
  }
  return () => clearInterval(timer)
}
