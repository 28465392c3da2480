import { z } from 'zod'
import { askToBindAnew } from '../accounts/bind-anew.ts'
import {
  answerProtection,
  confirmProtection,
  newCodes,
  openProtection,
  protectionOf,
  type Codes,
  type Done,
  type ProtectionPurpose,
} from '../accounts/protection.ts'
import { countries, shownPhone } from '../lib/phone.ts'
import { ownPath } from '../lib/text.ts'
import { codesAgainPage } from '../pages/codes-again.ts'
import { recoveryCodesPage } from '../pages/recovery-codes.ts'
import { securityPage } from '../pages/security.ts'
import { longestLifetimeOf, type Refusal } from '../sign-in/attempt.ts'
import type { SignedIn } from '../store/sessions.ts'
import { accountOf, noticeOf } from './account.ts'
import { codePages, wayOf, type OwnAttempt, type Way } from './code-pages.ts'
import { cookie, noCookie } from './cookies.ts'
import { frameOf, refusal, signedIn, textsFor, withNotice, type Door } from './door.ts'
import { form, noFields, readForm, text } from './form.ts'
import type { Ctx } from './request.ts'
import { sureReply } from './sure.ts'

const HERE = '/account/security'
const CODE = '/account/security/code'
const CODES = '/account/security/codes'

const CodeForm = form({ code: text(200), with: z.literal('recovery').optional() })
const ConfirmForm = form({ set: text(50).optional(), saved: z.literal('yes').optional() })

/** `/account/security`: what is asked of me when I sign in. */
export function securityRoutes(door: Door) {
  const { app, reply } = door
  const asking = codePages(door, {
    purposes: ['protect', 'unprotect', 'recovery-codes', 'bind-anew'],
    path: CODE,
    home: HERE,
  })

  return {
    async show(c: Ctx) {
      return security(c, await signedIn(door, c), null)
    },

    protect: opens('protect'),
    unprotect: opens('unprotect'),
    renew: opens('recovery-codes'),

    async bindAnew(c: Ctx) {
      const session = await signedIn(door, c)
      await readForm(c, noFields)
      const result = await askToBindAnew(app, c.var.ask.visit, session)
      if ('refused' in result) return security(c, session, result)
      return sureReply(door, result, HERE)
    },

    async showCode(c: Ctx) {
      const session = await signedIn(door, c)
      const attempt = await asking.attemptOf(c, session)
      if (!attempt || attempt.endedAt !== null) return reply.seeOther(HERE)
      if (attempt.proofs.length > 0) return reply.seeOther(CODES)
      return asking.page(c, session, attempt, wayOf(c), null)
    },

    async code(c: Ctx) {
      const session = await signedIn(door, c)
      const form = await readForm(c, CodeForm)
      const attempt = await asking.attemptOf(c, session)
      if (!attempt) return reply.seeOther(HERE)
      const kind: Way = form.with ?? 'email'
      const given = { kind, text: form.code }
      const result = await answerProtection(app, c.var.ask.visit, attempt, given)
      if ('refused' in result) return asking.page(c, session, attempt, kind, result)
      if ('codes' in result) return codes(c, session, attempt, result)
      return made(attempt.purpose === 'bind-anew' ? 'bound_anew' : 'unprotected', result)
    },

    sendAgain: asking.sendAgain,
    cancel: asking.cancel,

    /** The codes were shown already, and are shown once. */
    async showCodes(c: Ctx) {
      const session = await signedIn(door, c)
      const attempt = await asking.attemptOf(c, session)
      if (!attempt || attempt.endedAt !== null) return reply.seeOther(HERE)
      if (attempt.proofs.length === 0) return reply.seeOther(CODE)
      return reply.page(codesAgainPage(frameOf(door, c, session, CODES)))
    },

    async newCodes(c: Ctx) {
      const session = await signedIn(door, c)
      await readForm(c, noFields)
      const attempt = await asking.attemptOf(c, session)
      if (!attempt) return reply.seeOther(HERE)
      const result = await newCodes(app, c.var.ask.visit, attempt)
      if ('refused' in result) return security(c, session, result)
      return codes(c, session, attempt, result)
    },

    async confirm(c: Ctx) {
      const session = await signedIn(door, c)
      const { set, saved } = await readForm(c, ConfirmForm)
      const attempt = await asking.attemptOf(c, session)
      if (!attempt) return reply.seeOther(HERE)
      if (saved !== 'yes') return reply.seeOther(CODES)
      const result = await confirmProtection(app, c.var.ask.visit, attempt, set ?? null)
      if ('refused' in result) return security(c, session, result)
      return made(attempt.purpose === 'protect' ? 'protected' : 'codes_renewed', result)
    },
  }

  function kept(secret: string): string {
    return cookie(app.config, 'attempt', secret, longestLifetimeOf(app) / 1000)
  }

  function made(
    notice: 'protected' | 'unprotected' | 'codes_renewed' | 'bound_anew',
    { sessionToken }: Done,
  ) {
    return reply.seeOther(withNotice(HERE, notice), [
      cookie(app.config, 'session', sessionToken),
      noCookie(app.config, 'attempt'),
    ])
  }

  function opens(purpose: ProtectionPurpose) {
    return async (c: Ctx): Promise<Response> => {
      const session = await signedIn(door, c)
      await readForm(c, noFields)
      const opened = await openProtection(app, c.var.ask.visit, session, purpose)
      if ('refused' in opened) return security(c, session, opened)
      return reply.seeOther(CODE, [kept(opened.secret)])
    }
  }

  async function security(c: Ctx, session: SignedIn, refused: Refusal | null): Promise<Response> {
    const texts = textsFor(door, c, session)
    const frame = frameOf(door, c, session, HERE)
    const account = await accountOf(app, session)
    const protection = await protectionOf(app, session.accountId)
    const said = refused && refusal(texts, refused)
    const country = countries(frame.language).find((each) => each.code === account.country)
    const page = securityPage(frame, {
      email: account.email,
      country: country?.name ?? account.country,
      phone: account.phone && shownPhone(account.phone),
      protection: protection && { ...protection, since: new Date(protection.since) },
      notice: refused ? null : await noticeOf(app, c, session, texts),
      goOn: c.req.query('notice') === 'recovery_left' ? ownPath(c.req.query('to')) : null,
      problem: said?.text ?? null,
    })
    return reply.page(page, said?.status ?? 200, { headers: said?.headers ?? {} })
  }

  function codes(c: Ctx, session: SignedIn, attempt: OwnAttempt, shown: Codes) {
    const purpose = attempt.purpose === 'protect' ? 'protect' : 'recovery-codes'
    const frame = frameOf(door, c, session, CODES)
    const page = recoveryCodesPage(frame, { ...shown, purpose })
    // The attempt lives longer now, and its cookie with it.
    return reply.page(page, 200, { cookies: [kept(c.var.ask.attemptSecret!)] })
  }
}
