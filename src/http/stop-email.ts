import { changeOf, stopByLink } from '../accounts/stop-change.ts'
import { maskEmail } from '../lib/email.ts'
import { emailStoppedPage, stopEmailPage } from '../pages/stop-email.ts'
import { frameOf, type Door } from './door.ts'
import { form, readForm, text } from './form.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'

const StopForm = form({ token: text(200) })

/** `/stop-email-change`: from the mail to the old address. No sign-in is needed. */
export function stopEmailRoutes(door: Door) {
  const { app, reply } = door

  return {
    /** Looking changes nothing: programs that check mail for bad links look too. */
    async show(c: Ctx) {
      const token = c.req.query('token') ?? ''
      const about = await changeOf(app, token)
      if (!about) throw new Refused(410, 'stop_link_dead')
      const path = `/stop-email-change?token=${encodeURIComponent(token)}`
      const maskedTo = maskEmail(about.value)
      const props = { token, maskedTo, from: new Date(about.countsAt) }
      return reply.page(stopEmailPage(frameOf(door, c, null, path), props))
    },

    async stop(c: Ctx) {
      const { token } = await readForm(c, StopForm)
      if (!(await stopByLink(app, c.var.ask.visit, token))) throw new Refused(410, 'stop_link_dead')
      return reply.page(emailStoppedPage(frameOf(door, c, null, '/sign-in')))
    },
  }
}
