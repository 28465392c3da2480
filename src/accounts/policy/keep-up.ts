import type { App } from '../../app.ts'
import { allPolicies } from '../../store/policies.ts'
import { write } from '../../store/write.ts'
import { limitLiving } from './limit-living.ts'
import { remindAll } from './remind.ts'

const MINUTE = 60_000
/** Between two rounds of reminders. */
const REST = 60 * MINUTE
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
  let next = 0
  const look = async (): Promise<void> => {
    await limitRecent(app)
    if (app.now() < next) return
    after = await remindAll(app, after)
    // Of those who were looked at, hardly anybody is due within the hour.
    if (after === '') next = app.now() + REST
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
