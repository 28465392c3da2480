import { z } from 'zod'
import { ownPath } from '../lib/text.ts'
import { secondStepPage } from '../pages/second-step.ts'
import { answer } from '../sign-in/answer.ts'
import { askAgain } from '../sign-in/ask.ts'
import type { FactorKind } from '../factors/factor.ts'
import { lifetimeOf, type Refusal } from '../sign-in/attempt.ts'
import { cancel } from '../sign-in/cancel.ts'
import { isDrafting } from '../sign-in/draft.ts'
import { finishOrKeep } from '../sign-in/finish.ts'
import { provePassword } from '../sign-in/password.ts'
import { policyOf } from '../sign-in/policy.ts'
import { signOut } from '../sign-in/session.ts'
import { firstWay, wayStep } from '../sign-in/way-step.ts'
import { findAccount } from '../store/accounts.ts'
import type { Attempt } from '../store/attempts.ts'
import { SendForm, sendWay, wayOf, WAYS, withWay } from './code-pages.ts'
import { cookie, noCookie } from './cookies.ts'
import { frameOf, refusal, textsFor, whoever, withNotice, type Door } from './door.ts'
import { enter, HOME, signInAttempt } from './enter.ts'
import { answerText, form, noFields, readForm, text } from './form.ts'
import type { Ctx } from './request.ts'
import { signInReply } from './sign-in-page.ts'
import { NEW_PASSWORD, pathOf, SECOND, stepNow } from './where-at.ts'

const SignInForm = form({ login: text(1000), password: text(4000), to: text(1000).optional() })
const CodeForm = form({
  code: answerText,
  remember: z.literal('yes').optional(),
  with: z.enum(WAYS).optional(),
})

/** `/sign-in` and `/sign-in/second`: from who you are to you are in. */
export function signInRoutes(door: Door) {
  const { app, reply } = door

  return {
    async home(c: Ctx) {
      return reply.seeOther((await whoever(door, c)) ? HOME : '/sign-in')
    },

    async showSignIn(c: Ctx) {
      const to = ownPath(c.req.query('to'))
      if (await whoever(door, c)) return reply.seeOther(to ?? HOME)
      const texts = textsFor(door, c, null)
      const notice = c.req.query('notice')
      const known = isOurs(notice) ? texts.notices[notice] : null
      const problem = notice === 'sign_in_first' ? texts.problems.sign_in_first : null
      return signInReply(door, c, { to, problem, notice: known })
    },

    async signIn(c: Ctx) {
      const { login, password, to } = await readForm(c, SignInForm)
      const goal = ownPath(to)
      const result = await provePassword(app, c.var.ask.visit, { login, password, goal })
      if ('refused' in result) {
        app.metrics.refused(result.refused)
        const { text, ...rest } = refusal(textsFor(door, c, null), result)
        return signInReply(door, c, { login, to: goal, problem: text }, rest)
      }
      if (result.kind === 'signed-in') return enter(door, c, result)
      return reply.seeOther(SECOND, [kept(result.secret)])
    },

    async showSecond(c: Ctx) {
      const attempt = await signInAttempt(door, c)
      if (!attempt || attempt.endedAt !== null) return reply.seeOther('/sign-in')
      const step = await stepNow(door, attempt)
      if (step !== 'second' && step !== 'ended') return reply.seeOther(pathOf(step, attempt))
      return second(c, attempt, wayOf(c), null)
    },

    async second(c: Ctx) {
      const form = await readForm(c, CodeForm)
      const attempt = await signInAttempt(door, c)
      if (!attempt) return reply.seeOther('/sign-in')
      // The code was right already, or something is being set up: another one would be used up for nothing.
      const isSecondShown = attempt.proofs.some(({ by }) => by !== 'password' && by !== 'device')
      if (isSecondShown || isDrafting(attempt)) {
        const step = await stepNow(door, attempt)
        if (step !== 'second' && step !== 'ended') return reply.seeOther(pathOf(step, attempt))
      }
      const kind = form.with ?? (await firstWay(app, c.var.ask.visit, attempt))
      const given = { kind, text: form.code }
      const result = await answer(app, c.var.ask.visit, attempt, given, (change, proven) =>
        finishOrKeep(change, proven, form.remember === 'yes'),
      )
      if ('refused' in result) return second(c, attempt, kind, result, form.remember === 'yes')
      if (result.kind === 'signed-in') return enter(door, c, result, kind === 'recovery')
      if (result.kind === 'new-password')
        return reply.seeOther(form.remember ? `${NEW_PASSWORD}?remember=yes` : NEW_PASSWORD)
      return reply.seeOther(pathOf(result.kind, attempt))
    },

    async sendAgain(c: Ctx) {
      const form = await readForm(c, SendForm)
      const attempt = await signInAttempt(door, c)
      if (!attempt) return reply.seeOther('/sign-in')
      const way = sendWay(attempt, form)
      const result = await askAgain(app, c.var.ask.visit, attempt, way)
      if (result !== 'asked') return second(c, attempt, way, result)
      return reply.seeOther(SECOND)
    },

    async cancel(c: Ctx) {
      await readForm(c, noFields)
      const attempt = await signInAttempt(door, c)
      if (attempt) await cancel(app, attempt)
      return reply.seeOther('/sign-in', [noCookie(app.config, 'attempt')])
    },

    async signOut(c: Ctx) {
      await readForm(c, noFields)
      await signOut(app, c.var.ask.visit)
      const gone = (['session', 'attempt'] as const).map((name) => noCookie(app.config, name))
      return reply.seeOther(withNotice('/sign-in', 'signed_out'), gone)
    },
  }

  function kept(secret: string): string {
    return cookie(app.config, 'attempt', secret, lifetimeOf(app) / 1000)
  }

  async function second(
    c: Ctx,
    attempt: Attempt,
    wished: FactorKind | null,
    refused: Refusal | null,
    remember = false,
  ): Promise<Response> {
    if (refused) app.metrics.refused(refused.refused)
    const person = await findAccount(app.db, attempt.accountId)
    const said = refused && refusal(textsFor(door, c, person), refused)
    const policy = person && (await policyOf(app, app.db, person))
    const step = await wayStep(app, c.var.ask.visit, attempt, wished)
    const props = {
      ...step,
      remember,
      host: new URL(app.config.publicUrl).host,
      rememberDays: policy?.rememberDays || null,
      rememberIdleDays: policy?.rememberIdleDays ?? 0,
      problem: said?.text ?? null,
    }
    const frame = frameOf(door, c, null, withWay(SECOND, step.way), person)
    const page = secondStepPage(frame, props)
    return reply.page(page, said?.status ?? 200, { headers: said?.headers ?? {} })
  }
}

const isOurs = (notice: string | undefined) =>
  notice === 'signed_out' || notice === 'set_up' || notice === 'password_set'
