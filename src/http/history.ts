import { historyPage as readPage, MOST, wholeHistory, type Group } from '../accounts/history.ts'
import { sayAboutEvent } from '../accounts/say-not-me.ts'
import { csv } from '../lib/csv.ts'
import { historyPage, pathOf } from '../pages/history.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import type { SignedIn } from '../store/sessions.ts'
import { noticeOf } from './account.ts'
import { frameOf, languageOf, refusal, signedIn, textsFor, type Door } from './door.ts'
import { inWords } from './event-words.ts'
import { form, readForm, text } from './form.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'
import { sureReply } from './sure.ts'

const HERE = '/account/history'
const most = MOST.toLocaleString('en')

const NotMeForm = form({ event: text(100) })

/** `/account/history`: what happened in my account. */
export function historyRoutes(door: Door) {
  const { app, reply } = door

  return {
    async show(c: Ctx) {
      return page(c, await signedIn(door, c), null)
    },

    async notMe(c: Ctx) {
      const session = await signedIn(door, c)
      const { event } = await readForm(c, NotMeForm)
      const result = await sayAboutEvent(app, c.var.ask.visit, session, event)
      if (result === null) throw new Refused(404, 'not_found')
      if ('refused' in result) return page(c, session, result)
      return sureReply(door, result, HERE)
    },

    async csv(c: Ctx) {
      const session = await signedIn(door, c)
      const language = languageOf(door, c, session)
      const t = textsFor(door, c, session).history
      const { entries, isWhole } = await wholeHistory(app, session)
      const rows = entries.map((entry) => {
        const { at, what, details, device, address, place } = inWords(app, language, entry)
        const said = details.map(([label, value]) => `${label}: ${value}`).join('; ')
        return [at.toISOString(), what, said, device ?? '', address, place ?? '', entry.event.kind]
      })
      const head = [t.when, t.what, t.details, t.device, t.address, t.place, 'kind']
      const cut = isWhole ? [] : [['', t.cut({ most }), '', '', '', '', '']]
      return reply.download(csv([head, ...rows, ...cut]), 'text/csv; charset=utf-8', 'history.csv')
    },

    async json(c: Ctx) {
      const session = await signedIn(door, c)
      const language = languageOf(door, c, session)
      const { entries, isWhole } = await wholeHistory(app, session)
      const events = entries.map((entry) => {
        const { id, at, what, details, device, address, place } = inWords(app, language, entry)
        const { kind, userAgent } = entry.event
        return { id, at, kind, what, details, device, userAgent, address, place }
      })
      const said = { account: session.accountId, made: new Date(app.now()), isWhole, events }
      const type = 'application/json'
      return reply.download(`${JSON.stringify(said, null, 1)}\n`, type, 'history.json')
    },
  }

  async function page(c: Ctx, session: SignedIn, refused: Refusal | null): Promise<Response> {
    const { before, group } = refused ? newest : wanted(c)
    const texts = textsFor(door, c, session)
    const said = refused && refusal(texts, refused)
    const { entries, older } = await readPage(app, session, { before, group })
    const frame = frameOf(door, c, session, pathOf(group ?? 'all', before))
    const shown = historyPage(frame, {
      happenings: entries.map((entry) => inWords(app, frame.language, entry)),
      group: group ?? 'all',
      older,
      isNewest: before === null,
      most,
      notice: refused ? null : await noticeOf(app, c, session, texts),
      problem: said?.text ?? null,
    })
    return reply.page(shown, said?.status ?? 200, { headers: said?.headers ?? {} })
  }
}

const newest = { before: null, group: null }
const groups: readonly string[] = ['sign-ins', 'refusals', 'messages', 'changes'] satisfies Group[]

/** What the address asks for; one that nobody of ours has made is no address. */
function wanted(c: Ctx): { readonly before: string | null; readonly group: Group | null } {
  const { before = null, show = 'all' } = c.req.query()
  const isKnown = show === 'all' || groups.includes(show)
  if (!isKnown || (before !== null && !/^[0-9a-f]{32}$/.test(before)))
    throw new Refused(404, 'not_found')
  return { before, group: show === 'all' ? null : (show as Group) }
}
