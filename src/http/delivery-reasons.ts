import { UNANSWERED, UNREADABLE } from '../delivery/try.ts'
import type { Reason } from '../pages/delivery-words.ts'

const ours: Readonly<Record<string, Extract<Reason, { readonly known: string }>>> = {
  expired: { known: 'expired' },
  'no route': { known: 'noRoute' },
  budget: { known: 'budget' },
  stopped: { known: 'stopped' },
  'not delivered': { known: 'undelivered' },
  [UNANSWERED]: { known: 'unanswered' },
  [UNREADABLE]: { known: 'unreadable' },
}

const NOT_SURE = ` (${UNANSWERED})`

/** What is kept as a reason: ours, or a gateway's own words, or these and that nobody knows. Pure. */
export function reasonsIn(reason: string | null): Reason[] {
  if (reason === null) return []
  const known = ours[reason]
  if (known) return [known]
  return reason.endsWith(NOT_SURE)
    ? [{ said: reason.slice(0, -NOT_SURE.length) }, { known: 'unanswered' }]
    : [{ said: reason }]
}
