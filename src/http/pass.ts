import { knowsPassword } from '../accounts/cases/open-case.ts'
import { usePass } from '../accounts/cases/use-pass.ts'
import { passPage } from '../pages/pass.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { findAccount } from '../store/accounts.ts'
import type { Attempt } from '../store/attempts.ts'
import { frameOf, refusal, textsFor, type Door } from './door.ts'
import { signInAttempt } from './enter.ts'
import { form, readForm, text } from './form.ts'
import type { Ctx } from './request.ts'

const HERE = '/sign-in/pass'
/** Where something new is set up before anybody is in. */
const SET_UP = '/sign-in/set-up'
const PassForm = form({ pass: text(200) })

/** `/sign-in/pass`: what support gave to somebody who had lost everything. */
export function passRoutes(door: Door) {
  const { app, reply } = door

  return {
    async show(c: Ctx) {
      const attempt = await ownAttempt(c)
      return attempt ? page(c, attempt, null) : reply.seeOther('/sign-in')
    },

    async use(c: Ctx) {
      const { pass } = await readForm(c, PassForm)
      const attempt = await ownAttempt(c)
      if (!attempt) return reply.seeOther('/sign-in')
      const result = await usePass(app, c.var.ask.visit, attempt, pass)
      return result === 'used' ? reply.seeOther(SET_UP) : page(c, attempt, result)
    },
  }

  async function ownAttempt(c: Ctx): Promise<Attempt | null> {
    const attempt = await signInAttempt(door, c)
    return attempt && attempt.endedAt === null && knowsPassword(attempt) ? attempt : null
  }

  async function page(c: Ctx, { accountId }: Attempt, refused: Refusal | null): Promise<Response> {
    if (refused) app.metrics.refused(refused.refused)
    const person = await findAccount(app.db, accountId)
    const said = refused && refusal(textsFor(door, c, person), refused)
    const shown = passPage(frameOf(door, c, null, HERE, person), said?.text ?? null)
    return reply.page(shown, said?.status ?? 200, { headers: said?.headers ?? {} })
  }
}
