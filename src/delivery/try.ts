import type { Random } from '../lib/random.ts'
import type { Keys } from '../lib/seal.ts'
import type { Message } from '../store/messages.ts'
import type { Database } from '../store/open.ts'
import type { Sending } from '../store/sendings.ts'
import type { Raise } from './alarm.ts'
import type { Made } from './message.ts'
import type { Render } from './route.ts'
import type { Open, Routes } from './routes.ts'
import type { DeliveryRules } from './rules.ts'

export { UNANSWERED } from '../store/sendings.ts'

export type Report = {
  readonly kind: 'message_accepted' | 'message_delivered' | 'message_postponed' | 'message_failed'
  readonly id: string
  readonly accountId: string
  readonly by: Made['by']
  readonly route?: string
  readonly country?: string | null
  readonly reason?: string
  /** Milliseconds from being written down to this. */
  readonly ms?: number
}

/** What a text message costs that was given to a gateway, and may have been taken: in millionths. */
export type Spent = {
  readonly route: string
  readonly country: string | null
  readonly currency: string
  readonly cost: number
}

/** What trying to send a message needs of the world. */
export type Tried = {
  readonly db: Database
  readonly keys: Keys
  readonly random: Random
  readonly now: () => number
  readonly routes: Routes
  readonly render: Render
  readonly rules: () => Promise<DeliveryRules>
  readonly raise: Raise
  readonly report: (what: Report) => void
  readonly spent?: (what: Spent) => void
  readonly onError: (error: unknown) => void
}

/** A message that is claimed by us. */
export type Claimed = Made | Message

/** What is under way. A mail's sending is written down only when it was refused. */
export type Try<O extends Open = Open> = {
  readonly message: Claimed
  readonly route: O
  readonly sending: Pick<Sending, 'id' | 'parts' | 'cost' | 'begunAt'>
}

/** What is to be done next about it: look for it again at once, or nothing for now. */
export type Next = 'again' | 'done'

export const UNREADABLE = 'the body does not open: its key is gone, or its text cannot be made'

/** What every report says about a message. */
export function aboutOf({ id, accountId, by, country }: Claimed) {
  return by === 'sms'
    ? ({ id, accountId, by, country } as const)
    : ({ id, accountId, by: 'email' } as const)
}
