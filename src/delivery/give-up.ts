import {
  failMessage,
  holdMessage,
  isHeldBy,
  leaveMessage,
  type Message,
} from '../store/messages.ts'
import type { Database } from '../store/open.ts'
import { sendingsOf } from '../store/sendings.ts'
import { write } from '../store/write.ts'
import { NEEDLESS } from './needless.ts'
import { aboutOf, type Claimed, type Tried } from './try.ts'
import { isUnderWay, whyFailed } from './whereabouts.ts'

/** How a message has failed: by which route (as it is called), if by one. */
type Failed = { readonly route: string | null; readonly reason: string }

/**
 * No route is asked any more: the message is not tried again, and its body is wiped. What one of them has
 * taken has to do, and what was typed in has arrived; else it has failed. In a transaction. `null` when it
 * has not failed, or is not ours.
 */
export async function endTries(
  db: Database,
  claim: Pick<Message, 'id' | 'tries'>,
  why: string | null,
  now: number,
): Promise<Failed | null> {
  const held = await holdMessage(db, claim.id)
  if (!held || !isHeldBy(held, claim)) return null
  const sendings = await sendingsOf(db, [claim.id])
  if (held.enteredAt !== null || sendings.some(isUnderWay)) {
    await leaveMessage(db, claim)
    return null
  }
  const route = sendings.at(-1)?.routeName ?? null
  const reason = whyFailed(sendings, why)
  await failMessage(db, claim, route, reason, now)
  return { route, reason }
}

/**
 * The same by itself. `why`: where it is not what the last route said. What nobody waits for is no failure
 * to report.
 */
export async function giveUp(
  { db, now, report }: Tried,
  message: Claimed,
  why: string | null,
): Promise<'done'> {
  const failed = await write(db, (tx) => endTries(tx, message, why, now()))
  if (failed && why !== NEEDLESS) {
    const { route, reason } = failed
    report({ kind: 'message_failed', ...aboutOf(message), reason, ...(route && { route }) })
  }
  return 'done'
}
