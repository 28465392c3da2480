import { newId } from '../lib/random.ts'
import { partsOf } from '../lib/sms-text.ts'
import {
  acceptForNow,
  acceptMessage,
  failMessage,
  holdClaim,
  leaveMessage,
  postponeMessage,
} from '../store/messages.ts'
import type { Database } from '../store/open.ts'
import {
  insertSending,
  takeEarly,
  timesOf,
  updateSending,
  type Sending,
} from '../store/sendings.ts'
import { write } from '../store/write.ts'
import type { Afterwards } from './alarm.ts'
import { waitAfter } from './back-off.ts'
import { giveBack, spendBudget } from './budget.ts'
import {
  giveUp,
  UNANSWERED,
  UNREADABLE,
  type Claimed,
  type Next,
  type Spent,
  type Text,
  type Tried,
} from './try.ts'
import { pickRoute } from './pick-route.ts'
import { apply } from './receipts.ts'
import type { Outcome } from './route.ts'
import { sawFailure, sawSuccess } from './route-health.ts'
import type { Open } from './routes.ts'
import { LAST, usualTime } from './usual-time.ts'

type SmsOpen = Extract<Open, { readonly by: 'sms' }>

/** What is under way, and what was tried before it. */
type Try = {
  readonly message: Claimed
  readonly route: SmsOpen
  readonly sending: { readonly id: string; readonly begunAt: number; readonly cost: number }
  readonly before: readonly Sending[]
}

/**
 * Gives a text message to this route. It is paid for and written down first: whatever happens then, this
 * route is not given it again unless it has surely not taken it.
 */
export async function sendSms(
  world: Tried,
  message: Claimed,
  route: SmsOpen,
  { kept }: Text,
  before: readonly Sending[],
): Promise<Next> {
  const text = textFor(world, message, kept)
  if (text === null) return giveUp(world, message, route.name, UNREADABLE)
  const begun = await begin(world, message, route, partsOf(text))
  if (begun === 'unpaid') return giveUp(world, message, null, 'budget')
  if (begun === 'not ours') return 'done'
  const sending = { id: begun.id, begunAt: begun.at, cost: begun.spent.cost }
  const outcome = await route.route.send({ id: begun.id, to: message.recipient, text })
  if (outcome.accepted || !outcome.isSure) world.spent?.(begun.spent)
  const it = { message, route, sending, before }
  return outcome.accepted
    ? accepted(world, it, outcome.gatewayId ?? null)
    : refused(world, it, outcome)
}

function textFor(world: Tried, { id }: Claimed, kept: unknown): string | null {
  try {
    return world.render.sms(id, kept)
  } catch (error) {
    world.onError(error)
    return null
  }
}

async function begin(
  world: Tried,
  message: Claimed,
  route: SmsOpen,
  parts: number,
): Promise<
  'unpaid' | 'not ours' | { readonly id: string; readonly at: number; readonly spent: Spent }
> {
  const { db, now, random, raise } = world
  const rules = await world.rules()
  const { accountId, country } = message
  const at = now()
  const cost = parts * route.price(country)
  let told: Afterwards = []
  const spent = { route: route.name, country, currency: rules.currency, cost }
  const begun = await write(db, async (tx) => {
    told = []
    if (!(await holdClaim(tx, message))) return 'not ours'
    const { isPaid, alarms } = await spendBudget(tx, rules, { accountId, cost, now: at })
    for (const alarm of alarms) told = [...told, ...(await raise(tx, alarm))]
    if (!isPaid) return 'unpaid'
    const id = newId(random, at)
    await insertSending(tx, {
      id,
      messageId: message.id,
      accountId,
      by: 'sms',
      route: route.id,
      routeName: route.name,
      country,
      parts,
      cost,
      begunAt: at,
    })
    return { id, at, spent }
  })
  for (const each of told) each()
  return begun
}

