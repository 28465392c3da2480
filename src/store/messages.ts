import { sql } from 'kysely'
import { hasRowLocks, type Database } from './open.ts'
import { UNANSWERED } from './sendings.ts'
import { statement, values } from './statement.ts'
import type { MessagesTable } from './tables.ts'

export type Message = Readonly<MessagesTable>

export type NewMessage = {
  readonly id: string
  readonly accountId: string
  readonly attemptId: string | null
  /** The session that caused it. */
  readonly sessionId?: string | null
  readonly by: 'email' | 'sms'
  readonly recipient: string
  /** Of a number. */
  readonly country?: string | null
  readonly prefix?: string | null
  readonly kind: string
  /** Sealed text. */
  readonly body: string
  readonly createdAt: number
  readonly expiresAt: number
}

/** Whose turn it is: a claim of a message counts its tries, and only the last one may go on. */
type Claim = Pick<Message, 'id' | 'tries'>

const insert = statement(
  (
    db,
    message: NewMessage & Pick<Message, 'sessionId' | 'country' | 'prefix' | 'tries' | 'nextTryAt'>,
  ) =>
    db.insertInto('messages').values({
      ...values(
        message,
        'id',
        'accountId',
        'attemptId',
        'sessionId',
        'by',
        'recipient',
        'country',
        'prefix',
        'kind',
        'body',
        'createdAt',
        'expiresAt',
        'tries',
        'nextTryAt',
      ),
      route: null,
      acceptedAt: null,
      deliveredAt: null,
      failedAt: null,
      reason: null,
      enteredAt: null,
      reportedAt: null,
    }),
)

/**
 * Made in the transaction that made what it says. With a lease it is claimed from birth, for the
 * process that makes it, which saves a write; without one it is due at once, for anybody.
 */
export async function insertMessage(db: Database, message: NewMessage, leaseMs = 0): Promise<void> {
  const { createdAt, sessionId = null, country = null, prefix = null } = message
  const claim = { tries: leaseMs > 0 ? 1 : 0, nextTryAt: createdAt + leaseMs }
  await insert(db, { ...message, sessionId, country, prefix, ...claim })
}

/** What is known of a message but its text. */
export type Sent = Omit<
  Message,
  'body' | 'tries' | 'nextTryAt' | 'route' | 'country' | 'prefix' | 'deliveredAt' | 'enteredAt'
>

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

/** A test message that this account has asked for; `null` when there is none. */
export async function findTest(
  db: Database,
  accountId: string,
  id: string,
): Promise<Message | null> {
  const row = await db
    .selectFrom('messages')
    .selectAll()
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .where('kind', '=', 'test')
    .executeTakeFirst()
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
 * but one of those who ask, and for what is finished, expired or waiting, or tries a route out: whoever
 * made that sends it, and nobody else.
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
    .where('body', 'is not', null)
    .where('kind', '<>', 'test')
    .where('nextTryAt', '<=', now)
    .where('expiresAt', '>', now)
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}

/** What may be claimed. */
export type Due = Pick<Message, 'id' | 'by' | 'country'>

/**
 * What may be claimed, of this kind, longest waiting first; but nothing to these countries (`null`: nor
 * what is at home nowhere).
 */
export async function dueMessages(
  db: Database,
  now: number,
  by: NewMessage['by'],
  most: number,
  but: readonly (string | null)[] = [],
): Promise<Due[]> {
  let query = db
    .selectFrom('messages')
    .select(['id', 'by', 'country'])
    .where('body', 'is not', null)
    .where('kind', '<>', 'test')
    .where('by', '=', by)
    .where('nextTryAt', '<=', now)
    .where('expiresAt', '>', now)
  for (const country of but) query = query.where('country', 'is distinct from', country)
  return query.orderBy('nextTryAt').limit(most).execute()
}

/**
 * As it stands. In a transaction, nobody else changes it until the end: whoever writes down what became
 * of a sending holds its message first, so that of two who do one sees what the other has written.
 */
export async function holdMessage(db: Database, id: string): Promise<Message | null> {
  let query = db.selectFrom('messages').selectAll().where('id', '=', id)
  if (hasRowLocks(db)) query = query.forUpdate()
  return (await query.executeTakeFirst()) ?? null
}

/** Is this claim still the last one, of a message that is still to be sent? */
export const isHeldBy = (held: Message | null, { tries }: Claim): boolean =>
  held !== null && held.tries === tries && held.body !== null

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
    .where('body', 'is not', null),
)

/**
 * A route has it, and another one gets it when this time comes and it has not arrived; `null`: no other
 * will. It was accepted when the first route took it.
 */
export async function acceptForNow(
  db: Database,
  id: string,
  route: string,
  now: number,
  nextTryAt: number | null,
): Promise<void> {
  const next = nextTryAt === null ? { body: null } : { nextTryAt }
  await db
    .updateTable('messages')
    .set((e) => ({
      acceptedAt: e.fn.coalesce('acceptedAt', e.val(now)),
      failedAt: null,
      route,
      reason: null,
      ...next,
    }))
    .where('id', '=', id)
    .execute()
}

