import type { App } from '../app.ts'
import type { Alarm } from '../delivery/alarm.ts'
import type { Made } from '../delivery/message.ts'
import { newId } from '../lib/random.ts'
import { insertEvent } from '../store/events.ts'
import type { Database } from '../store/open.ts'

/** Writes down, in this transaction, what the operators should know of. Gives what is to be sent after it. */
export async function raise(
  app: Pick<App, 'random' | 'now'>,
  db: Database,
  { kind, ...detail }: Alarm,
): Promise<readonly Made[]> {
  const now = app.now()
  await insertEvent(db, {
    id: newId(app.random, now),
    at: now,
    kind,
    accountId: null,
    attemptId: null,
    sessionId: null,
    deviceId: null,
    address: '',
    userAgent: '',
    requestId: 'by itself',
    detail,
  })
  return []
}