/** Who else could take it, after this has become of it here: as things stand now. */
function whoseTurn(
  { routes, now }: Tried,
  { message, route, sending, before }: Try,
  outcome: Pick<Sending, 'refusedAt' | 'lasting'>,
): Open | null {
  const open = routes.for('sms', message.country, now())
  const its = { route: route.id, begunAt: sending.begunAt, ...outcome }
  return pickRoute(open, [...before, its], { repeats: false, avoid: new Set() })
}

async function accepted(world: Tried, it: Try, gatewayId: string | null): Promise<Next> {
  const { db, now, report, raise } = world
  const { message, route, sending } = it
  const { id, accountId, country, createdAt, expiresAt } = message
  const at = now()
  const isLast = whoseTurn(world, it, { refusedAt: null, lasting: 0 }) === null
  const usual = isLast ? null : usualTime(await timesOf(db, route.id, LAST))
  const waitsUntil = usual === null ? expiresAt : Math.min(at + usual, expiresAt)
  let told: Afterwards = []
  let isDue = false
  await write(db, async (tx) => {
    told = await sawSuccess(tx, route, raise)
    await updateSending(tx, sending.id, { acceptedAt: at, gatewayId })
    if (isLast) await acceptMessage(tx, id, route.name, at)
    else await acceptForNow(tx, message, route.name, at, waitsUntil)
    isDue = gatewayId !== null && (await takeEarlyOnes(tx, route.id, gatewayId, at))
  })
  for (const each of told) each()
  const about = { id, accountId, by: 'sms', route: route.name, country } as const
  if (message.acceptedAt === null)
    report({ kind: 'message_accepted', ...about, ms: at - createdAt })
  return isDue ? 'again' : 'done'
}

/** Receipts that have overtaken the answer. True when one of them says that it will not arrive. */
async function takeEarlyOnes(
  db: Database,
  route: string,
  gatewayId: string,
  now: number,
): Promise<boolean> {
  let failed = false
  for (const { state, reason } of await takeEarly(db, route, gatewayId)) {
    const receipt = { id: gatewayId, state: state as 'delivered' | 'failed', reason }
    if ((await apply(db, route, receipt, now))?.became === 'due') failed = true
  }
  return failed
}

async function refused(
  world: Tried,
  it: Try,
  outcome: Extract<Outcome, { readonly accepted: false }>,
): Promise<Next> {
  const { db, now, report, raise } = world
  const { message, route, sending, before } = it
  const { id, accountId, country, expiresAt, tries } = message
  const { lasting, isSure = false } = outcome
  const reason = isSure ? outcome.reason : `${outcome.reason} (${UNANSWERED})`
  const at = now()
  const became = { refusedAt: isSure ? at : null, lasting: lasting ? 1 : 0 }
  const other = whoseTurn(world, it, became)
  const isAsked = (id: string): boolean => id === route.id || before.some((one) => one.route === id)
  const isAtOnce = other !== null && !isAsked(other.id)
  const nextTryAt = isAtOnce ? at : Math.min(at + waitAfter(tries, id), expiresAt)
  const isOver = other === null
  const rules = await world.rules()
  let told: Afterwards = []
  let isNew = false
  await write(db, async (tx) => {
    await updateSending(tx, sending.id, { ...became, reason })
    isNew = isOver
      ? await failUnlessTaken(tx, message, route.name, reason, at)
      : await postponeMessage(tx, message, reason, nextTryAt)
    const bill = { accountId, cost: sending.cost, now: sending.begunAt }
    if (isSure) await giveBack(tx, rules, bill)
    told = lasting ? [] : await sawFailure(tx, route, reason, at, raise)
  })
  for (const each of told) each()
  const kind = isOver ? 'message_failed' : 'message_postponed'
  const about = { id, accountId, by: 'sms', route: route.name, country, reason } as const
  if (isNew && (!isOver || message.acceptedAt === null)) report({ kind, ...about })
  return isNew && isAtOnce ? 'again' : 'done'
}

/** Another route has taken it before: that has to do. */
const failUnlessTaken = (
  db: Database,
  message: Claimed,
  route: string,
  reason: string,
  now: number,
): Promise<boolean> =>
  message.acceptedAt === null
    ? failMessage(db, message, route, reason, now)
    : leaveMessage(db, message)
