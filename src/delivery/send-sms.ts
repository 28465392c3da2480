import { newId } from '../lib/random.ts'
import { holdMessage, isHeldBy } from '../store/messages.ts'
import { insertSending, type Sending } from '../store/sendings.ts'
import { smsAccepted, type SmsOpen } from './accepted.ts'
import type { Content } from './content.ts'
import { pay } from './pay.ts'
import { giveUp } from './give-up.ts'
import { isNeedless, NEEDLESS } from './needless.ts'
import { refused, type Refusal } from './refused.ts'
import { sawNoReceipt } from './route-health.ts'
import type { Claimed, Next, Tried, Try } from './try.ts'
import { writeThen } from './write-then.ts'

/**
 * Gives a text message to this route. It is paid for and written down first: whatever happens then, this
 * route is not given it again unless it has surely not taken it.
 */
export async function sendSms(
  world: Tried,
  message: Claimed,
  route: SmsOpen,
  { text, parts }: Pick<Extract<Content, { readonly by: 'sms' }>, 'text' | 'parts'>,
  before: readonly Sending[],
): Promise<Next> {
  const begun = await begin(world, message, route, before, parts)
  if (begun === 'unpaid') return giveUp(world, message, 'budget')
  if (begun === 'needless') return giveUp(world, message, NEEDLESS)
  if (begun === 'not ours') return 'done'
  const { sending, currency } = begun
  const it = { message, route, sending }
  // The disk may have taken its time.
  if (world.now() >= message.expiresAt) return refused(world, it, TOO_LATE)
  const outcome = await route.route.send({ id: sending.id, to: message.recipient, text })
  if (outcome.accepted || outcome.isSure !== true)
    world.spent?.({ route: route.name, country: message.country, currency, cost: sending.cost })
  return outcome.accepted
    ? smsAccepted(world, it, outcome.gatewayId ?? null)
    : refused(world, it, outcome)
}

const TOO_LATE: Refusal = { accepted: false, lasting: true, isSure: true, reason: 'expired' }

async function begin(
  world: Tried,
  message: Claimed,
  route: SmsOpen,
  before: readonly Sending[],
  parts: number,
): Promise<
  | 'unpaid'
  | 'needless'
  | 'not ours'
  | { readonly sending: Try['sending']; readonly currency: string }
> {
  const { db, now, random, raise } = world
  const rules = await world.rules()
  const { accountId, country } = message
  const begunAt = now()
  const cost = parts * route.price(country)
  // They sort in the order they were begun, also when a clock stands still or goes back.
  const id = newId(random, Math.max(begunAt, ...before.map((one) => one.begunAt + 1)))
  const sending = { id, parts, cost, begunAt }
  return writeThen(db, async (tx, then) => {
    const held = await holdMessage(tx, message.id)
    if (!held || !isHeldBy(held, message)) return 'not ours'
    if (await isNeedless(tx, held, begunAt)) return 'needless'
    if (before.length > 0) then(await sawNoReceipt(tx, message.id, begunAt, raise))
    const bill = { accountId, cost, now: begunAt }
    if (!(await pay(tx, rules, bill, raise, then))) return 'unpaid'
    const whose = { messageId: message.id, accountId, by: 'sms', country }
    await insertSending(tx, { ...sending, ...whose, route: route.id, routeName: route.name })
    return { sending, currency: rules.currency }
  })
}
