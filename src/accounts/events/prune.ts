import { setImmediate as turn } from 'node:timers/promises'
import type { App } from '../../app.ts'
import {
  chainedAfter,
  holdChain,
  lastChained,
  moveChain,
  removeChained,
  type Chained,
} from '../../store/chain.ts'
import { dayOf, removeDaily } from '../../store/daily.ts'
import { write } from '../../store/write.ts'
import { ForeignChain } from './chain.ts'
import { areOurs, sealed } from './links.ts'

type Tools = Pick<App, 'db' | 'keys' | 'now' | 'config' | 'log'>

const DAY = 24 * 60 * 60 * 1000
const BATCH = 500

/**
 * Removes the events that are older than `EVENTS_DAYS`, from the beginning of the chain on, which is moved
 * there. Messages stay. By a clock that is behind the newest event nothing is old. Gives how many there were.
 */
export async function pruneEvents(app: Tools, signal?: AbortSignal): Promise<number> {
  const now = app.now()
  const newest = await lastChained(app.db)
  if (newest && newest.at > now + DAY) {
    app.log.warn({ newest: new Date(newest.at), now: new Date(now) }, 'clock behind events')
    return 0
  }
  const limit = now - app.config.eventsDays * DAY
  await removeDaily(app.db, dayOf(limit))
  for (let removed = 0; ; await turn()) {
    if (signal?.aborted) return removed
    const count = await pruneBatch(app, limit, now)
    removed += count
    if (count === 0) return removed
  }
}

async function pruneBatch({ db, keys }: Tools, limit: number, now: number): Promise<number> {
  // Nearly always there is nothing to do, and nobody has to be kept waiting.
  if (!(await lastTooOld(db, 0, limit, now))) return 0
  return write(db, async (tx) => {
    const chain = await holdChain(tx)
    if (!chain || !areOurs(keys, chain)) throw new ForeignChain()
    const last = await lastTooOld(tx, chain.firstPlace, limit, now)
    if (!last) return 0
    await moveChain(tx, sealed(keys, { ...chain, firstPlace: last.place, firstLink: last.link }))
    return removeChained(tx, last.place)
  })
}

/**
 * The last one from there on that can go, of a batch. What a clock that was wrong has put into the future goes
 * where something stands behind it that is too old, and by itself never.
 */
async function lastTooOld(
  db: App['db'],
  from: number,
  limit: number,
  now: number,
): Promise<Chained | null> {
  for (let place = from; ;) {
    const events = await chainedAfter(db, place, BATCH)
    const end = events.findIndex(({ at }) => at >= limit && at <= now + DAY)
    const last = (end === -1 ? events : events.slice(0, end)).findLast(({ at }) => at < limit)
    if (last || end !== -1 || events.length < BATCH) return last ?? null
    place = events.at(-1)!.place
  }
}
