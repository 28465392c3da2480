import type { App } from '../../app.ts'
import { oneAtATime } from '../../lib/one-at-a-time.ts'
import { countDay } from './count.ts'

type Tools = Pick<App, 'db' | 'now' | 'config' | 'gateways' | 'log'>

const HOUR = 60 * 60_000

/** Counts at once and then every hour how accounts stand, until it is stopped. Any number of processes may do so. */
export function keepCounting(app: Tools): () => Promise<void> {
  const stopped = new AbortController()
  const { begin, ended } = oneAtATime(
    () => countDay(app, stopped.signal),
    (error) => {
      if (!stopped.signal.aborted) app.log.error({ error: String(error) }, 'counting accounts')
    },
  )
  const timer = setInterval(() => void begin(), HOUR).unref()
  void begin()
  return async () => {
    clearInterval(timer)
    stopped.abort()
    await ended()
  }
}
