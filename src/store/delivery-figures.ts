import { sql, type ExpressionBuilder } from 'kysely'
import { idsFrom } from '../lib/random.ts'
import type { Database } from './open.ts'
import type { Tables } from './tables.ts'

/** A stretch of time: from then on, up to before then (ms). Rows are found in it by their ids. */
export type Stretch = { readonly from: number; readonly until: number }

/** What became of the messages of one kind, to one country, by one route: how many of each. */
export type Became = {
  readonly by: string
  readonly country: string | null
  /** That has taken them; `null`: none has. */
  readonly route: string | null
  readonly messages: number
  readonly accepted: number
  readonly delivered: number
  readonly entered: number
  readonly failed: number
  /** Neither accepted nor failed. */
  readonly underway: number
  /** Attempts in which one of their codes was typed in, and right. */
  readonly signIns: number
}

/** What became of all messages that were made in a stretch of time. */
export async function becameIn(db: Database, { from, until }: Stretch): Promise<Became[]> {
  return db
    .selectFrom('messages')
    .select((e) => [
      'by',
      'country',
      'route',
      e.fn.countAll<number>().as('messages'),
      // A receipt can come where no answer did.
      sql<number>`count(coalesce(accepted_at, delivered_at))`.as('accepted'),
      e.fn.count<number>('deliveredAt').as('delivered'),
      e.fn.count<number>('enteredAt').as('entered'),
      e.fn.count<number>('failedAt').as('failed'),
      sql<number>`count(case when coalesce(accepted_at, delivered_at, failed_at) is null then 1 end)`.as(
        'underway',
      ),
      sql<number>`count(distinct case when entered_at is not null then attempt_id end)`.as(
        'signIns',
      ),
    ])
    .where('id', '>=', idsFrom(from))
    .where('id', '<', idsFrom(until))
    .groupBy(['by', 'country', 'route'])
    .execute()
}

/** What one route did with the messages it was given. */
export type Given = Omit<Became, 'route' | 'failed' | 'underway'> & {
  readonly route: string
  /** In millionths of the currency, without what it has surely not taken. */
  readonly cost: number
}

/**
 * By each route that was given messages of a stretch of time, as far as this is written down: mails that
 * were taken are in `becameIn` only. A code counts as entered for the routes that brought it, or, where
 * no receipt says so, for the one that took it last.
 */
export async function givenIn(db: Database, { from, until }: Stretch): Promise<Given[]> {
  const rows = await db
    .selectFrom('messages')
    .innerJoin('sendings', 'sendings.messageId', 'messages.id')
    .select([
      'messages.by as by',
      'messages.country as country',
      'sendings.routeName as route',
      messagesWhere('true').as('messages'),
      messagesWhere('sendings.accepted_at is not null').as('accepted'),
      messagesWhere('sendings.delivered_at is not null').as('delivered'),
      messagesWhere(BROUGHT).as('entered'),
      sql<number>`count(distinct case when ${sql.raw(BROUGHT)} then messages.attempt_id end)`.as(
        'signIns',
      ),
      sql<number>`sum(case when sendings.refused_at is null then sendings.cost else 0 end)`.as(
        'cost',
      ),
    ])
    .where('messages.id', '>=', idsFrom(from))
    .where('messages.id', '<', idsFrom(until))
    .where((e) => e.not(isTakenMail(e)))
    .groupBy(['messages.by', 'messages.country', 'sendings.routeName'])
    .execute()
  // PostgreSQL gives a sum of large numbers as text.
  return rows.map((row) => ({ ...row, cost: Number(row.cost) }))
}

const BROUGHT = `messages.entered_at is not null and (sendings.delivered_at is not null
  or (messages.delivered_at is null and sendings.route_name = messages.route))`

const messagesWhere = (condition: string) =>
  sql<number>`count(distinct case when ${sql.raw(condition)} then messages.id end)`

const isTakenMail = (e: ExpressionBuilder<Tables, 'messages' | 'sendings'>) =>
  e.and([
    e('messages.by', '=', 'email'),
    e('messages.acceptedAt', 'is not', null),
    e('messages.route', '=', e.ref('sendings.routeName')),
  ])

/** How long a route took for one message, in milliseconds. */
export type Took = {
  readonly by: string
  readonly country: string | null
  readonly route: string
  readonly ms: number
}

/**
 * How long it took until the newest messages of a stretch of time had arrived; mails: until they were
 * taken. At most so many of each kind.
 */
export async function tookIn(
  db: Database,
  { from, until }: Stretch,
  most: number,
): Promise<Took[]> {
  const texts = await db
    .selectFrom('messages')
    .innerJoin('sendings', 'sendings.messageId', 'messages.id')
    .select([
      'messages.country as country',
      'sendings.routeName as route',
      sql<number>`sendings.delivered_at - sendings.begun_at`.as('ms'),
    ])
    .where('messages.id', '>=', idsFrom(from))
    .where('messages.id', '<', idsFrom(until))
    .where('messages.by', '=', 'sms')
    .where('sendings.deliveredAt', 'is not', null)
    .orderBy('messages.id', 'desc')
    .limit(most)
    .execute()
  const mails = await db
    .selectFrom('messages')
    .select(['country', 'route', sql<number>`accepted_at - created_at`.as('ms')])
    .where('id', '>=', idsFrom(from))
    .where('id', '<', idsFrom(until))
    .where('by', '=', 'email')
    .where('acceptedAt', 'is not', null)
    .orderBy('id', 'desc')
    .limit(most)
    .execute()
  return [
    ...texts.map((row) => ({ ...row, by: 'sms' })),
    ...mails.map((row) => ({ ...row, route: row.route ?? '', by: 'email' })),
  ]
}
