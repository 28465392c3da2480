import type { Keys } from '../lib/seal.ts'
import { idIn, signId } from '../lib/signed-id.ts'
import type { Database } from '../store/open.ts'
import { dropOldestEarly, earlyKnown, earlyNamed, keepEarly, takeEarly } from '../store/sendings.ts'
import { write } from '../store/write.ts'
import { applyReceipt, type Applied } from './apply-receipt.ts'
import { spellingsOf } from './id-spellings.ts'
import type { Receipt } from './route.ts'
import { readable } from './readable.ts'

/**
 * As many receipts of one route wait for what they are about. More are made up, or about messages that
 * others send with the same login; ours wait for seconds, so that the oldest can go.
 */
const MOST_EARLY = 1000

/** No gateway's name for a message is longer, or holds what cannot be written down. */
const NAME = /^[^\p{C}]{1,200}$/u

/**
 * A receipt from this route, in whatever order it comes and however often. `null`: it is about nothing
 * we know (yet). Once delivered stays delivered.
 */
export async function takeReceipt(
  db: Database,
  route: string,
  { id, state, reason: its }: Receipt,
  now: number,
): Promise<Applied | null> {
  if (!NAME.test(id)) return null
  const reason = its === null ? null : readable(its)
  return write(db, async (tx) => {
    const applied = await applyReceipt(tx, route, { id, state, reason }, now)
    if (applied || state === 'underway') return applied
    await dropOldestEarly(tx, route, MOST_EARLY - 1)
    await keepEarly(tx, { route, gatewayId: id, state, reason, at: now })
    return null
  })
}

/** A gateway has named a message: what has come early under another spelling waits under this one. */
export async function renameEarly(db: Database, route: string, name: string | null): Promise<void> {
  if (name === null) return
  for (const early of await earlyNamed(db, route, spellingsOf(name))) {
    await takeEarly(db, early)
    await keepEarly(db, { ...early, gatewayId: name })
  }
}

/** Those that have overtaken the answer they belong to, and are about something we know by now. */
export async function takeEarlyOnes(db: Database, now: number): Promise<readonly Applied[]> {
  const all: Applied[] = []
  for (const early of await earlyKnown(db)) {
    const { route, gatewayId: id, reason } = early
    const state = early.state === 'delivered' ? 'delivered' : 'failed'
    const applied = await write(db, async (tx) =>
      (await takeEarly(tx, early)) ? applyReceipt(tx, route, { id, state, reason }, now) : null,
    )
    if (applied) all.push(applied)
  }
  return all
}

/** What stands in the address a gateway sends its receipts to. */
export const receiptToken = (keys: Keys, route: string): string => signId(keys, PLACE, route)

/** Where this route's gateway tells what became of a message. */
export const receiptUrl = (publicUrl: string, keys: Keys, route: string): string =>
  `${publicUrl}/receipts/${receiptToken(keys, route)}`

/** The route whose address this is; `null` when it is none of ours. */
export const routeIn = (keys: Keys, token: string): string | null =>
  idIn(keys, PLACE, /^[\w-]{1,64}$/, token)

const PLACE = 'receipts'
