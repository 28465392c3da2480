import { newId } from '../lib/random.ts'
import { acceptMessage, failMessage, postponeMessage } from '../store/messages.ts'
import { insertSending, type Sending } from '../store/sendings.ts'
import { write } from '../store/write.ts'
import { waitAfter } from './back-off.ts'
import type { Afterwards } from './alarm.ts'
import { giveUp, UNREADABLE, type Claimed, type Next, type Text, type Tried } from './try.ts'
import type { Letter, Outcome } from './route.ts'
import { sawFailure, sawSuccess } from './route-health.ts'
import type { Open } from './routes.ts'

type MailOpen = Extract<Open, { readonly by: 'email' }>

/** Gives a mail to this route. What it does not take goes by another at once, or later by the same. */
export async function sendMail(
  world: Tried,
  message: Claimed,
  route: MailOpen,
  { kept }: Text,
  before: readonly Sending[],
): Promise<Next> {
  const letter = letterOf(world, message, kept)
  if (!letter) return giveUp(world, message, route.name, UNREADABLE)
  const outcome = await route.route.send(letter)
  return outcome.accepted
    ? accepted(world, message, route)
    : refused(world, message, route, outcome, before)
}

function letterOf(world: Tried, { id, recipient }: Claimed, kept: unknown): Letter | null {
  try {
    return { id, to: recipient, ...world.render.mail(id, kept) }
  } catch (error) {
    world.onError(error)
    return null
  }
}

async function accepted(world: Tried, message: Claimed, route: MailOpen): Promise<'done'> {
  const { db, now, report, raise } = world
  const { id, accountId, createdAt } = message
  const at = now()
  let told: Afterwards = []
  const isNew = await write(db, async (tx) => {
    told = await sawSuccess(tx, route, raise)
    return acceptMessage(tx, id, route.name, at)
  })
  for (const each of told) each()
  const about = { id, accountId, by: 'email', route: route.name } as const
  if (isNew) report({ kind: 'message_accepted', ...about, ms: at - createdAt })
  return 'done'
}

async function refused(
  world: Tried,
  message: Claimed,
  route: MailOpen,
  { reason, lasting }: Extract<Outcome, { readonly accepted: false }>,
  before: readonly Sending[],
): Promise<Next> {
  const { db, now, random, report, raise, routes } = world
  const { id, accountId, expiresAt, tries } = message
  const at = now()
  const open = routes.for('email', null, at)
  const isAsked = (other: Open): boolean => before.some((one) => one.route === other.id)
  const isBarred = (other: Open): boolean =>
    before.some((one) => one.route === other.id && one.lasting === 1)
  const others = open.filter((other) => other.id !== route.id && !isBarred(other))
  const isOver = lasting && others.length === 0
  // Another one at once; else later, but never past its end, so that a dead message is wiped at once.
  const isAtOnce = others.some((other) => !isAsked(other))
  const nextTryAt = isAtOnce ? at : Math.min(at + waitAfter(tries, id), expiresAt)
  let told: Afterwards = []
  const isNew = await write(db, async (tx) => {
    const isOurs = isOver
      ? await failMessage(tx, message, route.name, reason, at)
      : await postponeMessage(tx, message, reason, nextTryAt)
    if (!isOurs) return false
    await insertSending(tx, {
      id: newId(random, at),
      messageId: id,
      accountId,
      by: 'email',
      route: route.id,
      routeName: route.name,
      country: null,
      parts: 1,
      cost: 0,
      begunAt: at,
      refusedAt: at,
      lasting: lasting ? 1 : 0,
      reason,
    })
    told = lasting ? [] : await sawFailure(tx, route, reason, at, raise)
    return true
  })
  for (const each of told) each()
  const kind = isOver ? 'message_failed' : 'message_postponed'
  if (isNew) report({ kind, id, accountId, by: 'email', route: route.name, reason })
  return isNew && isAtOnce && !isOver ? 'again' : 'done'
}
