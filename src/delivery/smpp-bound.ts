import { setTimeout as sleep } from 'node:timers/promises'
import type { Link, Trouble } from './smpp-link.ts'
import type { Patience } from './smpp-setting.ts'

export type Bound = {
  /** A link that is bound, or why there is none: at once where the last try failed, else within `ms`. */
  readonly ready: (ms: number) => Promise<Link | Trouble>
  readonly close: () => Promise<void>
}

const closed: Trouble = { reason: 'closed' }
const late: Trouble = { reason: 'not connected in time' }

/**
 * One link after another, for as long as it lives, with waits that grow while they break. `pause` is
 * for tests.
 */
export function stayBound(
  open: () => Link,
  { firstWait, longestWait }: Patience,
  pause = pauseFor,
): Bound {
  const closing = new AbortController()
  const { signal } = closing
  let next = Promise.withResolvers<Link | Trouble>()
  let link = open()
  const life = live()

  async function live(): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      const begun = performance.now()
      const trouble = await link.bound
      next.resolve(trouble ?? link)
      await link.ended
      // After a break people wait for the next try; after a failure they are told so meanwhile.
      if (!trouble) next = Promise.withResolvers()
      // One that held is no failure. One that is thrown out as soon as it is bound goes on being one.
      if (performance.now() - begun > longestWait) failures = 0
      await pause(Math.min(firstWait * 2 ** failures, longestWait), signal)
      if (signal.aborted) return
      if (trouble) next = Promise.withResolvers()
      link = open()
    }
  }

  async function ready(ms: number): Promise<Link | Trouble> {
    if (signal.aborted) return closed
    const patience = new AbortController()
    const end = sleep(ms, late, { signal: patience.signal }).catch(() => late)
    const first = await Promise.race([next.promise, end])
    patience.abort()
    return first
  }

  async function close(): Promise<void> {
    closing.abort()
    next.resolve(closed)
    await link.close()
    await life
  }

  return { ready, close }
}

/** Ends early, and well, when it is broken off. */
const pauseFor = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal, ref: false }).catch(() => {})
