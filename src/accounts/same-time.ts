import type { App } from '../app.ts'

/**
 * How long an answer takes at least, in milliseconds: more is written for an account than for an
 * address that is nobody's. It is more than that takes on a busy disk; what takes longer still is rounded
 * up to the next whole one.
 */
const ANSWER_AFTER = 400

/** Does it, and takes as long for anybody. */
export async function inSameTime<T>(app: Pick<App, 'pause'>, work: () => Promise<T>): Promise<T> {
  const began = performance.now()
  try {
    return await work()
  } finally {
    await app.pause(ANSWER_AFTER - ((performance.now() - began) % ANSWER_AFTER))
  }
}
