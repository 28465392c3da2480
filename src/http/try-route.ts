import { changeDelivery, tryPath } from '../accounts/change-delivery.ts'
import type { Linked } from '../delivery/gateway.ts'
import { FIXED_MAIL } from '../delivery/linked.ts'
import { moneyText } from '../delivery/money.ts'
import { openAnswer } from '../delivery/try-out.ts'
import { parseEmail } from '../lib/email.ts'
import { parseInternational, shownPhone } from '../lib/phone.ts'
import { tryRoutePage, type Tried } from '../pages/try-route.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { findTest, type Message } from '../store/messages.ts'
import { sendingsOf, type Sending } from '../store/sendings.ts'
import type { SignedIn } from '../store/sessions.ts'
import { noticeOf } from './account.ts'
import { settingsReply } from './delivery-page.ts'
import { frameOf, operator, refusal, textsFor, type Door } from './door.ts'
import { form, readForm, text } from './form.ts'
import { receiptAddress } from './receipt-address.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'
import { sureReply } from './sure.ts'

const TryForm = form({ route: text(100), to: text(1000) })

/** How long the page waits for the gateway's answer: so many times so many milliseconds. */
const LOOKS = 20
const BETWEEN = 400

/** `/settings/delivery/try`: a test message by one way, and what becomes of it. */
export function tryRoutes(door: Door) {
  const { app, reply } = door

  return {
    async showTry(c: Ctx) {
      const session = await operator(door, c)
      const { route: id = '', message } = c.req.query()
      const route = await linkedWith(id)
      if (!route) throw new Refused(404, 'not_found')
      const tried = message === undefined ? null : await triedWith(session, route, message)
      return page(c, session, route, { tried })
    },

    async try(c: Ctx) {
      const session = await operator(door, c)
      const typed = await readForm(c, TryForm)
      const route = await linkedWith(typed.route)
      if (!route) return settingsReply(door, c, session, { refused: { refused: 'no_such_route' } })
      const { fields } = textsFor(door, c, session)
      const isMail = route.by === 'email'
      const to = isMail ? parseEmail(typed.to)?.address : parseInternational(typed.to)
      const wrong = to ? null : isMail ? fields.bad_email : fields.bad_phone
      if (!to) return page(c, session, route, { to: typed.to, wrong })
      const wanted = { what: 'route_tried', id: route.id, to } as const
      const result = await changeDelivery(app, c.var.ask.visit, session, wanted)
      if ('refused' in result) return page(c, session, route, { to: typed.to, refused: result })
      if (!('asked' in result || 'opened' in result || 'done' in result))
        throw new Error('a test changes nothing')
      return sureReply(door, result, tryPath(route.id))
    },
  }

  async function linkedWith(id: string): Promise<Linked | null> {
    return (await app.gateways.linked(app.db)).find((each) => each.id === id) ?? null
  }

  /** One's own test message by this route, as soon as the gateway has answered, or a little later. */
  async function triedWith(session: SignedIn, route: Linked, id: string): Promise<Tried | null> {
    for (let looks = 0; ; looks++) {
      const message = await findTest(app.db, session.accountId, id)
      if (!message) throw new Refused(404, 'not_found')
      const [sending] = await sendingsOf(app.db, [id])
      if (sending && sending.route !== route.id) throw new Refused(404, 'not_found')
      const isOver = message.acceptedAt !== null || message.failedAt !== null
      const isOld = app.now() >= message.expiresAt
      if (isOver || isOld || looks === LOOKS) return shown(route, message, sending ?? null)
      await app.pause(BETWEEN)
    }
  }

  async function shown(route: Linked, message: Message, sending: Sending | null): Promise<Tried> {
    const isMail = route.by === 'email'
    const { currency } = await app.gateways.rules(app.db)
    const answer = sending?.answer ? openAnswer(app.keys, sending.id, sending.answer) : null
    const answeredAt = sending && (sending.acceptedAt ?? sending.refusedAt ?? message.failedAt)
    const query = new URLSearchParams({ message: message.id }).toString()
    return {
      to: isMail ? message.recipient : shownPhone(message.recipient),
      outcome: outcomeOf(message, sending),
      reason: reasonOf(message, sending),
      took: sending && answeredAt ? answeredAt - sending.begunAt : null,
      parts: sending && !isMail ? sending.parts : null,
      cost: sending && !isMail ? `${moneyText(sending.cost)} ${currency}` : null,
      gatewayId: sending?.gatewayId ?? null,
      receipt: !isMail && sending ? receiptOf(sending) : null,
      answer,
      path: `${tryPath(route.id)}&${query}`,
    }
  }

  async function page(
    c: Ctx,
    session: SignedIn,
    route: Linked,
    its: {
      readonly to?: string
      readonly wrong?: string | null
      readonly tried?: Tried | null
      readonly refused?: Refusal
    },
  ): Promise<Response> {
    const { id, name, by } = route
    const { to = '', wrong = null, tried = null, refused } = its
    const texts = textsFor(door, c, session)
    const said = refused ? refusal(texts, refused) : null
    const frame = frameOf(door, c, session, tried?.path ?? tryPath(id))
    const shownPage = tryRoutePage(frame, {
      route: { id, by, name: id === FIXED_MAIL ? null : name },
      to,
      wrong,
      tried,
      receipts: receiptAddress(app, route),
      notice: said || wrong ? null : await noticeOf(app, c, session, texts),
      problem: said?.text ?? null,
    })
    return reply.page(shownPage, said?.status ?? (wrong ? 422 : 200), {
      headers: said?.headers ?? {},
    })
  }
}

function outcomeOf(message: Message, sending: Sending | null): Tried['outcome'] {
  if (!sending) return message.failedAt === null ? 'underway' : 'unsent'
  if (sending.acceptedAt !== null) return 'accepted'
  if (sending.refusedAt !== null) return sending.lasting === 1 ? 'lasting' : 'refused'
  return message.failedAt === null ? 'underway' : 'unknown'
}

function reasonOf(message: Message, sending: Sending | null): Tried['reason'] {
  const reason = sending?.reason ?? message.reason
  if (reason === 'budget' || reason === 'expired') return { ours: reason }
  return reason === 'no route' ? { ours: 'gone' } : reason
}

function receiptOf({ deliveredAt, undeliveredAt }: Sending): Tried['receipt'] {
  if (deliveredAt !== null) return 'delivered'
  return undeliveredAt === null ? 'none' : 'failed'
}
