import { holdMessage, isHeldBy, postponeMessage } from '../store/messages.ts'
import { insertSending, sendingsOf, UNANSWERED, updateSending } from '../store/sendings.ts'
import type { Database } from '../store/open.ts'
import type { Afterwards } from './alarm.ts'
import { waitAfter } from './back-off.ts'
import { giveBack } from './budget.ts'
import { endTries } from './give-up.ts'
import { pickRoute } from './pick-route.ts'
import type { Outcome } from './route.ts'
import { sawFailure } from './route-health.ts'
import { aboutOf, type Next, type Report, type Tried, type Try } from './try.ts'
import { writeThen } from './write-then.ts'

export type Refusal = Extract<Outcome, { readonly accepted: false }>

/** What follows: another route at once, the same ones later, or an end. `at` is when. */
type After = { readonly said: Report | null; readonly next: Next }

/** The route has not taken it, or nobody knows. Another one gets it at once; else it is tried later. */
export async function refused(world: Tried, it: Try, outcome: Refusal): Promise<Next> {
  const rules = await world.rules()
  const { said, next } = await writeThen(world.db, async (tx, then) => {
    const after = await writeDown(world, tx, it, outcome, then)
    // Last, since it holds what all others pay from.
    if (it.message.by === 'sms' && outcome.isSure === true) await giveBack(tx, rules, billOf(it))
    return after
  })
  if (said) world.report(said)
  return next
}

const billOf = ({ message: { accountId }, sending: { cost, begunAt } }: Try) => ({
  accountId,
  cost,
  now: begunAt,
})

async function writeDown(
  world: Tried,
  tx: Database,
  it: Try,
  outcome: Refusal,
  then: (more: Afterwards) => void,
): Promise<After> {
  const { message, route, sending } = it
  const at = world.now()
  const isOurs = isHeldBy(await holdMessage(tx, message.id), message)
  const reason = await keepRefusal(tx, it, outcome, at)
  const { begunAt } = sending
  if (isFailure(outcome)) then(await sawFailure(tx, route, { reason, begunAt }, at, world.raise))
  if (!isOurs) return { said: null, next: 'done' }
  const about = { ...aboutOf(message), route: route.name }
  const turn = await whoseTurn(world, tx, it, at)
  if (turn === null) {
    const failed = await endTries(tx, message, null, at)
    const said = failed && ({ kind: 'message_failed', ...about, reason: failed.reason } as const)
    return { said, next: 'done' }
  }
  // Never past its end, so that a dead message is wiped at once.
  const wait = turn === 'at once' ? 0 : waitAfter(message.tries, message.id)
  await postponeMessage(tx, message, reason, Math.min(at + wait, message.expiresAt))
  const said = { kind: 'message_postponed', ...about, reason } as const
  return { said, next: turn === 'at once' ? 'again' : 'done' }
}

/** Is it the route that has failed, and not this message or we ourselves? Pure. */
export const isFailure = ({ lasting, isLeft = false }: Refusal): boolean => !lasting && !isLeft

/**
 * What is kept of a sending that was not taken. A mail may come twice, so that it does not matter who is
 * sure. Pure.
 */
export function refusalOf(
  by: string,
  { lasting, isSure = by === 'email', reason: its }: Refusal,
  at: number,
) {
  const reason = isSure ? its : `${its} (${UNANSWERED})`
  return { refusedAt: isSure ? at : null, lasting: lasting ? 1 : 0, reason }
}

/** Gives the reason that was kept. */
async function keepRefusal(
  tx: Database,
  { message, route, sending }: Try,
  outcome: Refusal,
  at: number,
): Promise<string> {
  const became = refusalOf(message.by, outcome, at)
  if (message.by === 'sms') await updateSending(tx, sending.id, became)
  else
    await insertSending(tx, {
      ...sending,
      ...became,
      messageId: message.id,
      accountId: message.accountId,
      by: 'email',
      route: route.id,
      routeName: route.name,
      country: null,
    })
  return became.reason
}

/** Is there another route that was not asked yet, or one that may be asked again, as things stand? */
async function whoseTurn(
  { routes }: Tried,
  tx: Database,
  { message: { id, by, country } }: Try,
  at: number,
): Promise<'at once' | 'later' | null> {
  const sendings = await sendingsOf(tx, [id])
  const open = routes.for(by === 'sms' ? 'sms' : 'email', country, at)
  const next = pickRoute(open, sendings, { repeats: by === 'email', avoid: new Set() })
  if (next === null) return null
  return sendings.some(({ route }) => route === next.id) ? 'later' : 'at once'
}
