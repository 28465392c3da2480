import { newId, systemRandom } from '../../src/lib/random.ts'
import type { MessagesTable, SendingsTable } from '../../src/store/tables.ts'
import type { Database } from '../../src/store/open.ts'

export type MessageRow = Partial<MessagesTable>
export type SendingRow = Partial<SendingsTable>

export const NUMBER = '+351912345678'

/** A message as it stands when it was made, and nothing became of it yet. Gives its id. */
export async function wrote(
  db: Database,
  row: MessageRow & { readonly createdAt: number },
): Promise<string> {
  const at = row.createdAt
  const isSms = row.by === 'sms'
  const whole: MessagesTable = {
    id: newId(systemRandom, at),
    accountId: 'an account',
    attemptId: null,
    sessionId: null,
    by: 'email',
    recipient: isSms ? NUMBER : 'somebody@mail.example',
    kind: 'code',
    body: null,
    route: null,
    country: isSms ? 'PT' : null,
    prefix: isSms ? '+351912' : null,
    expiresAt: at + 300_000,
    tries: 1,
    nextTryAt: at,
    acceptedAt: null,
    deliveredAt: null,
    failedAt: null,
    reason: null,
    enteredAt: null,
    reportedAt: null,
    ...row,
  }
  await db.insertInto('messages').values(whole).execute()
  return whole.id
}

/** That a message was given to a route. */
export async function gave(
  db: Database,
  messageId: string,
  row: SendingRow & { readonly begunAt: number },
): Promise<void> {
  const at = row.begunAt
  const whole: SendingsTable = {
    id: newId(systemRandom, at),
    messageId,
    accountId: 'an account',
    by: 'sms',
    route: `id of ${row.routeName ?? 'Kannel'}`,
    routeName: 'Kannel',
    country: 'PT',
    parts: 1,
    cost: 50_000,
    gatewayId: null,
    acceptedAt: null,
    refusedAt: null,
    lasting: 0,
    deliveredAt: null,
    undeliveredAt: null,
    reason: null,
    answer: null,
    ...row,
  }
  await db.insertInto('sendings').values(whole).execute()
}
