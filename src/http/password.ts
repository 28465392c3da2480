import { changePassword, type PasswordProblems } from '../accounts/change-password.ts'
import { changePasswordPage } from '../pages/change-password.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import type { SignedIn } from '../store/sessions.ts'
import { frameOf, refusal, signedIn, textsFor, type Door } from './door.ts'
import { fieldTexts } from './fields.ts'
import { form, readForm, text } from './form.ts'
import type { Ctx } from './request.ts'
import { sureReply } from './sure.ts'

const HERE = '/account/password'
const ChangeForm = form({ current: text(4000), next: text(4000) })

/** `/account/password`: another password, for somebody who knows the present one. */
export function passwordRoutes(door: Door) {
  const { app, reply } = door

  return {
    /** Where password managers look for it (w3.org/TR/change-password-url). */
    async wellKnown() {
      return reply.seeOther(HERE)
    },

    async show(c: Ctx) {
      return page(c, await signedIn(door, c), {}, null)
    },

    async change(c: Ctx) {
      const session = await signedIn(door, c)
      const typed = await readForm(c, ChangeForm)
      const result = await changePassword(app, c.var.ask.visit, session, typed)
      if ('problems' in result) return page(c, session, result.problems, null)
      if (!('refused' in result)) return sureReply(door, result, '/account/security')
      app.metrics.refused(result.refused)
      // Who is signed in has given one password and no address: it is said where it was typed.
      const wrong: PasswordProblems =
        result.refused === 'wrong_password' ? { current: 'password_wrong' } : {}
      return page(c, session, wrong, result)
    },
  }

  function page(
    c: Ctx,
    session: SignedIn,
    problems: PasswordProblems,
    refused: Refusal | null,
  ): Promise<Response> {
    const texts = textsFor(door, c, session)
    const said = refused && refusal(texts, refused)
    const isAtField = Object.keys(problems).length > 0
    const shown = changePasswordPage(frameOf(door, c, session, HERE), {
      login: session.email,
      problems: fieldTexts(texts, problems),
      problem: isAtField ? null : (said?.text ?? null),
    })
    const status = said?.status ?? (isAtField ? 422 : 200)
    return reply.page(shown, status, { headers: said?.headers ?? {} })
  }
}
