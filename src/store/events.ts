import type { Database } from './open.ts'
import { statement, values } from './statement.ts'
import type { EventsTable } from './tables.ts'

/** Something that happened. `detail` never holds a code, a token or a password. */
type Event = {
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

const signedIn = statement((db, value: { accountId: string }) =>
  db
    .selectFrom('events')
    .select('id')
    .where('accountId', '=', value.accountId)
    .where('kind', '=', 'signed_in')
    .limit(1),
)

/** Has anybody ever signed in to this account? */
export async function hasSignedIn(db: Database, accountId: string): Promise<boolean> {
  return (await signedIn(db, { accountId })).rows.length > 0
}
