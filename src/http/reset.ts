import type { FieldCode } from '../accounts/new-account.ts'
import { askReset, isResetLinkAlive, resetPassword } from '../accounts/reset.ts'
import { forgotPage, forgotSentPage } from '../pages/forgot.ts'
import { newPasswordPage } from '../pages/new-password.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { frameOf, refusal, textsFor, withNotice, type Door } from './door.ts'
import { form, readForm, text } from './form.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'

const FORGOT = '/sign-in/forgot'
const ForgotForm = form({ login: text(1000) })
const ResetForm = form({ token: text(200), password: text(4000) })

/** `/sign-in/forgot` and `/sign-in/reset`: a new password for somebody who reads the mailbox. */
export function resetRoutes(door: Door) {
  const { app, reply } = door

  return {
    async showForgot(c: Ctx) {
      return reply.page(forgotPage(frameOf(door, c, null, FORGOT), { login: '', problem: null }))
    },

    async forgot(c: Ctx) {
      const { login } = await readForm(c, ForgotForm)
      const result = await askReset(app, c.var.ask.visit, login)
      const frame = frameOf(door, c, null, FORGOT)
      if (result === 'asked') return reply.page(forgotSentPage(frame))
      app.metrics.refused(result.refused)
      const { text: problem, status, headers } = refusal(textsFor(door, c, null), result)
      return reply.page(forgotPage(frame, { login, problem }), status, { headers })
    },

    async show(c: Ctx) {
      const token = c.req.query('token') ?? ''
      if (!(await isResetLinkAlive(app, token))) throw new Refused(410, 'reset_link_dead')
      return page(c, token, null)
    },

    async set(c: Ctx) {
      const { token, password } = await readForm(c, ResetForm)
      const result = await resetPassword(app, c.var.ask.visit, token, password)
      if (result === 'dead') throw new Refused(410, 'reset_link_dead')
      if (result !== 'set') return page(c, token, result)
      return reply.seeOther(withNotice('/sign-in', 'password_set'))
    },
  }

  function page(
    c: Ctx,
    token: string,
    wrong: Refusal | { readonly problem: FieldCode } | null,
  ): Promise<Response> {
    const texts = textsFor(door, c, null)
    const said = wrong && 'refused' in wrong ? refusal(texts, wrong) : null
    if (wrong && 'refused' in wrong) app.metrics.refused(wrong.refused)
    const path = `/sign-in/reset?token=${encodeURIComponent(token)}`
    const shown = newPasswordPage(frameOf(door, c, null, path), {
      about: 'reset',
      token,
      fieldProblem: wrong && 'problem' in wrong ? texts.fields[wrong.problem] : null,
      problem: said?.text ?? null,
    })
    const status = said?.status ?? (wrong ? 422 : 200)
    return reply.page(shown, status, { headers: said?.headers ?? {} })
  }
}
