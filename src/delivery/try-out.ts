import { newId, type Random } from '../lib/random.ts'
import { seal, unseal, type Keys } from '../lib/seal.ts'
import { partsOf } from '../lib/sms-text.ts'
import {
  acceptMessage,
  failAccepted,
  failMessage,
  holdMessage,
  isHeldBy,
} from '../store/messages.ts'
import { insertSending, sendingsOf, updateSending } from '../store/sendings.ts'
import { write } from '../store/write.ts'
import type { Afterwards } from './alarm.ts'
import { giveBack, spendBudget } from './budget.ts'
import type { Made } from './message.ts'
import { renameEarly } from './receipts.ts'
import { sawFailure, sawTaken } from './route-health.ts'
import type { Answer, Letter, Outcome } from './route.ts'
import type { Open } from './routes.ts'
import { giveUp } from './give-up.ts'
import { aboutOf, UNANSWERED, UNREADABLE, type Tried } from './try.ts'

/** What goes out: a text and how many messages it is, or a letter. */
type Sent = { readonly text: string; readonly parts: number } | { readonly letter: Letter }

/**
 * Sends a test message by this route and no other, once, and keeps what the gateway says to it. It is
 * paid for as any other. What a process that dies has left behind nobody sends.
 */
export async function tryOut(world: Tried, made: Made, routeId: string): Promise<void> {
  const { now, routes, report } = world
  await routes.refresh()
  const route = routes.for(made.by, null, now()).find(({ id }) => id === routeId)
  if (!route) return void (await giveUp(world, made, 'no route'))
  const sent = textOf(world, made)
  if (!sent) return void (await giveUp(world, made, UNREADABLE))
  const begun = await begin(world, made, route, 'text' in sent ? sent.parts : 1)
  if (begun === 'unpaid') return void (await giveUp(world, made, 'budget'))
  if (begun === 'not ours') return
  const outcome = await send(route, sent, begun.id, made.recipient)
  await writeDown(world, made, route, begun, outcome)
  const about = { ...aboutOf(made), route: route.name }
  if (outcome.accepted) report({ kind: 'message_accepted', ...about, ms: now() - made.createdAt })
  else report({ kind: 'message_failed', ...about, reason: outcome.reason })
}

function textOf({ render, onError }: Tried, { id, by, recipient, says }: Made): Sent | null {
  try {
    if (by === 'email') return { letter: { id, to: recipient, ...render.mail(id, says) } }
    const text = render.sms(id, says)
    return { text, parts: partsOf(text) }
  } catch (error) {
    onError(error)
    return null
  }
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
  let told: Afterwards = []
  const begun = await write(db, async (tx) => {
    told = []
    if (!isHeldBy(await holdMessage(tx, message.id), message)) return 'not ours'
    if (by === 'sms') {
      const { isPaid, alarms } = await spendBudget(tx, rules, { accountId, cost, now: at })
      for (const alarm of alarms) told = [...told, ...(await raise(tx, alarm))]
      if (!isPaid) return 'unpaid'
    }
    const id = newId(random, at)
    const its = { route: route.id, routeName: route.name, country, parts, cost, begunAt: at }
    await insertSending(tx, { id, messageId: message.id, accountId, by, ...its })
    return { id, cost, at }
  })
  for (const each of told) each()
  return begun
}

const send = (route: Open, sent: Sent, id: string, to: string): Promise<Outcome> => {
  if (route.by === 'sms' && 'text' in sent) return route.route.send({ id, to, text: sent.text })
  if (route.by === 'email' && 'letter' in sent) return route.route.send(sent.letter)
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
  let told: Afterwards = []
  await write(db, async (tx) => {
    await holdMessage(tx, message.id)
    if (outcome.accepted) {
      const { gatewayId = null } = outcome
      told = await sawTaken(tx, route, raise)
      await updateSending(tx, sending, { acceptedAt: at, gatewayId, answer })
      await renameEarly(tx, route.id, gatewayId)
      await acceptMessage(tx, message.id, route.name, at)
      const [its] = await sendingsOf(tx, [message.id])
      // A receipt may have come before this answer.
      if (its && its.undeliveredAt !== null)
        await failAccepted(tx, message.id, its.reason ?? '', at)
      return
    }
    const { lasting, isLeft, reason: said, isSure = message.by === 'email' } = outcome
    const reason = isSure ? said : `${said} (${UNANSWERED})`
    const became = { refusedAt: isSure ? at : null, lasting: lasting ? 1 : 0, reason, answer }
    await updateSending(tx, sending, became)
    await failMessage(tx, message, route.name, reason, at)
    const bill = { accountId: message.accountId, cost, now: begunAt }
    if (isSure && message.by === 'sms') await giveBack(tx, rules, bill)
    told = lasting || isLeft ? [] : await sawFailure(tx, route, { reason, begunAt }, at, raise)
  })
  for (const each of told) each()
}

/** Its secrets are blanked; yet nobody knows what else a gateway says. */
const sealAnswer = (keys: Keys, random: Random, sending: string, answer: Answer): string =>
  seal(keys, random, placeOf(sending), JSON.stringify(answer))

/** What the gateway said to this sending. Throws when its key is gone. */
export const openAnswer = (keys: Keys, sending: string, sealed: string): Answer =>
  JSON.parse(unseal(keys, placeOf(sending), sealed)) as Answer

const placeOf = (sending: string): string => `answer:${sending}`
