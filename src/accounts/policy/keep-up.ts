import type { App } from '../../app.ts'
import { allPolicies } from '../../store/policies.ts'
import { write } from '../../store/write.ts'
import { limitLiving } from './limit-living.ts'
import { remindSome } from './remind.ts'

const MINUTE = 60_000
/** Nobody takes so long to be signed in. */
const RECENT = 3 * MINUTE

/** Who was signed in at the very moment a policy changed may have been signed in by what it said before. */
export async function limitRecent(app: App): Promise<void> {
  const { db } = app
  const now = app.now()
  for (const { owner, changedAt } of await allPolicies(db))
    if (changedAt > now - RECENT) await write(db, (tx) => limitLiving(app, tx, owner, now))
}

/**
 * Looks every minute after what policies ask for beside the sign-in, until it is stopped, which waits for
 * what is under way. Any number of processes may do so.
 */
export function startKeepingUp(app: App): () => Promise<void> {
  let running: Promise<void> | null = null
  let after = ''
  const look = async (): Promise<void> => {
    await limitRecent(app)
    after = await remindSome(app, after)
  }
  const timer = setInterval(() => {
    running ??= look()
      .catch((error: unknown) => app.log.error({ error: String(error) }, 'policies'))
      .finally(() => {
        running = null
      })
  }, MINUTE).unref()
  return async () => {
    clearInterval(timer)
    await running
  }
}
