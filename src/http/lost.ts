import { cancelByLink, cancelOwn, caseOfLink } from '../accounts/cases/cancel-case.ts'
import { askAfterPassword, askByLogin, knowsPassword } from '../accounts/cases/open-case.ts'
import { readAsked, type AskedProblems } from '../accounts/cases/read-asked.ts'
import type { Asked } from '../accounts/cases/sealed.ts'
import { cancelCasePage, caseCancelledPage } from '../pages/cancel-case.ts'
import { lostPage, lostSentPage } from '../pages/lost.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { findAccount, type Account } from '../store/accounts.ts'
import { frameOf, refusal, signedIn, textsFor, withNotice, type Door } from './door.ts'
import { signInAttempt } from './enter.ts'
import { fieldTexts } from './fields.ts'
import { form, noFields, readForm, text } from './form.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'

const ANYBODY = '/lost'
const AFTER_PASSWORD = '/sign-in/lost'
const asked = { reach: text(1000), text: text(8000) }
const AnybodysForm = form({ login: text(1000), ...asked })
const LostForm = form(asked)
const CancelForm = form({ token: text(200) })

type Typed = Asked & { readonly login: string | null }
type Wrong = { readonly refused?: Refusal; readonly problems?: AskedProblems }
const blank: Asked = { reach: '', text: '' }

/** `/lost` and `/sign-in/lost`: somebody who has lost everything asks support. */
export function lostRoutes(door: Door) {
  const { app, reply } = door

  return {
    async showAnybody(c: Ctx) {
      return page(c, null, { ...blank, login: '' })
    },

    async askAnybody(c: Ctx) {
      const { login, ...typed } = await readForm(c, AnybodysForm)
      const read = readAsked(typed)
      if ('problems' in read) return page(c, null, { ...typed, login }, read)
      const result = await askByLogin(app, c.var.ask.visit, login, read.asked)
      if (result !== 'asked') return page(c, null, { ...typed, login }, { refused: result })
      return reply.page(lostSentPage(frameOf(door, c, null, ANYBODY), null))
    },

    async show(c: Ctx) {
      const person = await whose(c)
      return person ? page(c, person, { ...blank, login: null }) : reply.seeOther('/sign-in')
    },

    async ask(c: Ctx) {
      const typed = await readForm(c, LostForm)
      const attempt = await signInAttempt(door, c)
      const person = await whose(c)
      if (!attempt || !person) return reply.seeOther('/sign-in')
      const read = readAsked(typed)
      if ('problems' in read) return page(c, person, { ...typed, login: null }, read)
      const result = await askAfterPassword(app, c.var.ask.visit, attempt, read.asked)
      if ('refused' in result)
        return page(c, person, { ...typed, login: null }, { refused: result })
      const frame = frameOf(door, c, null, AFTER_PASSWORD, person)
      return reply.page(lostSentPage(frame, new Date(result.from)))
    },

    /** Looking changes nothing: programs that check mail for bad links look too. */
    async showCancel(c: Ctx) {
      const token = c.req.query('token') ?? ''
      const it = await caseOfLink(app, token)
      if (!it) throw new Refused(410, 'case_link_dead')
      const owner = await findAccount(app.db, it.accountId)
      const path = `/lost/cancel?token=${encodeURIComponent(token)}`
      const { address, userAgent } = it
      const shown = cancelCasePage(frameOf(door, c, null, path, owner), {
        token,
        at: new Date(it.openedAt),
        from: new Date(it.waitsUntil),
        address,
        userAgent,
      })
      return reply.page(shown)
    },

    async cancel(c: Ctx) {
      const { token } = await readForm(c, CancelForm)
      const it = await cancelByLink(app, c.var.ask.visit, token)
      if (!it) throw new Refused(410, 'case_link_dead')
      const frame = frameOf(door, c, null, '/sign-in', await findAccount(app.db, it.accountId))
      return reply.page(caseCancelledPage(frame, it.knowsPassword === 1))
    },

    async cancelOwn(c: Ctx) {
      const session = await signedIn(door, c)
      await readForm(c, noFields)
      const isDone = await cancelOwn(app, c.var.ask.visit, session)
      const here = '/account/security'
      return reply.seeOther(isDone ? withNotice(here, 'case_cancelled') : here)
    },
  }

  /** Who has given the right password in this browser, and is on the way in. */
  async function whose(c: Ctx): Promise<Account | null> {
    const attempt = await signInAttempt(door, c)
    const isOpen = attempt && attempt.endedAt === null && knowsPassword(attempt)
    return isOpen ? findAccount(app.db, attempt.accountId) : null
  }

  async function page(
    c: Ctx,
    person: Account | null,
    typed: Typed,
    { refused, problems }: Wrong = {},
  ): Promise<Response> {
    if (refused) app.metrics.refused(refused.refused)
    const texts = textsFor(door, c, person)
    const said = refused && refusal(texts, refused)
    const path = typed.login === null ? AFTER_PASSWORD : ANYBODY
    const shown = lostPage(frameOf(door, c, null, path, person), {
      ...typed,
      problems: fieldTexts(texts, problems ?? {}),
      problem: said?.text ?? null,
    })
    const status = said?.status ?? (problems ? 422 : 200)
    return reply.page(shown, status, { headers: said?.headers ?? {} })
  }
}
