import { setUp, isSetUpLinkAlive } from '../accounts/set-up.ts'
import type { Problems, Typed } from '../accounts/new-account.ts'
import { countries } from '../lib/phone.ts'
import { setupPage } from '../pages/setup.ts'
import { fieldTexts } from './fields.ts'
import { frameOf, languageOf, refusal, textsFor, withNotice, type Door } from './door.ts'
import { form, readForm, text } from './form.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'

const SetUpForm = form({
  token: text(200),
  email: text(1000),
  name: text(1000),
  country: text(10),
  language: text(20),
  phone: text(100).default(''),
  password: text(4000),
})

/** `/setup`: the first account, by the link the server prints. */
export function setUpRoutes(door: Door) {
  const { app, reply } = door

  return {
    async show(c: Ctx) {
      const token = c.req.query('token') ?? ''
      if (!(await isSetUpLinkAlive(app, token))) throw new Refused(410, 'setup_link_dead')
      const blank = { email: '', name: '', country: '', phone: '', password: '' }
      return page(c, token, { ...blank, language: languageOf(door, c, null) }, {})
    },

    async setUp(c: Ctx) {
      const { token, ...typed } = await readForm(c, SetUpForm)
      const result = await setUp(app, c.var.ask.visit, token, typed)
      if ('account' in result) return reply.seeOther(withNotice('/sign-in', 'set_up'))
      if ('problems' in result) return page(c, token, typed, result.problems, { status: 422 })
      if (result.refused !== 'busy') throw new Refused(410, 'setup_link_dead')
      app.metrics.refused('busy')
      return page(c, token, typed, {}, refusal(textsFor(door, c, null), { refused: 'busy' }))
    },
  }

  function page(
    c: Ctx,
    token: string,
    values: Typed,
    problems: Problems,
    said: { status?: number; text?: string; headers?: Record<string, string> } = {},
  ) {
    const frame = frameOf(door, c, null, `/setup?token=${encodeURIComponent(token)}`)
    const props = {
      token,
      values,
      countries: countries(frame.language),
      problems: fieldTexts(textsFor(door, c, null), problems),
      problem: said.text ?? null,
    }
    return reply.page(setupPage(frame, props), said.status ?? 200, { headers: said.headers ?? {} })
  }
}
