import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import { idsFrom } from '../lib/random.ts'
import type { Message } from './messages.ts'
import type { Database } from './open.ts'
import type { Tables } from './tables.ts'

/** A message as those see it who look after delivery: nothing of what it says. */
export type SeenMessage = Pick<Message, (typeof seen)[number]>

const seen = [
  'id',
  'by',
  'recipient',
  'kind',
  'route',
  'country',
  'createdAt',
  'expiresAt',
  'acceptedAt',
  'deliveredAt',
  'failedAt',
  'reason',
  'enteredAt',
] as const

export type DeliveryState = 'entered' | 'delivered' | 'failed' | 'accepted' | 'underway'

/** What became of it? The most that is known counts. Pure. */
export function stateOf(
  message: Pick<SeenMessage, 'acceptedAt' | 'deliveredAt' | 'enteredAt' | 'failedAt' | 'expiresAt'>,
  now: number,
): DeliveryState {
  if (message.enteredAt !== null) return 'entered'
  if (message.deliveredAt !== null) return 'delivered'
  if (message.failedAt !== null) return 'failed'
  if (message.acceptedAt !== null) return 'accepted'
  return message.expiresAt <= now ? 'failed' : 'underway'
}

/** The same as a question to the database. */
function isIn(
  e: ExpressionBuilder<Tables, 'messages'>,
  state: DeliveryState,
  now: number,
): Expression<SqlBool> {
  const was = (column: 'enteredAt' | 'deliveredAt' | 'failedAt' | 'acceptedAt') =>
    e(column, 'is not', null)
  const isOver = e.and([e.not(was('acceptedAt')), e('expiresAt', '<=', now)])
  const failed = e.or([was('failedAt'), isOver])
  const rest = [e.not(was('enteredAt')), e.not(was('deliveredAt'))]
  const conditions = {
    entered: [was('enteredAt')],
    delivered: [e.not(was('enteredAt')), was('deliveredAt')],
    failed: [...rest, failed],
    accepted: [...rest, e.not(failed), was('acceptedAt')],
    underway: [...rest, e.not(failed), e.not(was('acceptedAt'))],
  } satisfies Record<DeliveryState, readonly Expression<SqlBool>[]>
  return e.and(conditions[state])
}

/** `null`: whatever it is. */
export type DeliveryFilter = {
  readonly by: 'email' | 'sms' | null
  readonly state: DeliveryState | null
  /** What a route is called that had the message, whatever became of it there. */
  readonly route: string | null
  readonly country: string | null
}

/** The messages of an installation since then, newest first: so many that are older than `before`, an id. */
export async function deliveriesOf(
  db: Database,
  { by, state, route, country }: DeliveryFilter,
  wanted: {
    readonly since: number
    readonly before: string | null
    readonly now: number
    readonly most: number
  },
): Promise<SeenMessage[]> {
  const { since, before, now, most } = wanted
  let query = db.selectFrom('messages').select(seen).where('id', '>=', idsFrom(since))
  if (before !== null) query = query.where('id', '<', before)
  if (by !== null) query = query.where('by', '=', by)
  if (country !== null) query = query.where('country', '=', country)
  if (state !== null) query = query.where((e) => isIn(e, state, now))
  if (route !== null) query = query.where((e) => hadBy(e, route))
  return query.orderBy('id', 'desc').limit(most).execute()
}

const hadBy = (e: ExpressionBuilder<Tables, 'messages'>, route: string): Expression<SqlBool> =>
  e.or([
    e('route', '=', route),
    e.exists(
      e
        .selectFrom('sendings')
        .select('sendings.id')
        .whereRef('sendings.messageId', '=', 'messages.id')
        .where('sendings.routeName', '=', route),
    ),
  ])

/** One of them, however old; `null` when there is none. */
export async function findDelivery(db: Database, id: string): Promise<SeenMessage | null> {
  const row = await db.selectFrom('messages').select(seen).where('id', '=', id).executeTakeFirst()
  return row ?? null
}
