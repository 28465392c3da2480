import { codesOf } from '../store/messages.ts'
import type { Database } from '../store/open.ts'
import { sendingsOf } from '../store/sendings.ts'
import { contentOf } from './content.ts'
import { giveUp } from './give-up.ts'
import { isNeedless, NEEDLESS } from './needless.ts'
import { pickRoute } from './pick-route.ts'
import { sendMail } from './send-mail.ts'
import { sendSms } from './send-sms.ts'
import { UNREADABLE, type Claimed, type Next, type Tried } from './try.ts'

/** Gives a claimed message to the route whose turn it is, and writes down what became of it. */
export async function oneTry(world: Tried, message: Claimed): Promise<Next> {
  const { db, now, routes } = world
  const isFirst = message.tries === 1
  // The first try of a text message asks when it is paid for; that of a mail does not.
  if (!isFirst && !('says' in message) && (await isNeedless(db, message, now())))
    return giveUp(world, message, NEEDLESS)
  const before = isFirst ? [] : await sendingsOf(db, [message.id])
  if (before.length > 0 || message.by === 'sms') await routes.refresh()
  const avoid = message.by === 'sms' ? await waitedInVain(db, message) : nobody
  if (now() >= message.expiresAt) return giveUp(world, message, 'expired')
  const open = routes.for(message.by === 'sms' ? 'sms' : 'email', message.country, now())
  const route = pickRoute(open, before, { repeats: message.by === 'email', avoid })
  if (!route) return giveUp(world, message, before.length > 0 ? null : 'no route')
  const content = contentOf(world, message)
  if (!content) return giveUp(world, message, UNREADABLE)
  if (route.by === 'email' && content.by === 'email')
    return sendMail(world, message, route, content.letter)
  if (route.by === 'sms' && content.by === 'sms')
    return sendSms(world, message, route, content, before)
  throw new Error('a message of another kind than its route')
}

const nobody: ReadonlySet<string> = new Set()

/** The routes that took the same code before, and did not bring it: the person asks for it again. */
async function waitedInVain(db: Database, message: Claimed): Promise<ReadonlySet<string>> {
  const { attemptId: id, accountId } = message
  if (id === null) return nobody
  const others = (await codesOf(db, { id, accountId })).filter(
    (one) => one.id !== message.id && one.by === 'sms' && one.deliveredAt === null,
  )
  const ids = others.map((one) => one.id)
  return new Set((await sendingsOf(db, ids)).map(({ route }) => route))
}
