import { z } from 'zod'
import { answerStepUp, answerStepUpByPassword, deedIn } from '../accounts/step-up.ts'
import { confirmPasswordPage } from '../pages/confirm-password.ts'
import type { FactorKind } from '../factors/factor.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { isForPolicy } from '../sign-in/policy.ts'
import { standingOf } from '../sign-in/standing.ts'
import { firstWay } from '../sign-in/way-step.ts'
import type { SignedIn } from '../store/sessions.ts'
import { codePages, wayOf, WAYS, type OwnAttempt } from './code-pages.ts'
import { frameOf, refusal, signedIn, textsFor, type Door } from './door.ts'
import { answerText, form, readForm, text } from './form.ts'
import { passReply } from './pass-given.ts'
import type { Ctx } from './request.ts'
import { CONFIRM, sureReply } from './sure.ts'

const HOME = '/account'

const AnswerForm = form({
  code: answerText.optional(),
  password: text(4000).optional(),
  with: z.enum(WAYS).optional(),
})

/** `/account/confirm`: show anew who you are, and what you wanted is done. */
export function confirmRoutes(door: Door) {
  const { app, reply } = door
  const asking = codePages(door, { purposes: ['step-up'], path: CONFIRM, home: HOME })

  return {
    async show(c: Ctx) {
      const session = await signedIn(door, c)
      const attempt = await asking.attemptOf(c, session)
      if (!attempt || attempt.endedAt !== null) return reply.seeOther(HOME)
      return page(c, session, attempt, wayOf(c), null)
    },

    async answer(c: Ctx) {
      const session = await signedIn(door, c)
      const form = await readForm(c, AnswerForm)
      const attempt = await asking.attemptOf(c, session)
      if (!attempt) return reply.seeOther(HOME)
      const { visit } = c.var.ask
      const way = form.with ?? (await firstWay(app, visit, attempt))
      const result = (await isByPassword(session, attempt))
        ? await answerStepUpByPassword(app, visit, session, attempt, form.password ?? '')
        : await answerStepUp(app, visit, session, attempt, { kind: way, text: form.code ?? '' })
      if ('refused' in result) return page(c, session, attempt, way, result)
      const goal = attempt.goal ?? HOME
      return passReply(door, c, session, result, goal) ?? sureReply(door, result, goal)
    },

    sendAgain: asking.sendAgain,
    cancel: asking.cancel,
  }

  /** Where nothing is set up, the password is all there is to show. */
  async function isByPassword({ accountId }: SignedIn, attempt: OwnAttempt): Promise<boolean> {
    const how = { skips: isForPolicy(attempt) }
    return (await standingOf(app, app.db, accountId, how))?.enrolled.length === 0
  }

  async function page(
    c: Ctx,
    session: SignedIn,
    attempt: OwnAttempt,
    way: FactorKind | null,
    refused: Refusal | null,
  ): Promise<Response> {
    if (!(await isByPassword(session, attempt)))
      return asking.page(c, session, attempt, way, refused)
    if (refused) app.metrics.refused(refused.refused)
    const said = refused && refusal(textsFor(door, c, session), refused)
    const shown = confirmPasswordPage(frameOf(door, c, session, CONFIRM), {
      what: deedIn(attempt)?.kind ?? null,
      problem: said?.text ?? null,
    })
    return reply.page(shown, said?.status ?? 200, { headers: said?.headers ?? {} })
  }
}
