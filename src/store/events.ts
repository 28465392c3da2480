import type { Database } from './open.ts'
import { statement, values } from './statement.ts'
import type { EventsTable } from './tables.ts'

/** Something that happened. `detail` never holds a code, a token or a password. */
export type Event = {
  readonly id: string
  readonly at: number
  readonly kind: string
  readonly accountId: string | null
  readonly attemptId: string | null
  readonly sessionId: string | null
  readonly deviceId: string | null
  readonly address: string
  readonly userAgent: string
  readonly requestId: string
  readonly detail: Readonly<Record<string, string | number | boolean | null>>
}

const insert = statement((db, row: EventsTable) =>
  db
    .insertInto('events')
    .values(
      values(
        row,
        'id',
        'at',
        'kind',
        'accountId',
        'attemptId',
        'sessionId',
        'deviceId',
        'address',
        'userAgent',
        'requestId',
        'detail',
      ),
    ),
)

export async function insertEvent(db: Database, event: Event): Promise<void> {
  await insert(db, { ...event, detail: JSON.stringify(event.detail) })
}

/** The newest first. */
export async function eventsOf(db: Database, accountId: string, most: number): Promise<Event[]> {
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where('accountId', '=', accountId)
    .orderBy('id', 'desc')
    .limit(most)
    .execute()
  return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) as Event['detail'] }))
}
