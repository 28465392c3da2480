import { linkOf, sayByLink } from '../accounts/say-not-me.ts'
import { shownRecipient } from '../accounts/shown-recipient.ts'
import { notMeDonePage, notMePage } from '../pages/not-me.ts'
import { stoppedSends } from '../sign-in/rules.ts'
import { frameOf, type Door } from './door.ts'
import { form, readForm, text } from './form.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'

const NotMeForm = form({ token: text(200) })

const pathOf = (token: string): string => `/not-me?token=${encodeURIComponent(token)}`

/**
 * `/not-me`: the link in every message. Looking changes nothing, however often a scanner does; the
 * button acts, and asks nobody to sign in.
 */
export function notMeRoutes(door: Door) {
  const { app, reply } = door

  return {
    async show(c: Ctx) {
      const token = c.req.query('token') ?? ''
      const link = await linkOf(app, token)
      if (!link) throw new Refused(410, 'not_me_dead')
      const { message, account, event, report, isStranger } = link
      const { purpose } = event?.detail ?? {}
      const about = {
        kind: message.kind,
        purpose: typeof purpose === 'string' ? purpose : null,
        at: new Date(message.createdAt),
        to: shownRecipient(null, message),
        address: event?.address ?? '',
        userAgent: event?.userAgent ?? '',
        isStranger,
      }
      const frame = frameOf(door, c, null, pathOf(token), account)
      if (message.reportedAt === null) return reply.page(notMePage(frame, { token, about }))
      const until = message.reportedAt + stoppedSends(message.accountId).rule.window
      const { attempt, sessions, forgotten, disabled = 0 } = report?.detail ?? {}
      const ended = {
        attempt: attempt === true,
        sessions: Number(sessions),
        forgotten: Number(forgotten),
        disabled: Number(disabled),
        until: app.now() < until ? new Date(until) : null,
      }
      return reply.page(notMeDonePage(frame, { about, ended: report && ended }))
    },

    async say(c: Ctx) {
      const { token } = await readForm(c, NotMeForm)
      const said = await sayByLink(app, c.var.ask.visit, token)
      if (said !== 'said') throw new Refused(410, 'not_me_dead')
      return reply.seeOther(pathOf(token))
    },
  }
}
