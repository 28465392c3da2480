import type { Random } from '../lib/random.ts'
import type { Keys } from '../lib/seal.ts'
import { failMessage, type Message } from '../store/messages.ts'
import type { Database } from '../store/open.ts'
import { write } from '../store/write.ts'
import type { Raise } from './alarm.ts'
import type { Made } from './message.ts'
import type { Render } from './route.ts'
import type { Routes } from './routes.ts'
import type { DeliveryRules } from './rules.ts'

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

/** What is to be done next about it: look for it again at once, or nothing for now. */
export type Next = 'again' | 'done'

/** What was kept of it, as it opens. */
export type Text = { readonly kept: unknown }

/** It will not arrive: it is not tried again, and its body is wiped. */
export async function giveUp(
  { db, now, report }: Tried,
  message: Claimed,
  route: string | null,
  reason: string,
): Promise<'done'> {
  const { id, accountId, country } = message
  const isNew = await write(db, (tx) => failMessage(tx, message, route, reason, now()))
  const by = message.by as Made['by']
  if (isNew)
    report({ kind: 'message_failed', id, accountId, by, country, reason, ...(route && { route }) })
  return 'done'
}

export const UNANSWERED = 'unanswered: nobody knows whether it was taken'

export const UNREADABLE = 'the body does not open: its key is gone, or its text cannot be made'
