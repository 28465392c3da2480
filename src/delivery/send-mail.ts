import { newId } from '../lib/random.ts'
import { acceptMessage } from '../store/messages.ts'
import { write } from '../store/write.ts'
import { giveUp } from './give-up.ts'
import type { Afterwards } from './alarm.ts'
import { refused } from './refused.ts'
import type { Letter } from './route.ts'
import { sawTaken } from './route-health.ts'
import type { Open } from './routes.ts'
import {
  aboutOf,
  UNREADABLE,
  type Claimed,
  type Next,
  type Text,
  type Tried,
  type Try,
} from './try.ts'

type MailOpen = Extract<Open, { readonly by: 'email' }>

/** Gives a mail to this route. What it does not take goes by another at once, or later by the same. */
export async function sendMail(
  world: Tried,
  message: Claimed,
  route: MailOpen,
  { kept }: Text,
): Promise<Next> {
  const letter = letterOf(world, message, kept)
  if (!letter) return giveUp(world, message, UNREADABLE)
  const begunAt = world.now()
  const sending = { id: newId(world.random, begunAt), parts: 1, cost: 0, begunAt }
  const outcome = await route.route.send(letter)
  const it = { message, route, sending }
  return outcome.accepted ? accepted(world, it) : refused(world, it, outcome)
}

function letterOf(world: Tried, { id, recipient }: Claimed, kept: unknown): Letter | null {
  try {
    return { id, to: recipient, ...world.render.mail(id, kept) }
  } catch (error) {
    world.onError(error)
    return null
  }
}

async function accepted(world: Tried, { message, route }: Try<MailOpen>): Promise<'done'> {
  const { db, now, report, raise } = world
  const at = now()
  let told: Afterwards = []
  const isNew = await write(db, async (tx) => {
    const isOpen = await acceptMessage(tx, message.id, route.name, at)
    told = await sawTaken(tx, route, raise)
    return isOpen
  })
  for (const each of told) each()
  const ms = at - message.createdAt
  if (isNew) report({ kind: 'message_accepted', ...aboutOf(message), route: route.name, ms })
  return 'done'
}
