import { newId, type Random } from '../lib/random.ts'
import { seal, unseal, type Keys } from '../lib/seal.ts'
import {
  acceptMessage,
  failAccepted,
  failMessage,
  holdMessage,
  isHeldBy,
} from '../store/messages.ts'
import { insertSending, sendingsOf, updateSending } from '../store/sendings.ts'
import { giveBack } from './budget.ts'
import { contentOf, type Content } from './content.ts'
import type { Made } from './message.ts'
import { pay } from './pay.ts'
import { renameEarly } from './receipts.ts'
import { isFailure, refusalOf } from './refused.ts'
import { sawFailure, sawTaken } from './route-health.ts'
import type { Answer, Outcome } from './route.ts'
import type { Open } from './routes.ts'
import { giveUp } from './give-up.ts'
import { aboutOf, UNREADABLE, type Tried } from './try.ts'
import { writeThen } from './write-then.ts'

/**
 * Sends a test message by this route and no other, once, and keeps what the gateway says to it. It is
 * paid for as any other. What a process that dies has left behind nobody sends.
 */
export async function tryOut(world: Tried, made: Made, routeId: string): Promise<void> {
  const { now, routes, report } = world
  await routes.refresh()
  const route = routes.for(made.by, null, now()).find(({ id }) => id === routeId)
  if (!route) return void (await giveUp(world, made, 'no route'))
  const content = contentOf(world, made)
  if (!content) return void (await giveUp(world, made, UNREADABLE))
  const begun = await begin(world, made, route, content.by === 'sms' ? content.parts : 1)
  if (begun === 'unpaid') return void (await giveUp(world, made, 'budget'))
  if (begun === 'not ours') return
  const outcome = await send(route, content, begun.id, made.recipient)
  await writeDown(world, made, route, begun, outcome)
  const about = { ...aboutOf(made), route: route.name }
  if (outcome.accepted) report({ kind: 'message_accepted', ...about, ms: now() - made.createdAt })
  else report({ kind: 'message_failed', ...about, reason: outcome.reason })
}

/** It is written down, and paid for. */
type Begun = { readonly id: string; readonly cost: number; readonly at: number }

async function begin(
  world: Tried,
  message: Made,
  route: Open,
  parts: number,
): Promise<'unpaid' | 'not ours' | Begun> {
  const { db, now, random, raise } = world
  const rules = await world.rules()
  const { accountId, by, country } = message
  const at = now()
  const cost = by === 'sms' ? parts * route.price(country) : 0
  return writeThen(db, async (tx, then) => {
    if (!isHeldBy(await holdMessage(tx, message.id), message)) return 'not ours'
    const bill = { accountId, cost, now: at }
    if (by === 'sms' && !(await pay(tx, rules, bill, raise, then))) return 'unpaid'
    const id = newId(random, at)
    const its = { route: route.id, routeName: route.name, country, parts, cost, begunAt: at }
    await insertSending(tx, { id, messageId: message.id, accountId, by, ...its })
    return { id, cost, at }
  })
}

const send = (route: Open, content: Content, id: string, to: string): Promise<Outcome> => {
  if (route.by === 'sms' && content.by === 'sms')
    return route.route.send({ id, to, text: content.text })
  if (route.by === 'email' && content.by === 'email') return route.route.send(content.letter)
  throw new Error('a test message of another kind than its route')
}

async function writeDown(
  world: Tried,
  message: Made,
  route: Open,
  { id: sending, cost, at: begunAt }: Begun,
  outcome: Outcome,
): Promise<void> {
  const { db, keys, random, now, raise } = world
  const rules = await world.rules()
  const at = now()
  const answer = outcome.answer ? sealAnswer(keys, random, sending, outcome.answer) : null
  await writeThen(db, async (tx, then) => {
    await holdMessage(tx, message.id)
    if (outcome.accepted) {
      const { gatewayId = null } = outcome
      then(await sawTaken(tx, route, raise))
      await updateSending(tx, sending, { acceptedAt: at, gatewayId, answer })
      await renameEarly(tx, route.id, gatewayId)
      await acceptMessage(tx, message.id, route.name, at)
      const [its] = await sendingsOf(tx, [message.id])
      // A receipt may have come before this answer.
      if (its && its.undeliveredAt !== null)
        await failAccepted(tx, message.id, its.reason ?? '', at)
      return
    }
    const became = refusalOf(message.by, outcome, at)
    const { reason } = became
    await updateSending(tx, sending, { ...became, answer })
    await failMessage(tx, message, route.name, reason, at)
    const bill = { accountId: message.accountId, cost, now: begunAt }
    if (became.refusedAt !== null && message.by === 'sms') await giveBack(tx, rules, bill)
    if (isFailure(outcome)) then(await sawFailure(tx, route, { reason, begunAt }, at, raise))
  })
}

/** Its secrets are blanked; yet nobody knows what else a gateway says. */
const sealAnswer = (keys: Keys, random: Random, sending: string, answer: Answer): string =>
  seal(keys, random, placeOf(sending), JSON.stringify(answer))

/** What the gateway said to this sending. Throws when its key is gone. */
export const openAnswer = (keys: Keys, sending: string, sealed: string): Answer =>
  JSON.parse(unseal(keys, placeOf(sending), sealed)) as Answer

const placeOf = (sending: string): string => `answer:${sending}`
