import { z } from 'zod'
import { changeEmail, proveEmail } from '../accounts/new-email.ts'
import type { FieldCode } from '../accounts/new-account.ts'
import { stopOwnChange } from '../accounts/stop-change.ts'
import { emailPage } from '../pages/email.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { findWaiting } from '../store/contact-changes.ts'
import type { SignedIn } from '../store/sessions.ts'
import { noticeOf } from './account.ts'
import { codePages } from './code-pages.ts'
import { cookie, noCookie } from './cookies.ts'
import { frameOf, refusal, signedIn, textsFor, withNotice, type Door } from './door.ts'
import { form, noFields, readForm, text } from './form.ts'
import type { Ctx } from './request.ts'
import { sureReply } from './sure.ts'

const HERE = '/account/email'
const CODE = '/account/email/code'

const EmailForm = form({ email: text(1000) })
const CodeForm = form({ code: text(200), with: z.literal('email').optional() })

/** What is wrong with the address that was typed, or why the whole was refused. */
type Wrong = { readonly problem?: FieldCode; readonly refused?: Refusal; readonly typed?: string }

/** `/account/email`: the address I sign in with. */
export function emailRoutes(door: Door) {
  const { app, reply } = door
  const asking = codePages(door, { purposes: ['new-email'], path: CODE, home: HERE })

  return {
    async show(c: Ctx) {
      return page(c, await signedIn(door, c), {})
    },

    async change(c: Ctx) {
      const session = await signedIn(door, c)
      const { email: typed } = await readForm(c, EmailForm)
      const result = await changeEmail(app, c.var.ask.visit, session, typed)
      if ('problem' in result) return page(c, session, { problem: result.problem, typed })
      if ('refused' in result) return page(c, session, { refused: result, typed })
      return sureReply(door, result, HERE)
    },

    async showCode(c: Ctx) {
      const session = await signedIn(door, c)
      const attempt = await asking.attemptOf(c, session)
      if (!attempt || attempt.endedAt !== null) return reply.seeOther(HERE)
      return asking.page(c, session, attempt, 'email', null)
    },

    async code(c: Ctx) {
      const session = await signedIn(door, c)
      const { code: typed } = await readForm(c, CodeForm)
      const attempt = await asking.attemptOf(c, session)
      if (!attempt) return reply.seeOther(HERE)
      const result = await proveEmail(app, c.var.ask.visit, attempt, typed)
      const gone = noCookie(app.config, 'attempt')
      if ('problem' in result) return page(c, session, { problem: result.problem }, [gone])
      if ('refused' in result) return asking.page(c, session, attempt, 'email', result)
      const notice = result.counts ? 'email_changed' : 'email_waits'
      const kept = cookie(app.config, 'session', result.sessionToken)
      return reply.seeOther(withNotice(HERE, notice), [kept, gone])
    },

    sendAgain: asking.sendAgain,
    cancel: asking.cancel,

    /** Nothing is asked first: it only keeps things as they are. */
    async stop(c: Ctx) {
      const session = await signedIn(door, c)
      await readForm(c, noFields)
      const isStopped = await stopOwnChange(app, c.var.ask.visit, session)
      return reply.seeOther(isStopped ? withNotice(HERE, 'email_stopped') : HERE)
    },
  }

  async function page(
    c: Ctx,
    session: SignedIn,
    { problem, refused, typed = '' }: Wrong,
    cookies: readonly string[] = [],
  ): Promise<Response> {
    const texts = textsFor(door, c, session)
    const said = refused && refusal(texts, refused)
    const waiting = await findWaiting(app.db, session.accountId)
    const shown = emailPage(frameOf(door, c, session, HERE), {
      email: session.email,
      waiting: waiting && { to: waiting.value, from: new Date(waiting.countsAt) },
      typed,
      wrong: problem ? texts.fields[problem] : null,
      notice: problem || said ? null : await noticeOf(app, c, session, texts),
      problem: said?.text ?? null,
    })
    const status = said?.status ?? (problem ? 422 : 200)
    return reply.page(shown, status, { headers: said?.headers ?? {}, cookies })
  }
}
