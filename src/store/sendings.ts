import type { Database } from './open.ts'
import type { EarlyReceiptsTable, SendingsTable } from './tables.ts'

/** What stands where a route has not answered. */
export const UNANSWERED = 'unanswered: nobody knows whether it was taken'

/** That a message was given to a route, and what became of it. */
export type Sending = Readonly<SendingsTable>

type New = Pick<
  Sending,
  'id' | 'messageId' | 'accountId' | 'by' | 'route' | 'routeName' | 'country' | 'parts' | 'cost'
> & { readonly begunAt: number }

/** Before it is sent, or with what became of it. Throws when that route may have it already. */
export async function insertSending(
  db: Database,
  sending: New & Partial<Pick<Sending, 'refusedAt' | 'lasting' | 'reason'>>,
): Promise<void> {
  await db
    .insertInto('sendings')
    .values({
      gatewayId: null,
      acceptedAt: null,
      refusedAt: null,
      lasting: 0,
      deliveredAt: null,
      undeliveredAt: null,
      reason: null,
      answer: null,
      ...sending,
    })
    .execute()
}

export async function updateSending(
  db: Database,
  id: string,
  outcome: Partial<Sending>,
): Promise<void> {
  await db.updateTable('sendings').set(outcome).where('id', '=', id).execute()
}

/** Those of these messages, oldest first. */
export async function sendingsOf(db: Database, messageIds: readonly string[]): Promise<Sending[]> {
  if (messageIds.length === 0) return []
  return db
    .selectFrom('sendings')
    .selectAll()
    .where('messageId', 'in', messageIds)
    .orderBy('id')
    .execute()
}

/**
 * The gateway has it, under this name. When it has said so before by a receipt, that is when it was.
 */
export async function acceptSending(
  db: Database,
  id: string,
  gatewayId: string | null,
  now: number,
): Promise<void> {
  await db
    .updateTable('sendings')
    .set((e) => ({ gatewayId, acceptedAt: e.fn.coalesce('acceptedAt', e.val(now)) }))
    .where('id', '=', id)
    .execute()
}

/**
 * The newest that a receipt of this route means: by the gateway's id, or by ours; else by what the
 * gateway's may be written like.
 */
export async function sendingFor(
  db: Database,
  route: string,
  id: string,
  others: readonly string[],
): Promise<Sending | null> {
  const all = db.selectFrom('sendings').selectAll().where('route', '=', route)
  const newest = all.orderBy('id', 'desc').limit(1)
  const known =
    (await newest.where('gatewayId', '=', id).executeTakeFirst()) ??
    (await all.where('id', '=', id).executeTakeFirst())
  if (known || others.length === 0) return known ?? null
  return (await newest.where('gatewayId', 'in', others).executeTakeFirst()) ?? null
}

/** How long the last ones of a route took to arrive, in milliseconds. */
export async function timesOf(db: Database, route: string, most: number): Promise<number[]> {
  const rows = await db
    .selectFrom('sendings')
    .select(['begunAt', 'acceptedAt', 'deliveredAt'])
    .where('route', '=', route)
    .where('deliveredAt', 'is not', null)
    .orderBy('deliveredAt', 'desc')
    .limit(most)
    .execute()
  return rows.map(({ begunAt, acceptedAt, deliveredAt }) =>
    Math.max(0, deliveredAt! - (acceptedAt ?? begunAt)),
  )
}

/** Has it ever brought a receipt that says what became of a message? */
export async function bringsReceipts(db: Database, route: string): Promise<boolean> {
  const its = db.selectFrom('sendings').select('id').where('route', '=', route).limit(1)
  const one =
    (await its.where('deliveredAt', 'is not', null).executeTakeFirst()) ??
    (await its.where('undeliveredAt', 'is not', null).executeTakeFirst())
  return one !== undefined
}

export type EarlyReceipt = Readonly<EarlyReceiptsTable>

/** Kept once, however often it comes. */
export async function keepEarly(db: Database, receipt: EarlyReceipt): Promise<void> {
  await db
    .insertInto('earlyReceipts')
    .values(receipt)
    .onConflict((c) => c.columns(['route', 'gatewayId', 'state']).doNothing())
    .execute()
}

/** Leaves this many of a route. */
export async function dropOldestEarly(db: Database, route: string, most: number): Promise<void> {
  const oldest = await db
    .selectFrom('earlyReceipts')
    .selectAll()
    .where('route', '=', route)
    .orderBy('at', 'desc')
    .offset(most)
    .limit(MANY)
    .execute()
  for (const each of oldest) await takeEarly(db, each)
}

const MANY = 100

/** Those of a route under any of these names. */
export async function earlyNamed(
  db: Database,
  route: string,
  names: readonly string[],
): Promise<EarlyReceipt[]> {
  if (names.length === 0) return []
  return db
    .selectFrom('earlyReceipts')
    .selectAll()
    .where('route', '=', route)
    .where('gatewayId', 'in', names)
    .execute()
}

/** Those whose sending is known by now, oldest first. */
export async function earlyKnown(db: Database): Promise<EarlyReceipt[]> {
  return db
    .selectFrom('earlyReceipts')
    .selectAll()
    .where((e) =>
      e.exists(
        e
          .selectFrom('sendings')
          .select('sendings.id')
          .whereRef('sendings.route', '=', 'earlyReceipts.route')
          .whereRef('sendings.gatewayId', '=', 'earlyReceipts.gatewayId'),
      ),
    )
    .orderBy('at')
    .execute()
}

/** True for one caller only: it is for them to apply. */
export async function takeEarly(
  db: Database,
  { route, gatewayId, state }: EarlyReceipt,
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('earlyReceipts')
    .where('route', '=', route)
    .where('gatewayId', '=', gatewayId)
    .where('state', '=', state)
    .executeTakeFirst()
  return numDeletedRows === 1n
}
