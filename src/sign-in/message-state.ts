import type { App } from '../app.ts'
import { UNANSWERED } from '../delivery/try.ts'
import type { Attempt } from '../store/attempts.ts'
import { codesOf, type Message } from '../store/messages.ts'

/** What became of a message, as its receiver may know it. */
export type MessageState =
  | { readonly state: 'on_its_way' | 'accepted' | 'delivered' }
  | { readonly state: 'failed'; readonly why: WhyFailed }

/** `unanswered`: it may have been taken all the same. */
export type WhyFailed = 'given_up' | 'expired' | 'over_budget' | 'unanswered'

/** By e-mail, by text message; nothing where it did not go out that way. */
export type Told = Readonly<Partial<Record<'email' | 'sms', MessageState>>>

/** The code now open: how it went out, and until when it works. */
type Open = { readonly by: readonly string[]; readonly until: number }

type CodeMessage = Pick<
  Message,
  'by' | 'createdAt' | 'expiresAt' | 'body' | 'reason' | 'acceptedAt' | 'deliveredAt' | 'failedAt'
>

/** What to tell about the code that this attempt asks for. */
export type CodeState = {
  readonly told: Told
  /** There may be more to tell later. */
  readonly isLive: boolean
}

/** `null`: nothing is being asked for that was sent, or it is over. */
export async function codeState(app: App, attempt: Attempt): Promise<CodeState | null> {
  const now = app.now()
  const { asked, endedAt, expiresAt, triesLeft } = attempt
  const { until } = (asked?.question ?? {}) as { readonly until?: number }
  if (!asked || until === undefined) return null
  if (endedAt !== null || expiresAt <= now || triesLeft <= 0) return null
  const messages = await codesOf(app.db, attempt)
  const told = messageStates(messages, { by: asked.by ?? [asked.kind], until }, now)
  const isLive = now < until && Object.entries(told).some(([by, it]) => !isFinal(by, it))
  return { told, isLive }
}

/**
 * Of each kind the newest message with this code; but one that has arrived before a newer one that has
 * not: it is the same code. `messages`: those of the attempt, oldest first. Pure.
 */
export function messageStates(messages: readonly CodeMessage[], open: Open, now: number): Told {
  // A message dies with its code. The end of the attempt can be the end of two codes, each by its own way.
  const withCode = messages.filter(
    ({ by, expiresAt }) => expiresAt === open.until && open.by.includes(by),
  )
  const of = (kind: 'email' | 'sms') => {
    const its = withCode.filter(({ by }) => by === kind)
    const one = its.find(({ deliveredAt }) => deliveredAt !== null) ?? its.at(-1)
    return one && { [kind]: stateOf(one, now) }
  }
  return { ...of('email'), ...of('sms') }
}

function stateOf(message: CodeMessage, now: number): MessageState {
  const { deliveredAt, failedAt, acceptedAt, expiresAt, body, reason } = message
  if (deliveredAt !== null) return { state: 'delivered' }
  if (failedAt !== null) return { state: 'failed', why: whyOf(reason) }
  // What came back goes out once more, by another route.
  const cameBack = reason !== null && body !== null
  if (acceptedAt !== null && !cameBack) return { state: 'accepted' }
  return expiresAt <= now ? { state: 'failed', why: 'expired' } : { state: 'on_its_way' }
}

function whyOf(reason: string | null): WhyFailed {
  if (reason === 'expired') return 'expired'
  if (reason === 'budget') return 'over_budget'
  return reason?.includes(UNANSWERED) ? 'unanswered' : 'given_up'
}

/** Nobody tells when a mail has arrived. What was never answered may still be reported as delivered. */
function isFinal(by: string, it: MessageState): boolean {
  if (it.state === 'accepted') return by === 'email'
  return it.state === 'delivered' || (it.state === 'failed' && it.why !== 'unanswered')
}
