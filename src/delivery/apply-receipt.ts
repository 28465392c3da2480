import {
  bringBack,
  deliverMessage,
  failAccepted,
  holdMessage,
  type Message,
} from '../store/messages.ts'
import type { Database } from '../store/open.ts'
import { sendingFor, sendingsOf, updateSending, type Sending } from '../store/sendings.ts'
import { isAboutNumber } from './about-number.ts'
import { spellingsOf } from './id-spellings.ts'
import type { Receipt } from './route.ts'
import { isUnderWay, whyFailed } from './whereabouts.ts'

/** What a receipt has changed: which sending it was about, and what its message became. */
export type Applied = {
  readonly sending: Sending
  readonly became: 'delivered' | 'failed' | 'due' | null
  /** What that tells of the route. */
  readonly health: 'works' | 'fails' | null
  /** Why it is not delivered, where it is not. */
  readonly reason: string
}

/** Writes down what a receipt tells, in a transaction. `null` when it is about nothing we know. */
export async function applyReceipt(
  db: Database,
  route: string,
  receipt: Receipt,
  now: number,
): Promise<Applied | null> {
  const found = await sendingFor(db, route, receipt.id, spellingsOf(receipt.id))
  if (!found) return null
  const message = await holdMessage(db, found.messageId)
  const sendings = await sendingsOf(db, [found.messageId])
  const sending = sendings.find(({ id }) => id === found.id) ?? found
  const reason = receipt.reason ?? 'not delivered'
  const as = (became: Applied['became'], health: Applied['health'] = null): Applied => ({
    sending,
    became,
    health,
    reason,
  })
  if (!message || receipt.state === 'underway' || sending.deliveredAt !== null) return as(null)
  if (receipt.state === 'delivered') return as(await delivered(db, sending, now), 'works')
  if (sending.undeliveredAt !== null) return as(null)
  await updateSending(db, sending.id, { undeliveredAt: now, reason })
  const others = sendings.filter(({ id }) => id !== sending.id)
  const health = isFailure(sending, others, reason) ? 'fails' : null
  return as(await undelivered(db, message, sending, others, reason, now), health)
}

/** Of the route. One that gave no answer, or gave way since it was late, has been counted before. */
const isFailure = (sending: Sending, others: readonly Sending[], reason: string): boolean =>
  sending.reason === null && isNewest(sending, others) && !isAboutNumber(reason)

const isNewest = (sending: Sending, others: readonly Sending[]): boolean =>
  others.every(({ id }) => id < sending.id)

async function delivered(
  db: Database,
  { id, messageId, routeName, acceptedAt }: Sending,
  now: number,
): Promise<'delivered' | null> {
  const became = { deliveredAt: now, undeliveredAt: null, acceptedAt: acceptedAt ?? now }
  await updateSending(db, id, became)
  return (await deliverMessage(db, messageId, now, routeName)) ? 'delivered' : null
}

/**
 * It will not arrive this way. Only the newest sending sends it on: else another one is under way, or has
 * been already.
 */
async function undelivered(
  db: Database,
  message: Message,
  sending: Sending,
  others: readonly Sending[],
  reason: string,
  now: number,
): Promise<'due' | 'failed' | null> {
  if (message.body !== null) {
    // It goes by this route and no other, and whoever asks it now hears what has come.
    if (message.kind === 'test') return null
    if (!isNewest(sending, others)) return null
    await bringBack(db, message.id, reason, now)
    return 'due'
  }
  if (others.some(isUnderWay)) return null
  const why = whyFailed(others, reason)
  return (await failAccepted(db, message.id, why, now)) ? 'failed' : null
}
