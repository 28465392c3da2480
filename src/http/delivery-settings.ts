import { z } from 'zod'
import { changeDelivery, confirmDelivery, HOME, type Unsure } from '../accounts/change-delivery.ts'
import type { DeliveryChange } from '../accounts/delivery-change.ts'
import { releasePrefix } from '../accounts/release-prefix.ts'
import { readRules } from '../delivery/read-gateway.ts'
import { asciiDigits } from '../lib/code-input.ts'
import { deliveryLockOutPage } from '../pages/delivery-lock-out.ts'
import type { SignedIn } from '../store/sessions.ts'
import { faultTexts, settingsReply, unpricedText } from './delivery-page.ts'
import { frameOf, operator, textsFor, type Door } from './door.ts'
import { form, readForm, text } from './form.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'
import { routeFormRoutes } from './route-form.ts'
import { sureReply } from './sure.ts'
import { tryRoutes } from './try-route.ts'

const RemoveForm = form({ route: text(100), version: text(100) })
const MoveForm = form({ route: text(100), to: text(10) })
const ConfirmForm = form({ change: text(60_000) })
const ReleaseForm = form({ prefix: text(20) })
const RulesForm = form({
  version: text(100),
  country: z.array(text(10)).max(300).default([]),
  currency: text(20),
  messagesDay: text(20),
  moneyDay: text(20),
  accountMessagesDay: text(20),
  accountMoneyDay: text(20),
})

export type TypedRules = z.output<typeof RulesForm>

/** `/settings/delivery`: how messages get to people, for those who run the installation. */
export function deliverySettingsRoutes(door: Door) {
  const { app } = door
  const answer = answersOf(door)

  return {
    async show(c: Ctx) {
      return settingsReply(door, c, await operator(door, c))
    },

    ...routeFormRoutes(door, answer),
    ...tryRoutes(door),

    async move(c: Ctx) {
      const session = await operator(door, c)
      const { route: id, to } = await readForm(c, MoveForm)
      if (to !== 'up' && to !== 'down') throw new Refused(404, 'not_found')
      return answer(c, session, await ask(c, session, { what: 'route_moved', id, to }))
    },

    async remove(c: Ctx) {
      const session = await operator(door, c)
      const { route: id, version } = await readForm(c, RemoveForm)
      return answer(c, session, await ask(c, session, { what: 'route_removed', id, version }))
    },

    async rules(c: Ctx) {
      const session = await operator(door, c)
      const typed = await readForm(c, RulesForm, 'country')
      const read = readRules(rulesFrom(typed))
      if ('faults' in read) {
        const problems = faultTexts(textsFor(door, c, session), read.faults)
        return settingsReply(door, c, session, { typed, problems })
      }
      const { version } = typed
      const wanted = { what: 'rules_changed', rules: read.value, version } as const
      const result = await ask(c, session, wanted)
      if ('refused' in result) return settingsReply(door, c, session, { refused: result, typed })
      if ('unpriced' in result) {
        const { language } = frameOf(door, c, session, HOME)
        const said = unpricedText(textsFor(door, c, session), language, result.unpriced)
        const field = read.value.moneyDay === null ? 'accountMoneyDay' : 'moneyDay'
        return settingsReply(door, c, session, { typed, problems: { [field]: said } })
      }
      return answer(c, session, result)
    },

    /** What was asked for in spite of those whom it locks out. */
    async confirm(c: Ctx) {
      const session = await operator(door, c)
      const { change } = await readForm(c, ConfirmForm)
      return answer(c, session, await confirmDelivery(app, c.var.ask.visit, session, change))
    },

    async release(c: Ctx) {
      const session = await operator(door, c)
      const { prefix } = await readForm(c, ReleaseForm)
      return answer(c, session, await releasePrefix(app, c.var.ask.visit, session, prefix))
    },
  }

  function ask(c: Ctx, session: SignedIn, wanted: DeliveryChange) {
    return changeDelivery(app, c.var.ask.visit, session, wanted)
  }
}

type Result = Awaited<ReturnType<typeof changeDelivery>>
export type Answers = ReturnType<typeof answersOf>

/** What comes of what an operator wanted: done, asked first, refused, or said whom it locks out. */
export const answersOf =
  (door: Door) =>
  async (c: Ctx, session: SignedIn, result: Result, goal = HOME): Promise<Response> => {
    if ('locksOut' in result) return lockOut(door, c, session, result)
    // It was none of these when it was asked for.
    if ('nameTaken' in result || 'unpriced' in result)
      return settingsReply(door, c, session, { refused: { refused: 'changed_meanwhile' } })
    if ('refused' in result) return settingsReply(door, c, session, { refused: result })
    return sureReply(door, result, goal)
  }

function lockOut(door: Door, c: Ctx, session: SignedIn, { locksOut, sealed }: Unsure) {
  const frame = frameOf(door, c, session, HOME)
  return door.reply.page(deliveryLockOutPage(frame, { ...locksOut, sealed }), 409)
}

/** As the reader takes them: numbers in the digits of any script, and no sum where none is typed. */
function rulesFrom({ country: countries, currency, ...typed }: TypedRules) {
  const digits = (value: string): string => asciiDigits(value.trim())
  const orNone = (value: string): string | null => digits(value) || null
  return {
    countries,
    currency: currency.trim().toUpperCase(),
    messagesDay: digits(typed.messagesDay),
    moneyDay: orNone(typed.moneyDay),
    accountMessagesDay: digits(typed.accountMessagesDay),
    accountMoneyDay: orNone(typed.accountMoneyDay),
  }
}
