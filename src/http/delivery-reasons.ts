import { NEEDLESS } from '../delivery/needless.ts'
import { UNANSWERED, UNREADABLE } from '../delivery/try.ts'
import type { Reason } from '../pages/delivery-words.ts'

type Known = Extract<Reason, { readonly known: string }>['known']

const ours: Readonly<Record<string, Known>> = {
  expired: 'expired',
  'no route': 'noRoute',
  budget: 'budget',
  stopped: 'stopped',
  'not delivered': 'undelivered',
  [UNANSWERED]: 'unanswered',
  [UNREADABLE]: 'unreadable',
  [NEEDLESS]: 'needless',
}

/** How those reasons begin that our own part of a conversation gives. What follows is for experts. */
const beginnings: readonly (readonly [RegExp, Known])[] = [
  [/^(too_slow|no answer in time|ETIMEDOUT)/, 'slow'],
  [/^(unreachable|not connected|ECONN|EDNS|ESOCKET)/, 'away'],
  [/^(EAUTH|the SMPP settings are wrong|no bind)/, 'settings'],
  [/^(broken_off|the connection broke|closed$)/, 'broken'],
  [/^(no_tls|ETLS)/, 'insecure'],
]

const NOT_SURE = ` (${UNANSWERED})`

/**
 * What is kept as a reason, in parts: ours by name; a gateway's in its own words; both, where there is
 * more to know; and that nobody knows whether it was taken. Pure.
 */
export function reasonsIn(reason: string | null): Reason[] {
  if (reason === null) return []
  if (Object.hasOwn(ours, reason)) return [{ known: ours[reason]! }]
  if (reason.endsWith(NOT_SURE))
    return [...reasonsIn(reason.slice(0, -NOT_SURE.length)), { known: 'unanswered' }]
  const begins = beginnings.find(([pattern]) => pattern.test(reason))
  return begins ? [{ known: begins[1] }, { said: reason }] : [{ said: reason }]
}
