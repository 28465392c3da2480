import { acceptInvitation, invitedBy } from '../accounts/invitation.ts'
import type { FieldCode } from '../accounts/new-account.ts'
import { newPasswordPage } from '../pages/new-password.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { frameOf, refusal, textsFor, type Door } from './door.ts'
import { form, readForm, text } from './form.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'
import { signInReply } from './sign-in-page.ts'

const AcceptForm = form({ token: text(200), password: text(4000) })

/** `/invitation`: the first password of somebody for whom an account was made. */
export function invitationRoutes(door: Door) {
  const { app, reply } = door

  return {
    async show(c: Ctx) {
      return page(c, c.req.query('token') ?? '', null)
    },

    async accept(c: Ctx) {
      const { token, password } = await readForm(c, AcceptForm)
      const result = await acceptInvitation(app, c.var.ask.visit, token, password)
      if (result === 'dead') throw new Refused(410, 'invitation_dead')
      if (!('login' in result)) return page(c, token, result)
      // Answered here rather than sent on: an address has no place in a URL.
      const notice = textsFor(door, c, null).notices.password_set
      return signInReply(door, c, { login: result.login, to: null, notice })
    },
  }

  async function page(
    c: Ctx,
    token: string,
    wrong: Refusal | { readonly problem: FieldCode } | null,
  ): Promise<Response> {
    const account = await invitedBy(app, token)
    if (!account) throw new Refused(410, 'invitation_dead')
    const texts = textsFor(door, c, account)
    const said = wrong && 'refused' in wrong ? refusal(texts, wrong) : null
    if (wrong && 'refused' in wrong) app.metrics.refused(wrong.refused)
    const path = `/invitation?token=${encodeURIComponent(token)}`
    const shown = newPasswordPage(frameOf(door, c, null, path, account), {
      about: 'invitation',
      token,
      login: account.email,
      fieldProblem: wrong && 'problem' in wrong ? texts.fields[wrong.problem] : null,
      problem: said?.text ?? null,
    })
    const status = said?.status ?? (wrong ? 422 : 200)
    return reply.page(shown, status, { headers: said?.headers ?? {} })
  }
}
