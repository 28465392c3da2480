import { codesOf, leaveMessage } from '../store/messages.ts'
import type { Database } from '../store/open.ts'
import { sendingsOf, type Sending } from '../store/sendings.ts'
import { openBody } from './body.ts'
import type { Made } from './message.ts'
import { pickRoute } from './pick-route.ts'
import { sendMail } from './send-mail.ts'
import { sendSms } from './send-sms.ts'
import {
  giveUp,
  UNANSWERED,
  UNREADABLE,
  type Claimed,
  type Next,
  type Text,
  type Tried,
} from './try.ts'

/** Gives a claimed message to the route whose turn it is, and writes down what became of it. */
export async function oneTry(world: Tried, message: Claimed): Promise<Next> {
  const { db, now, routes } = world
  const by = message.by as Made['by']
  if (now() >= message.expiresAt) return giveUp(world, message, null, 'expired')
  const before = message.tries > 1 ? await sendingsOf(db, [message.id]) : []
  if (before.length > 0 || by === 'sms') await routes.refresh()
  const open = routes.for(by, message.country, now())
  const avoid = by === 'sms' ? await waitedInVain(db, message) : nobody
  const route = pickRoute(open, before, { repeats: by === 'email', avoid })
  if (!route) return noneLeft(world, message, before)
  const text = textOf(world, message)
  if (!text) return giveUp(world, message, route.name, UNREADABLE)
  return route.by === 'email'
    ? sendMail(world, message, route, text, before)
    : sendSms(world, message, route, text, before)
}

function textOf(world: Tried, message: Claimed): Text | null {
  try {
    const isMade = 'says' in message
    return { kept: isMade ? message.says : openBody(world.keys, message.id, message.body!) }
  } catch (error) {
    world.onError(error)
    return null
  }
}

const nobody: ReadonlySet<string> = new Set()

/** The routes that took the same code before, and did not bring it: the person asks for it again. */
async function waitedInVain(db: Database, message: Claimed): Promise<ReadonlySet<string>> {
  const { attemptId: id, accountId } = message
  if (id === null) return nobody
  const others = (await codesOf(db, { id, accountId })).filter(
    (one) => one.id !== message.id && one.deliveredAt === null,
  )
  const sendings = await sendingsOf(
    db,
    others.map((one) => one.id),
  )
  return new Set(sendings.map(({ route }) => route))
}

/** Every route had its turn. What one of them has taken has to do; else it has failed. */
async function noneLeft(world: Tried, message: Claimed, before: readonly Sending[]): Promise<Next> {
  const isUnderWay = before.some((one) => one.acceptedAt !== null && one.undeliveredAt === null)
  if (message.acceptedAt !== null && isUnderWay) {
    await leaveMessage(world.db, message)
    return 'done'
  }
  const last = before.at(-1)
  const reason = last ? (last.reason ?? UNANSWERED) : 'no route'
  return giveUp(world, message, last?.routeName ?? null, reason)
}
