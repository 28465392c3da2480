import { LIFETIME } from '../factors/passkey.ts'
import { ownPath } from '../lib/text.ts'
import { credentialIdIn } from '../lib/webauthn.ts'
import { lifetimeOf } from '../sign-in/attempt.ts'
import { askPasskey, provePasskey } from '../sign-in/passkey.ts'
import { cookie } from './cookies.ts'
import { refusal, textsFor, type Door } from './door.ts'
import { enter } from './enter.ts'
import { answerText, form, readForm, text } from './form.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'
import { signInReply } from './sign-in-page.ts'
import { NEW_PASSWORD, SET_UP } from './where-at.ts'

/** Longer than a challenge lives, so that one which is new still finds its browser. */
const SECONDS = (2 * LIFETIME) / 1000

const PasskeyForm = form({ code: answerText, to: text(1000).optional() })

/** `/sign-in/passkey`: a passkey as the whole sign-in. */
export function passkeyRoutes(door: Door) {
  const { app, reply } = door

  return {
    /** What a browser is asked for a passkey, for the script of the page to fetch. */
    async ask(c: Ctx) {
      // Somebody who was refused here a moment ago, and goes to this address again.
      if (c.req.header('sec-fetch-dest') === 'document') return reply.seeOther('/sign-in')
      const asked = askPasskey(app, c.var.ask.passkeyBearer)
      if (!asked) throw new Refused(404, 'not_found')
      const { options, bearer } = asked
      return reply.json(JSON.parse(options), 200, {
        cookies: [cookie(app.config, 'passkey', bearer, SECONDS)],
      })
    },

    async signIn(c: Ctx) {
      const { code, to } = await readForm(c, PasskeyForm)
      const goal = ownPath(to)
      const { visit, passkeyBearer: bearer } = c.var.ask
      const result = await provePasskey(app, visit, { bearer, answer: code, goal })
      if ('refused' in result) {
        app.metrics.refused(result.refused)
        const { text, ...rest } = refusal(textsFor(door, c, null), result)
        const credentialId = 'isGone' in result && result.isGone ? credentialIdIn(code) : null
        const { site } = app.config
        const unknown = credentialId !== null && site ? { rpId: site.rpId, credentialId } : null
        return signInReply(door, c, { to: goal, problem: text, unknown }, rest)
      }
      if (result.kind === 'signed-in') return enter(door, c, result)
      const kept = cookie(app.config, 'attempt', result.secret, lifetimeOf(app) / 1000)
      return reply.seeOther(result.kind === 'set-up' ? SET_UP : NEW_PASSWORD, [kept])
    },
  }
}
