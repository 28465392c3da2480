import type { Database } from './open.ts'
import type { EarlyReceiptsTable, SendingsTable } from './tables.ts'

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

/** The newest that a receipt of this route means: by the gateway's id, or by ours. */
export async function sendingFor(db: Database, route: string, id: string): Promise<Sending | null> {
  const row = await db
    .selectFrom('sendings')
    .selectAll()
    .where('route', '=', route)
    .where((e) => e.or([e('gatewayId', '=', id), e('id', '=', id)]))
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

/** How long the last ones of a route took to arrive, in milliseconds. */
export async function timesOf(db: Database, route: string, most: number): Promise<number[]> {
  const rows = await db
    .selectFrom('sendings')
    .select(['acceptedAt', 'deliveredAt'])
    .where('route', '=', route)
    .where('deliveredAt', 'is not', null)
    .orderBy('deliveredAt', 'desc')
    .limit(most)
    .execute()
  return rows.map(({ acceptedAt, deliveredAt }) => Math.max(0, deliveredAt! - (acceptedAt ?? 0)))
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

/** How many of a route are kept. */
export async function countEarly(db: Database, route: string): Promise<number> {
  const { count } = await db
    .selectFrom('earlyReceipts')
    .select((e) => e.fn.countAll<number | string>().as('count'))
    .where('route', '=', route)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Those that were waiting for this one. They are kept no longer. */
export async function takeEarly(
  db: Database,
  route: string,
  gatewayId: string,
): Promise<EarlyReceipt[]> {
  return db
    .deleteFrom('earlyReceipts')
    .where('route', '=', route)
    .where('gatewayId', '=', gatewayId)
    .returningAll()
    .execute()
}
