import { newId } from '../lib/random.ts'
import { acceptMessage } from '../store/messages.ts'
import { refused } from './refused.ts'
import type { Letter } from './route.ts'
import { sawTaken } from './route-health.ts'
import type { Open } from './routes.ts'
import { aboutOf, type Claimed, type Next, type Tried, type Try } from './try.ts'
import { writeThen } from './write-then.ts'

type MailOpen = Extract<Open, { readonly by: 'email' }>

/** Gives a mail to this route. What it does not take goes by another at once, or later by the same. */
export async function sendMail(
  world: Tried,
  message: Claimed,
  route: MailOpen,
  letter: Letter,
): Promise<Next> {
  const begunAt = world.now()
  const sending = { id: newId(world.random, begunAt), parts: 1, cost: 0, begunAt }
  const outcome = await route.route.send(letter)
  const it = { message, route, sending }
  return outcome.accepted ? accepted(world, it) : refused(world, it, outcome)
}

async function accepted(world: Tried, { message, route }: Try<MailOpen>): Promise<'done'> {
  const { db, now, report, raise } = world
  const at = now()
  const isNew = await writeThen(db, async (tx, then) => {
    const isOpen = await acceptMessage(tx, message.id, route.name, at)
    then(await sawTaken(tx, route, raise))
    return isOpen
  })
  const ms = at - message.createdAt
  if (isNew) report({ kind: 'message_accepted', ...aboutOf(message), route: route.name, ms })
  return 'done'
}
