import { UNANSWERED, type Sending } from '../store/sendings.ts'

/** What became of a sending. */
type Fate = Pick<Sending, 'acceptedAt' | 'refusedAt' | 'undeliveredAt' | 'reason'>

/** A route has taken it, and has not said that it will not arrive. Pure. */
export const isUnderWay = ({ acceptedAt, undeliveredAt }: Fate): boolean =>
  acceptedAt !== null && undeliveredAt === null

/** It was given to a route, and nobody knows whether it was taken. Pure. */
export const isUnanswered = ({ acceptedAt, refusedAt, undeliveredAt }: Fate): boolean =>
  acceptedAt === null && refusedAt === null && undeliveredAt === null

/**
 * Why a message has failed that no route has under way: that nobody knows, where one may have taken it;
 * else why it was given up, or what the last route said. Pure.
 */
export function whyFailed(sendings: readonly Fate[], why: string | null): string {
  const lost = sendings.find(isUnanswered)
  return lost ? (lost.reason ?? UNANSWERED) : (why ?? sendings.at(-1)?.reason ?? UNANSWERED)
}
