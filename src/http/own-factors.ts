import { z } from 'zod'
import {
  addFactor,
  askToBindAnew,
  preferKind,
  removeFactor,
  renameFactor,
} from '../accounts/own-factors.ts'
import { kinds } from '../factors/all.ts'
import { appsPage } from '../pages/apps.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { isAllowed } from '../sign-in/standing.ts'
import type { Visit } from '../sign-in/visit.ts'
import type { SignedIn } from '../store/sessions.ts'
import type { Sure } from '../accounts/step-up.ts'
import { frameOf, signedIn, textsFor, withNotice, type Door } from './door.ts'
import { form, readForm, text } from './form.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'
import { HERE, securityReply } from './security-page.ts'
import { sureReply } from './sure.ts'

/** Of a number it must be said which. */
const KindForm = form({ kind: z.enum(['passkey', 'totp', 'email']) })
const PreferForm = form({ kind: z.enum([...kinds, '']) })
const FactorForm = form({ factor: text(100) })
const NameForm = form({ factor: text(100), name: text(1000) })

/** What can be done with one factor: add, name, prefer, remove, prove it anew. */
export function ownFactorsRoutes(door: Door) {
  const { app, reply } = door

  return {
    /** What an authenticator app is, and where to get one. */
    async showApps(c: Ctx) {
      const session = await signedIn(door, c)
      const frame = frameOf(door, c, session, '/account/security/app')
      return reply.page(appsPage(frame, { apps: app.config.authenticatorApps }))
    },

    /** Where password managers send people (W3C, passkey endpoints). */
    async passkeyEndpoints() {
      if (!isAllowed(app.config, 'passkey')) throw new Refused(404, 'not_found')
      const url = app.config.publicUrl + HERE
      return reply.json({ enroll: url, manage: url })
    },

    async add(c: Ctx) {
      const session = await signedIn(door, c)
      const { kind } = await readForm(c, KindForm)
      return told(c, session, await addFactor(app, c.var.ask.visit, session, kind))
    },

    remove: withOne(removeFactor),
    bindAnew: withOne(askToBindAnew),

    async name(c: Ctx) {
      const session = await signedIn(door, c)
      const { factor, name } = await readForm(c, NameForm)
      const result = await renameFactor(app, c.var.ask.visit, session, factor, name)
      if (result === 'done') return reply.seeOther(withNotice(HERE, 'factor_named'))
      if ('refused' in result) return securityReply(door, c, session, { refused: result })
      const problem = textsFor(door, c, session).fields[result.problem]
      return securityReply(door, c, session, { wrong: { factor, name, problem } })
    },

    async prefer(c: Ctx) {
      const session = await signedIn(door, c)
      const { kind } = await readForm(c, PreferForm)
      await preferKind(app, c.var.ask.visit, session, kind === '' ? null : kind)
      return reply.seeOther(withNotice(HERE, 'preferred'))
    },
  }

  function withOne(
    work: (a: typeof app, visit: Visit, session: SignedIn, id: string) => Promise<Sure | Refusal>,
  ) {
    return async (c: Ctx): Promise<Response> => {
      const session = await signedIn(door, c)
      const { factor } = await readForm(c, FactorForm)
      return told(c, session, await work(app, c.var.ask.visit, session, factor))
    }
  }

  async function told(c: Ctx, session: SignedIn, result: Sure | Refusal): Promise<Response> {
    if ('refused' in result) return securityReply(door, c, session, { refused: result })
    return sureReply(door, result, HERE)
  }
}
