import { setImmediate as turn } from 'node:timers/promises'
import type { App } from '../../app.ts'
import { chainedAfter, holdChain, moveChain, removeChained } from '../../store/chain.ts'
import { dayOf, removeDaily } from '../../store/daily.ts'
import { write } from '../../store/write.ts'
import { ForeignChain } from './chain.ts'
import { areOurs, sealed } from './links.ts'

type Tools = Pick<App, 'db' | 'keys' | 'now' | 'config'>

const DAY = 24 * 60 * 60 * 1000
const BATCH = 500

/**
 * Removes the events that are older than `EVENTS_DAYS`, from the beginning of the chain on, which is moved
 * there. Messages stay. Gives how many there were.
 */
export async function pruneEvents(app: Tools, signal?: AbortSignal): Promise<number> {
  const limit = app.now() - app.config.eventsDays * DAY
  await removeDaily(app.db, dayOf(limit))
  for (let removed = 0; ; await turn()) {
    if (signal?.aborted) return removed
    const count = await pruneBatch(app, limit)
    removed += count
    if (count < BATCH) return removed
  }
}

async function pruneBatch({ db, keys, now }: Tools, limit: number): Promise<number> {
  // Nearly always there is nothing to do, and nobody has to be kept waiting.
  if ((await tooOld(db, 0, limit, now())).length === 0) return 0
  return write(db, async (tx) => {
    const chain = await holdChain(tx)
    if (!chain || !areOurs(keys, chain)) throw new ForeignChain()
    const last = (await tooOld(tx, chain.firstPlace, limit, now())).at(-1)
    if (!last) return 0
    await moveChain(tx, sealed(keys, { ...chain, firstPlace: last.place, firstLink: last.link }))
    return removeChained(tx, last.place)
  })
}

/**
 * As many as can go from there on. What a clock that was wrong has put into the future would hold up the rest
 * for as long.
 */
async function tooOld(db: App['db'], from: number, limit: number, now: number) {
  const events = await chainedAfter(db, from, BATCH)
  const end = events.findIndex(({ at }) => at >= limit && at < now + DAY)
  return end === -1 ? events : events.slice(0, end)
}
