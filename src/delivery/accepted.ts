import { acceptForNow, bringBack, holdMessage, isHeldBy } from '../store/messages.ts'
import type { Database } from '../store/open.ts'
import { acceptSending, sendingsOf, timesOf } from '../store/sendings.ts'
import { pickRoute } from './pick-route.ts'
import { renameEarly } from './receipts.ts'
import { sawTaken } from './route-health.ts'
import type { Open } from './routes.ts'
import { aboutOf, type Next, type Tried, type Try } from './try.ts'
import { LAST, usualTime } from './usual-time.ts'
import { writeThen } from './write-then.ts'

export type SmsOpen = Extract<Open, { readonly by: 'sms' }>

/**
 * The route has taken a text message. Where another one could, it gets it when no receipt comes in the
 * usual time; and at once where a receipt has come before this answer, and says that it will not arrive.
 */
export async function smsAccepted(
  world: Tried,
  it: Try<SmsOpen>,
  gatewayId: string | null,
): Promise<Next> {
  const { db, now, report, raise } = world
  const { message, route } = it
  const at = now()
  const usual = usualTime(await timesOf(db, route.id, LAST))
  const waitsUntil = Math.min(usual === null ? Infinity : at + usual, message.expiresAt)
  const next = await writeThen(db, async (tx, then) => {
    const became = await writeDown(world, tx, it, { gatewayId, at, waitsUntil })
    then(await sawTaken(tx, route, raise))
    return became
  })
  const ms = at - message.createdAt
  if (message.acceptedAt === null)
    report({ kind: 'message_accepted', ...aboutOf(message), route: route.name, ms })
  return next
}

async function writeDown(
  { routes }: Tried,
  tx: Database,
  { message, route, sending }: Try<SmsOpen>,
  answer: { readonly gatewayId: string | null; readonly at: number; readonly waitsUntil: number },
): Promise<Next> {
  const { gatewayId, at, waitsUntil } = answer
  const { id, country } = message
  const held = await holdMessage(tx, id)
  await acceptSending(tx, sending.id, gatewayId, at)
  await renameEarly(tx, route.id, gatewayId)
  if (held === null || held.deliveredAt !== null) return 'done'
  const isOurs = isHeldBy(held, message)
  const sendings = await sendingsOf(tx, [id])
  const its = sendings.find((one) => one.id === sending.id)
  if (its && its.undeliveredAt !== null) {
    if (isOurs) await bringBack(tx, id, its.reason ?? '', at)
    return isOurs ? 'again' : 'done'
  }
  const open = routes.for('sms', country, at)
  const other = pickRoute(open, sendings, { repeats: false, avoid: new Set() })
  const isOver = held.body === null || other === null
  await acceptForNow(tx, id, route.name, at, isOver ? null : waitsUntil)
  return 'done'
}