/** No other route will get it: what was accepted has to do. False as with `settle`. */
export const leaveMessage = (db: Database, claim: Claim): Promise<boolean> =>
  settle(db, claim, { body: null })

/** To be tried again. False as with `settle`. */
export const postponeMessage = (
  db: Database,
  claim: Claim,
  reason: string,
  nextTryAt: number,
): Promise<boolean> => settle(db, claim, { nextTryAt, reason })

/** Still ours until then. False as with `settle`. */
export const keepClaim = (db: Database, claim: Claim, until: number): Promise<boolean> =>
  settle(db, claim, { nextTryAt: until })

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
    .where('body', 'is not', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** It has arrived by this route, whatever was thought before. True for whoever was first to say so. */
export async function deliverMessage(
  db: Database,
  id: string,
  now: number,
  route: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('messages')
    .set((e) => ({
      deliveredAt: now,
      acceptedAt: e.fn.coalesce('acceptedAt', e.val(now)),
      route,
      failedAt: null,
      reason: null,
      body: null,
    }))
    .where('id', '=', id)
    .where('deliveredAt', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** What was accepted will not arrive that way: it is due at once for another. No test message is. */
export async function bringBack(
  db: Database,
  id: string,
  reason: string,
  now: number,
): Promise<void> {
  await db
    .updateTable('messages')
    .set({ nextTryAt: now, reason })
    .where('id', '=', id)
    .where('kind', '<>', 'test')
    .where('body', 'is not', null)
    .execute()
}

/**
 * What was accepted will not arrive, and there is no other way. True for whoever was first to say so, and
 * where nothing says that it has arrived.
 */
export async function failAccepted(
  db: Database,
  id: string,
  reason: string,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('messages')
    .set({ failedAt: now, reason })
    .where('id', '=', id)
    .where('body', 'is', null)
    .where('deliveredAt', 'is', null)
    .where('enteredAt', 'is', null)
    .where('failedAt', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** The codes of this attempt that went out as text messages: one was typed in, and right. */
export async function enterMessages(db: Database, attemptId: string, now: number): Promise<void> {
  await db
    .updateTable('messages')
    .set({ enteredAt: now })
    .where('attemptId', '=', attemptId)
    .where('kind', '=', 'code')
    .where('prefix', 'is not', null)
    .where('enteredAt', 'is', null)
    .execute()
}

/** Those with the codes of one attempt, oldest first. */
export async function codesOf(
  db: Database,
  { id, accountId }: { readonly id: string; readonly accountId: string },
): Promise<Message[]> {
  return db
    .selectFrom('messages')
    .selectAll()
    .where('attemptId', '=', id)
    .where('kind', '=', 'code')
    .where('accountId', '=', accountId)
    .orderBy('id')
    .execute()
}

/**
 * Gives up what nobody needs any more, and wipes it. What is being sent at this moment is left to
 * whoever claimed it: a letter that arrives must not be written down as expired. What a route has taken,
 * or was typed in, has not failed, but goes no other way any more; of what one may have taken, nobody
 * knows.
 */
export async function expireMessages(
  db: Database,
  now: number,
): Promise<(Pick<Message, 'id' | 'kind' | 'accountId' | 'by' | 'country'> & { reason: string })[]> {
  const isOver = db.updateTable('messages').where('body', 'is not', null)
  await isOver
    .set({ body: null })
    .where('expiresAt', '<=', now)
    .where('nextTryAt', '<=', now)
    .where((e) => e.or([underWay, e('enteredAt', 'is not', null)]))
    .execute()
  const rows = await isOver
    .set({
      failedAt: now,
      reason: sql<string>`case when ${unanswered} then ${UNANSWERED} else 'expired' end`,
      body: null,
    })
    .where('expiresAt', '<=', now)
    .where('nextTryAt', '<=', now)
    .returning(['id', 'kind', 'accountId', 'by', 'country', 'reason'])
    .execute()
  return rows.map((row) => ({ ...row, reason: row.reason! }))
}

const underWay = sql<boolean>`exists (select 1 from sendings where message_id = messages.id
  and accepted_at is not null and undelivered_at is null)`

const unanswered = sql<boolean>`exists (select 1 from sendings where message_id = messages.id
  and accepted_at is null and refused_at is null and undelivered_at is null)`

/** What is still to be sent, newest first: the outbox of an installation without a route. */
export async function waitingMessages(db: Database, now: number, most: number): Promise<Message[]> {
  return db
    .selectFrom('messages')
    .selectAll()
    .where('body', 'is not', null)
    .where('acceptedAt', 'is', null)
    .where('expiresAt', '>', now)
    .orderBy('createdAt', 'desc')
    .limit(most)
    .execute()
}
