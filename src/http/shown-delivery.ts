import { shownRecipient } from '../accounts/shown-recipient.ts'
import type { Leg, Seen } from '../delivery/seen.ts'
import type { ShownDelivery, ShownLeg } from '../pages/delivery-list.ts'
import type { SignedIn } from '../store/sessions.ts'
import { actorOf } from './door.ts'
import { reasonsIn } from './delivery-reasons.ts'

/** A message as this person may see it. */
export function shownTo(viewer: SignedIn, { message, state, legs, cost }: Seen): ShownDelivery {
  const { id, kind, country, route, createdAt, acceptedAt, deliveredAt, enteredAt, failedAt } =
    message
  const isOver = state === 'failed' && failedAt === null
  const hasArrived = deliveredAt !== null || enteredAt !== null
  return {
    id,
    by: message.by as ShownDelivery['by'],
    kind,
    to: shownRecipient(actorOf(viewer), message),
    country,
    route,
    state,
    made: new Date(createdAt),
    accepted: dateOf(acceptedAt),
    delivered: dateOf(deliveredAt),
    entered: dateOf(enteredAt),
    failed: dateOf(failedAt),
    cost,
    reasons: hasArrived ? [] : reasonsIn(isOver ? 'expired' : message.reason),
    legs: legs.map(shownLeg),
  }
}

const dateOf = (time: number | null): Date | null => (time === null ? null : new Date(time))

const shownLeg = ({ reason, at, ...leg }: Leg): ShownLeg => ({
  ...leg,
  at: new Date(at),
  reasons: leg.became === 'delivered' ? [] : reasonsIn(reason),
})
