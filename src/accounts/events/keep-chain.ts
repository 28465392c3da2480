import type { App } from '../../app.ts'
import { oneAtATime } from '../../lib/one-at-a-time.ts'
import { chainEvents, endOf, ForeignChain, keepEnd } from './chain.ts'
import { pruneEvents } from './prune.ts'

type Tools = Pick<App, 'db' | 'keys' | 'random' | 'now' | 'log' | 'config'>

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** Milliseconds. A server that stops has not longer for what is left; the next one goes on. */
const LONGEST_STOP = 1500

/**
 * Chains events at once and then every second, keeps the end of the chain outside the database every minute, removes
 * the oldest every hour, and logs the end then. Keeps and logs it at the stop too, which waits for what is under way.
 * `every`: milliseconds.
 */
export function keepChain(app: Tools, every = SECOND): () => Promise<void> {
  const stopped = new AbortController()
  let isKnownForeign = false
  const failed = (error: unknown): void => {
    // It does not mend itself: once is enough.
    if (error instanceof ForeignChain && isKnownForeign) return
    isKnownForeign = error instanceof ForeignChain
    app.log.error({ error: String(error) }, 'chain of events')
  }
  const chain = oneAtATime(async () => void (await chainEvents(app, stopped.signal)), failed)
  const keep = oneAtATime(() => keepEnd(app), failed)
  const tidy = oneAtATime(async () => {
    await pruneEvents(app, stopped.signal)
    await logEnd(app)
  }, failed)
  const timers = [
    setInterval(() => void chain.begin(), every).unref(),
    setInterval(() => void keep.begin(), MINUTE).unref(),
    setInterval(() => void tidy.begin(), HOUR).unref(),
  ]
  void chain.begin().then(tidy.begin)
  return async () => {
    for (const timer of timers) clearInterval(timer)
    stopped.abort()
    await Promise.all([chain.ended(), keep.ended(), tidy.ended()])
    await chainEvents(app, AbortSignal.timeout(LONGEST_STOP)).catch(failed)
    await keepEnd(app).catch(failed)
    await logEnd(app).catch(failed)
  }
}

/** To be noted elsewhere: of a whole older copy of the database, only that tells. */
async function logEnd({ db, log }: Tools): Promise<void> {
  const end = await endOf(db)
  if (end !== null) log.info({ end }, 'chain of events')
}
