import { z } from 'zod'
import { isNewPasswordDue, replaceKnownPassword } from '../accounts/known-password.ts'
import type { FieldCode } from '../accounts/new-account.ts'
import { newPasswordPage } from '../pages/new-password.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { findAccount } from '../store/accounts.ts'
import type { Attempt } from '../store/attempts.ts'
import { frameOf, refusal, textsFor, type Door } from './door.ts'
import { enter, signInAttempt } from './enter.ts'
import { form, readForm, text } from './form.ts'
import type { Ctx } from './request.ts'

const HERE = '/sign-in/password'
const SetForm = form({ password: text(4000), remember: z.literal('yes').optional() })

/** `/sign-in/password`: all is shown, but others know the password. */
export function knownPasswordRoutes(door: Door) {
  const { app, reply } = door

  return {
    async show(c: Ctx) {
      const attempt = await signInAttempt(door, c)
      if (!attempt || attempt.endedAt !== null) return reply.seeOther('/sign-in')
      if (!(await isNewPasswordDue(app, attempt))) return reply.seeOther('/sign-in/second')
      return page(c, attempt, c.req.query('remember') === 'yes', null)
    },

    async set(c: Ctx) {
      const { password, remember } = await readForm(c, SetForm)
      const attempt = await signInAttempt(door, c)
      if (!attempt || attempt.endedAt !== null) return reply.seeOther('/sign-in')
      const wishes = remember === 'yes'
      const { visit } = c.var.ask
      const result = await replaceKnownPassword(app, visit, attempt, password, wishes)
      if (!('kind' in result)) return page(c, attempt, wishes, result)
      return enter(
        door,
        c,
        result,
        attempt.proofs.some(({ by }) => by === 'recovery'),
      )
    },
  }

  async function page(
    c: Ctx,
    attempt: Attempt,
    remember: boolean,
    wrong: Refusal | { readonly problem: FieldCode } | null,
  ): Promise<Response> {
    const person = await findAccount(app.db, attempt.accountId)
    const texts = textsFor(door, c, person)
    const said = wrong && 'refused' in wrong ? refusal(texts, wrong) : null
    if (wrong && 'refused' in wrong) app.metrics.refused(wrong.refused)
    const shown = newPasswordPage(frameOf(door, c, null, HERE, person), {
      about: person?.passwordDueAt && !person.passwordKnownAt ? 'due' : 'known',
      login: person?.email ?? '',
      remember,
      fieldProblem: wrong && 'problem' in wrong ? texts.fields[wrong.problem] : null,
      problem: said?.text ?? null,
    })
    const status = said?.status ?? (wrong ? 422 : 200)
    return reply.page(shown, status, { headers: said?.headers ?? {} })
  }
}
