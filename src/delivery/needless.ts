import { askingOf, type Asking } from '../store/attempts.ts'
import { codesOf, type Message } from '../store/messages.ts'
import type { Database } from '../store/open.ts'

/** Why a message is not sent any more that nobody waits for. */
export const NEEDLESS = 'needless'

/** Is it a code that nobody waits for any more? Its attempt, and the messages with its codes, say so. */
export async function isNeedless(db: Database, message: Message, now: number): Promise<boolean> {
  const { kind, by, attemptId: id, accountId, enteredAt } = message
  if (kind !== 'code' || id === null) return false
  if (enteredAt !== null) return true
  const asking = await askingOf(db, id)
  if (asking && !isAskedFor(message, asking, now)) return true
  // A mail that comes twice costs nothing.
  return by === 'sms' && isReplaced(message, await codesOf(db, { id, accountId }))
}

type Code = Pick<Message, 'id' | 'by' | 'expiresAt' | 'acceptedAt' | 'failedAt'>

/** Would its code be right now? The code of another question is dead, also before its time. Pure. */
export function isAskedFor(
  { by, expiresAt }: Pick<Code, 'by' | 'expiresAt'>,
  { asked, endedAt, expiresAt: over, triesLeft }: Asking,
  now: number,
): boolean {
  if (!asked || endedAt !== null || over <= now || triesLeft <= 0) return false
  const { until } = (asked.question ?? {}) as { readonly until?: number }
  return until === expiresAt && (asked.kind === by || (asked.by ?? []).some((one) => one === by))
}

/** Has a newer one of the same kind gone out in its place? Pure. */
export const isReplaced = ({ id, by }: Pick<Code, 'id' | 'by'>, all: readonly Code[]): boolean =>
  all.some(
    (one) => one.by === by && one.id > id && one.acceptedAt !== null && one.failedAt === null,
  )
