import { z } from 'zod'
import {
  answerProtection,
  confirmProtection,
  newCodes,
  type Codes,
  type Done,
} from '../accounts/change-protection.ts'
import { openProtection, type ProtectionPurpose } from '../accounts/open-protection.ts'
import { readOwnName } from '../accounts/own-name.ts'
import type { ToScan } from '../factors/totp.ts'
import { backupCardPage, type Card } from '../pages/backup-card.ts'
import { codesAgainPage } from '../pages/codes-again.ts'
import { recoveryCodesPage } from '../pages/recovery-codes.ts'
import { longestLifetimeOf } from '../sign-in/attempt.ts'
import { firstWay } from '../sign-in/way-step.ts'
import type { SignedIn } from '../store/sessions.ts'
import { codePages, wayOf, WAYS, type OwnAttempt } from './code-pages.ts'
import { cookie, noCookie } from './cookies.ts'
import { frameOf, signedIn, textsFor, withNotice, type Door } from './door.ts'
import { answerText, form, noFields, readForm, text } from './form.ts'
import { ownFactorsRoutes } from './own-factors.ts'
import { ownNumberRoutes } from './own-number.ts'
import type { Ctx } from './request.ts'
import { HERE, securityReply } from './security-page.ts'
import { setUpPages } from './set-up-factor.ts'

const CODE = '/account/security/code'
const CODES = '/account/security/codes'

const CodeForm = form({
  code: answerText,
  with: z.enum(WAYS).optional(),
  name: text(1000).default(''),
})
const ConfirmForm = form({ set: text(50).optional(), saved: z.literal('yes').optional() })

/** `/account/security`: what is asked of me when I sign in. */
export function securityRoutes(door: Door) {
  const { app, reply } = door
  const asking = codePages(door, {
    purposes: ['protect', 'add-factor', 'unprotect', 'recovery-codes', 'bind-anew'],
    path: CODE,
    home: HERE,
  })
  const settingUp = setUpPages(door, asking.page)

  return {
    async show(c: Ctx) {
      return securityReply(door, c, await signedIn(door, c))
    },

    protect: opens('protect'),
    unprotect: opens('unprotect'),
    renew: opens('recovery-codes'),
    ...ownFactorsRoutes(door),
    ...ownNumberRoutes(door),

    async showCode(c: Ctx) {
      const session = await signedIn(door, c)
      const attempt = await asking.attemptOf(c, session)
      if (!attempt || attempt.endedAt !== null) return reply.seeOther(HERE)
      if (attempt.proofs.length > 0) return reply.seeOther(CODES)
      return settingUp(c, session, attempt, wayOf(c))
    },

    async code(c: Ctx) {
      const session = await signedIn(door, c)
      const form = await readForm(c, CodeForm)
      const attempt = await asking.attemptOf(c, session)
      if (!attempt) return reply.seeOther(HERE)
      const named = readOwnName(form.name)
      if ('problem' in named) {
        const problem = textsFor(door, c, session).fields[named.problem]
        return settingUp(c, session, attempt, form.with ?? null, { typed: form.name, problem })
      }
      const { visit } = c.var.ask
      const kind = form.with ?? (await firstWay(app, visit, attempt))
      const given = { kind, text: form.code }
      const result = await answerProtection(app, visit, attempt, given, named.name)
      if ('refused' in result)
        return settingUp(c, session, attempt, kind, { typed: named.name, refused: result })
      if ('codes' in result) return codes(c, session, attempt, result)
      if (result.card) return card(c, session, result, result.card)
      return made(attempt, result)
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
      if ('refused' in result) return securityReply(door, c, session, { refused: result })
      return codes(c, session, attempt, result)
    },

    async confirm(c: Ctx) {
      const session = await signedIn(door, c)
      const { set, saved } = await readForm(c, ConfirmForm)
      const attempt = await asking.attemptOf(c, session)
      if (!attempt) return reply.seeOther(HERE)
      if (saved !== 'yes') return reply.seeOther(CODES)
      const result = await confirmProtection(app, c.var.ask.visit, attempt, set ?? null)
      if ('refused' in result) return securityReply(door, c, session, { refused: result })
      return made(attempt, result)
    },
  }

  function kept(secret: string): string {
    return cookie(app.config, 'attempt', secret, longestLifetimeOf(app) / 1000)
  }

  function keptOf({ sessionToken }: Done): string[] {
    return [cookie(app.config, 'session', sessionToken), noCookie(app.config, 'attempt')]
  }

  function made({ purpose }: { readonly purpose: keyof typeof NOTICES }, result: Done) {
    const notice = result.isInPlace ? 'number_changed' : NOTICES[purpose]
    return reply.seeOther(withNotice(HERE, notice), keptOf(result))
  }

  function opens(purpose: ProtectionPurpose) {
    return async (c: Ctx): Promise<Response> => {
      const session = await signedIn(door, c)
      await readForm(c, noFields)
      const opened = await openProtection(app, c.var.ask.visit, session, purpose)
      if ('refused' in opened) return securityReply(door, c, session, { refused: opened })
      return reply.seeOther(CODE, [kept(opened.secret)])
    }
  }

  function cardOf({ email }: SignedIn, scan: ToScan): Card {
    return { ...scan, number: scan.card, login: email, made: new Date(app.now()) }
  }

  function card(c: Ctx, session: SignedIn, result: Done, scan: ToScan) {
    const page = backupCardPage(frameOf(door, c, session, HERE), cardOf(session, scan))
    return reply.page(page, 200, { cookies: keptOf(result) })
  }

  function codes(c: Ctx, session: SignedIn, attempt: OwnAttempt, shown: Codes) {
    const purpose = attempt.purpose === 'protect' ? 'protect' : 'recovery-codes'
    const frame = frameOf(door, c, session, CODES)
    const page = recoveryCodesPage(frame, {
      ...shown,
      purpose,
      login: session.email,
      card: shown.card && cardOf(session, shown.card),
    })
    // The attempt lives longer now, and its cookie with it.
    return reply.page(page, 200, { cookies: [kept(c.var.ask.attemptSecret!)] })
  }
}

/** What is said when it is done. */
const NOTICES = {
  protect: 'protected',
  'add-factor': 'factor_added',
  unprotect: 'unprotected',
  'recovery-codes': 'codes_renewed',
  'bind-anew': 'bound_anew',
} as const satisfies Partial<Record<OwnAttempt['purpose'], string>>
