import type { ExpressionBuilder } from 'kysely'
import type { Database } from './open.ts'
import type { MessagesTable, Tables } from './tables.ts'

export type Message = Readonly<MessagesTable>

export type NewMessage = {
  readonly id: string
  readonly accountId: string
  readonly attemptId: string | null
  readonly by: 'email'
  readonly recipient: string
  readonly kind: string
  /** Sealed text. */
  readonly body: string
  readonly createdAt: number
  readonly expiresAt: number
}

/** Whose turn it is: a claim of a message counts its tries, and only the last one may go on. */
export type Claim = Pick<Message, 'id' | 'tries'>

/** Due at once. Made in the transaction that made what it says. */
export async function insertMessage(db: Database, message: NewMessage): Promise<void> {
  await db
    .insertInto('messages')
    .values({
      ...message,
      route: null,
      tries: 0,
      nextTryAt: message.createdAt,
      acceptedAt: null,
      failedAt: null,
      reason: null,
    })
    .execute()
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
  const { numUpdatedRows } = await db
    .updateTable('messages')
    .set({ acceptedAt: now, route, reason: null, body: null })
    .where('id', '=', id)
    .where(isOpen)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** To be tried again. False when it was finished before, or somebody else has claimed it since. */
export async function postponeMessage(
  db: Database,
  claim: Claim,
  reason: string,
  nextTryAt: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('messages')
    .set({ nextTryAt, reason })
    .where('id', '=', claim.id)
    .where('tries', '=', claim.tries)
    .where(isOpen)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Given up; its body is wiped. False when it was finished before, or claimed by another since. */
export async function failMessage(
  db: Database,
  claim: Claim,
  route: string | null,
  reason: string,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('messages')
    .set({ failedAt: now, route, reason, body: null })
    .where('id', '=', claim.id)
    .where('tries', '=', claim.tries)
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
