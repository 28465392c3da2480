import type { App } from '../app.ts'
import { endAttempt, type Attempt } from '../store/attempts.ts'

/** The person starts again, or thinks better of it: what was sent works no longer. */
export async function cancel(app: App, attempt: Attempt): Promise<void> {
  await endAttempt(app.db, attempt.id, app.now())
}
