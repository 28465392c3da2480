import { z } from 'zod'
import type { Deed } from '../accounts/deeds/deed.ts'
import { answerStepUp, answerStepUpByPassword } from '../accounts/step-up.ts'
import { confirmCodePage } from '../pages/confirm-code.ts'
import { confirmPasswordPage } from '../pages/confirm-password.ts'
import { askAgain } from '../sign-in/ask.ts'
import { attemptWith, type Refusal } from '../sign-in/attempt.ts'
import { cancel } from '../sign-in/cancel.ts'
import { codeStep } from '../sign-in/code-step.ts'
import type { Attempt } from '../store/attempts.ts'
import { standingOf } from '../store/enrolments.ts'
import type { SignedIn } from '../store/sessions.ts'
import { noCookie } from './cookies.ts'
import { frameOf, refusal, signedIn, textsFor, type Door } from './door.ts'
import { form, noFields, readForm, text } from './form.ts'
import type { Ctx } from './request.ts'
import { CONFIRM, sureReply } from './sure.ts'

const AnswerForm = form({
  code: text(200).optional(),
  password: text(4000).optional(),
  with: z.literal('recovery').optional(),
})

/** `/account/confirm`: show anew who you are, and what you wanted is done. */
export function confirmRoutes(door: Door) {
  const { app, reply } = door

  return {
    async show(c: Ctx) {
      const session = await signedIn(door, c)
      const attempt = await attemptOf(c, session)
      if (!attempt || attempt.endedAt !== null) return reply.seeOther('/account')
      const way = c.req.query('with') === 'recovery' ? 'recovery' : 'email'
      return page(c, session, attempt, way, null)
    },

    async answer(c: Ctx) {
      const session = await signedIn(door, c)
      const form = await readForm(c, AnswerForm)
      const attempt = await attemptOf(c, session)
      if (!attempt) return reply.seeOther('/account')
      const { visit } = c.var.ask
      const way = form.with ?? 'email'
      const result = (await isByPassword(session))
        ? await answerStepUpByPassword(app, visit, session, attempt, form.password ?? '')
        : await answerStepUp(app, visit, session, attempt, { kind: way, text: form.code ?? '' })
      if ('refused' in result) return page(c, session, attempt, way, result)
      return sureReply(door, result, attempt.goal ?? '/account')
    },

    async sendAgain(c: Ctx) {
      const session = await signedIn(door, c)
      await readForm(c, noFields)
      const attempt = await attemptOf(c, session)
      if (!attempt) return reply.seeOther('/account')
      const result = await askAgain(app, c.var.ask.visit, attempt, 'email')
      if (result !== 'asked') return page(c, session, attempt, 'email', result)
      return reply.seeOther(CONFIRM)
    },

    async cancel(c: Ctx) {
      const session = await signedIn(door, c)
      await readForm(c, noFields)
      const attempt = await attemptOf(c, session)
      if (attempt) await cancel(app, attempt)
      return reply.seeOther(attempt?.goal ?? '/account', [noCookie(app.config, 'attempt')])
    },
  }

  async function attemptOf(c: Ctx, session: SignedIn): Promise<Attempt | null> {
    const attempt = await attemptWith(app, c.var.ask.attemptSecret)
    const isOurs = attempt?.sessionId === session.id && attempt.accountId === session.accountId
    return isOurs && attempt.purpose === 'step-up' ? attempt : null
  }

  async function isByPassword({ accountId }: SignedIn): Promise<boolean> {
    return (await standingOf(app.db, accountId))?.enrolled.length === 0
  }

  async function page(
    c: Ctx,
    session: SignedIn,
    attempt: Attempt,
    wished: 'email' | 'recovery',
    refused: Refusal | null,
  ): Promise<Response> {
    if (refused) app.metrics.refused(refused.refused)
    const said = refused && refusal(textsFor(door, c, session), refused)
    const problem = said?.text ?? null
    const rest = { headers: said?.headers ?? {} }
    const { deed } = (attempt.draft as { deed: Deed } | { deed?: undefined }) ?? {}
    const what = deed?.kind ?? null
    if (await isByPassword(session)) {
      const shown = confirmPasswordPage(frameOf(door, c, session, CONFIRM), { what, problem })
      return reply.page(shown, said?.status ?? 200, rest)
    }
    const asked = await codeStep(app, attempt)
    const way = asked.noMail ? 'recovery' : wished
    const path = way === 'recovery' ? `${CONFIRM}?with=recovery` : CONFIRM
    const step = { ...asked, way, problem }
    const shown = confirmCodePage(frameOf(door, c, session, path), {
      ...step,
      purpose: 'step-up',
      what,
    })
    return reply.page(shown, said?.status ?? 200, rest)
  }
}
