import { isLanguage } from '../lib/language.ts'
import { cookie, YEAR } from './cookies.ts'
import type { Door } from './door.ts'
import { form, readForm, text } from './form.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'

const LanguageForm = form({ language: text(20), to: text(1000).default('/') })

/** `/language`: chosen in this browser, signed in or not. */
export function languageRoutes({ app, reply }: Door) {
  return {
    async choose(c: Ctx) {
      const { language, to } = await readForm(c, LanguageForm)
      if (!isLanguage(language)) throw new Refused(400, 'bad_form')
      return reply.seeOther(pathOf(to), [cookie(app.config, 'language', language, YEAR)])
    },
  }
}

// Back to where the button was, which may be the sign-in page itself; another site it never is.
function pathOf(to: string): string {
  const url = to.startsWith('/') ? URL.parse(to, 'http://own.invalid') : null
  const path = url?.origin === 'http://own.invalid' ? url.pathname + url.search : '/'
  return path.startsWith('//') ? '/' : path
}
