import { setImmediate as turn } from 'node:timers/promises'
import { idsFrom } from '../lib/random.ts'
import {
  deliveriesOf,
  findDelivery,
  stateOf,
  type SeenMessage,
  type DeliveryFilter,
  type DeliveryState,
} from '../store/deliveries.ts'
import type { Database } from '../store/open.ts'
import { sendingsOf, type Sending } from '../store/sendings.ts'
import { UNANSWERED } from './try.ts'

/** That a route had a message, and what became of it there. */
export type Leg = {
  readonly route: string
  readonly at: number
  readonly became: 'delivered' | 'accepted' | 'undelivered' | 'refused' | 'unanswered'
  /** It was taken, and then another one was asked: no receipt came in the usual time. */
  readonly isLate: boolean
  readonly reason: string | null
  readonly parts: number
  /** In millionths of the currency; nothing where it was surely not taken. */
  readonly cost: number
  readonly gatewayId: string | null
}

/** A message, what became of it, and the way it took. */
export type Seen = {
  readonly message: SeenMessage
  readonly state: DeliveryState
  readonly legs: readonly Leg[]
  /** Of all legs together. */
  readonly cost: number
}

/** Messages of one page. */
export const PAGE = 25

/**
 * A page of what was sent since then, the newest first, from `before` (an id) on. `older`: from where the
 * next page goes on. What is sent meanwhile moves nothing.
 */
export async function seenSince(
  db: Database,
  filter: DeliveryFilter,
  at: { since: number; before: string | null; now: number },
): Promise<{ readonly shown: readonly Seen[]; readonly older: string | null }> {
  const found = await foundSince(db, filter, at)
  const shown = await seenOf(db, found.slice(0, PAGE), at.now)
  return { shown, older: found.length > PAGE ? shown.at(-1)!.message.id : null }
}

/** What is read in one piece, since SQLite lets nobody else in meanwhile. */
const STRETCH = 6 * 60 * 60_000

/** One more than a page, from the newest back: others come in between, also where nothing is found. */
async function foundSince(
  db: Database,
  filter: DeliveryFilter,
  { since, before, now }: Parameters<typeof seenSince>[2],
): Promise<SeenMessage[]> {
  const found: SeenMessage[] = []
  let end = before
  for (let from = now; from > since && found.length <= PAGE;) {
    from = Math.max(since, from - STRETCH)
    if (end !== null && end <= idsFrom(from)) continue
    const most = PAGE + 1 - found.length
    found.push(...(await deliveriesOf(db, filter, { since: from, before: end, now, most })))
    end = idsFrom(from)
    await turn()
  }
  return found
}

/** One of them; `null` when there is none. */
export async function seenOne(db: Database, id: string, now: number): Promise<Seen | null> {
  const message = await findDelivery(db, id)
  return message && (await seenOf(db, [message], now))[0]!
}

async function seenOf(
  db: Database,
  messages: readonly SeenMessage[],
  now: number,
): Promise<Seen[]> {
  const sendings = await sendingsOf(
    db,
    messages.map(({ id }) => id),
  )
  return messages.map((message): Seen => {
    const its = sendings.filter(({ messageId }) => messageId === message.id)
    const legs = legsOf(message, its)
    const cost = legs.reduce((sum, leg) => sum + leg.cost, 0)
    return { message, state: stateOf(message, now), legs, cost }
  })
}

/** The routes that had it, in turn. A mail that was taken is written down in its message only. Pure. */
export function legsOf(
  message: Pick<SeenMessage, 'by' | 'route' | 'acceptedAt'>,
  sendings: readonly Sending[],
): Leg[] {
  const legs = sendings.map((one, index): Leg => {
    const became = becameOf(one)
    return {
      route: one.routeName,
      at: one.begunAt,
      became,
      isLate: became === 'accepted' && index < sendings.length - 1,
      reason: one.reason ?? (became === 'unanswered' ? UNANSWERED : null),
      parts: one.parts,
      cost: one.refusedAt === null ? one.cost : 0,
      gatewayId: one.gatewayId,
    }
  })
  const { by, route, acceptedAt } = message
  if (by !== 'email' || acceptedAt === null || route === null) return legs
  const last = { isLate: false, reason: null, parts: 1, cost: 0, gatewayId: null }
  return [...legs, { route, at: acceptedAt, became: 'accepted', ...last }]
}

function becameOf(sending: Sending): Leg['became'] {
  if (sending.deliveredAt !== null) return 'delivered'
  if (sending.undeliveredAt !== null) return 'undelivered'
  if (sending.refusedAt !== null) return 'refused'
  return sending.acceptedAt === null ? 'unanswered' : 'accepted'
}
