import { keyedHash, keyIdOf, type Keys } from '../lib/seal.ts'
import { same } from '../lib/random.ts'
import { bringBack, deliverMessage } from '../store/messages.ts'
import type { Database } from '../store/open.ts'
import {
  countEarly,
  keepEarly,
  sendingFor,
  updateSending,
  type Sending,
} from '../store/sendings.ts'
import { write } from '../store/write.ts'
import type { Receipt } from './route.ts'

/** What a receipt has changed: which sending it was about, and what its message became. */
export type Applied = {
  readonly sending: Sending
  readonly became: 'delivered' | 'failed' | 'due' | null
}

/** As many receipts of one route wait for what they are about: more are made up, or ours are late. */
const MOST_EARLY = 1000

/**
 * A receipt from this route, in whatever order it comes and however often. `null`: it is about nothing
 * we know (yet). Once delivered stays delivered.
 */
export const takeReceipt = (
  db: Database,
  route: string,
  receipt: Receipt,
  now: number,
): Promise<Applied | null> =>
  write(db, async (tx) => {
    const applied = await apply(tx, route, receipt, now)
    if (applied || receipt.state === 'underway') return applied
    if ((await countEarly(tx, route)) < MOST_EARLY) {
      const { id: gatewayId, state, reason } = receipt
      await keepEarly(tx, { route, gatewayId, state, reason, at: now })
    }
    return null
  })

/** The same in a transaction; what is not known is not kept. */
export async function apply(
  db: Database,
  route: string,
  receipt: Receipt,
  now: number,
): Promise<Applied | null> {
  const sending = await sendingFor(db, route, receipt.id)
  if (!sending) return null
  if (receipt.state === 'underway' || sending.deliveredAt !== null) return { sending, became: null }
  if (receipt.state === 'delivered') {
    await updateSending(db, sending.id, {
      deliveredAt: now,
      undeliveredAt: null,
      acceptedAt: sending.acceptedAt ?? now,
      refusedAt: null,
    })
    const isNew = await deliverMessage(db, sending.messageId, now)
    return { sending, became: isNew ? 'delivered' : null }
  }
  if (sending.undeliveredAt !== null) return { sending, became: null }
  const reason = receipt.reason ?? 'not delivered'
  await updateSending(db, sending.id, { undeliveredAt: now, reason })
  return { sending, became: await bringBack(db, sending.messageId, reason, now) }
}

/**
 * What stands in the address a gateway sends its receipts to: the route's id, and 256 bits that only we
 * can make.
 */
export const receiptToken = (keys: Keys, route: string): string =>
  `${route}.${keyedHash(keys, PLACE, route)}`

/** The route whose address this is; `null` when it is none of ours. */
export function routeIn(keys: Keys, token: string): string | null {
  const [, id, hash] = /^([\w-]{1,64})\.([0-9a-z]{8}\.[\w-]{43})$/.exec(token) ?? []
  if (!id || !hash || !keys.some((key) => key.id === keyIdOf(hash))) return null
  return same(hash, keyedHash(keys, PLACE, id, keyIdOf(hash))) ? id : null
}

const PLACE = 'receipts'
