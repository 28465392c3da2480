import type { ExpressionBuilder } from 'kysely'
import type { Database } from './open.ts'
import { statement, values } from './statement.ts'
import type { MessagesTable, Tables } from './tables.ts'

export type Message = Readonly<MessagesTable>

export type NewMessage = {
  readonly id: string
  readonly accountId: string
  readonly attemptId: string | null
  /** The session that caused it. */
  readonly sessionId?: string | null
  readonly by: 'email'
  readonly recipient: string
  readonly kind: string
  /** Sealed text. */
  readonly body: string
  readonly createdAt: number
  readonly expiresAt: number
}

/** Whose turn it is: a claim of a message counts its tries, and only the last one may go on. */
type Claim = Pick<Message, 'id' | 'tries'>

const insert = statement(
  (db, message: NewMessage & Pick<Message, 'sessionId' | 'tries' | 'nextTryAt'>) =>
    db.insertInto('messages').values({
      ...values(
        message,
        'id',
        'accountId',
        'attemptId',
        'sessionId',
        'by',
        'recipient',
        'kind',
        'body',
        'createdAt',
        'expiresAt',
        'tries',
        'nextTryAt',
      ),
      route: null,
      acceptedAt: null,
      failedAt: null,
      reason: null,
      reportedAt: null,
    }),
)

/**
 * Made in the transaction that made what it says. With a lease it is claimed from birth, for the
 * process that makes it, which saves a write; without one it is due at once, for anybody.
 */
export async function insertMessage(db: Database, message: NewMessage, leaseMs = 0): Promise<void> {
  const { createdAt, sessionId = null } = message
  const claim = { tries: leaseMs > 0 ? 1 : 0, nextTryAt: createdAt + leaseMs }
  await insert(db, { ...message, sessionId, ...claim })
}

/** What is known of a message but its text. */
export type Sent = Omit<Message, 'body' | 'tries' | 'nextTryAt' | 'route'>

const sent = [
  'id',
  'accountId',
  'attemptId',
  'sessionId',
  'by',
  'recipient',
  'kind',
  'createdAt',
  'expiresAt',
  'acceptedAt',
  'failedAt',
  'reason',
  'reportedAt',
] as const

/** Whosever it is; `null` when there is none. */
export async function findMessage(db: Database, id: string): Promise<Sent | null> {
  const row = await db.selectFrom('messages').select(sent).where('id', '=', id).executeTakeFirst()
  return row ?? null
}

/** Those of one account among these, found by their ids. */
export async function messagesOf(
  db: Database,
  accountId: string,
  ids: readonly string[],
): Promise<Sent[]> {
  if (ids.length === 0) return []
  return db
    .selectFrom('messages')
    .select(sent)
    .where('id', 'in', ids)
    .where('accountId', '=', accountId)
    .execute()
}

/** Somebody says "this was not me". True for the first only. */
export async function reportMessage(db: Database, id: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('messages')
    .set({ reportedAt: now })
    .where('id', '=', id)
    .where('reportedAt', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/**
 * Takes a message that is due, for `leaseMs`: until then it is due for nobody else. `null` for all
 * but one of those who ask, and for what is finished, expired or waiting.
 */
export async function claimMessage(
  db: Database,
  id: string,
  now: number,
  leaseMs: number,
): Promise<Message | null> {
  const row = await db
    .updateTable('messages')
    .set((e) => ({ nextTryAt: now + leaseMs, tries: e('tries', '+', 1) }))
    .where('id', '=', id)
    .where(isOpen)
    .where('body', 'is not', null)
    .where('nextTryAt', '<=', now)
    .where('expiresAt', '>', now)
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}

/** The ids of what may be claimed, longest waiting first. */
export async function dueMessages(db: Database, now: number, most: number): Promise<string[]> {
  const rows = await db
    .selectFrom('messages')
    .select('id')
    .where(isOpen)
    .where('body', 'is not', null)
    .where('nextTryAt', '<=', now)
    .where('expiresAt', '>', now)
    .orderBy('nextTryAt')
    .limit(most)
    .execute()
  return rows.map(({ id }) => id)
}

/** The route has it. Its body is wiped. False when it was finished before. */
export async function acceptMessage(
  db: Database,
  id: string,
  route: string,
  now: number,
): Promise<boolean> {
  return (await accept(db, { id, route, now })).changed === 1
}

const accept = statement((db, value: { id: string; route: string; now: number }) =>
  db
    .updateTable('messages')
    .set({ acceptedAt: value.now, route: value.route, reason: null, body: null })
    .where('id', '=', value.id)
    .where(isOpen),
)

/** To be tried again. False as with `settle`. */
export const postponeMessage = (
  db: Database,
  claim: Claim,
  reason: string,
  nextTryAt: number,
): Promise<boolean> => settle(db, claim, { nextTryAt, reason })

/** Given up; its body is wiped. False as with `settle`. */
export const failMessage = (
  db: Database,
  claim: Claim,
  route: string | null,
  reason: string,
  now: number,
): Promise<boolean> => settle(db, claim, { failedAt: now, route, reason, body: null })

/** Writes what became of a claim. False when it was finished before, or claimed by another since. */
async function settle(
  db: Database,
  { id, tries }: Claim,
  outcome: Partial<Message>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('messages')
    .set(outcome)
    .where('id', '=', id)
    .where('tries', '=', tries)
    .where(isOpen)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/**
 * Gives up what nobody needs any more, and wipes it. What is being sent at this moment is left to
 * whoever claimed it: a letter that arrives must not be written down as expired.
 */
export async function expireMessages(
  db: Database,
  now: number,
): Promise<Pick<Message, 'id' | 'kind' | 'accountId'>[]> {
  return db
    .updateTable('messages')
    .set({ failedAt: now, reason: 'expired', body: null })
    .where(isOpen)
    .where('expiresAt', '<=', now)
    .where('nextTryAt', '<=', now)
    .returning(['id', 'kind', 'accountId'])
    .execute()
}

/** What is still to be sent, newest first: the outbox of an installation without a route. */
export async function waitingMessages(db: Database, now: number, most: number): Promise<Message[]> {
  return db
    .selectFrom('messages')
    .selectAll()
    .where(isOpen)
    .where('body', 'is not', null)
    .where('expiresAt', '>', now)
    .orderBy('createdAt', 'desc')
    .limit(most)
    .execute()
}

const isOpen = (e: ExpressionBuilder<Tables, 'messages'>) =>
  e.and([e('acceptedAt', 'is', null), e('failedAt', 'is', null)])
