import { exportEvents, type Format } from '../accounts/events/export.ts'
import { noteExport } from '../accounts/events/note-export.ts'
import { searchPage } from '../accounts/events/search.ts'
import { scopeOf } from '../accounts/privileges.ts'
import { pulledBody } from '../lib/pulled-body.ts'
import { seats } from '../lib/seats.ts'
import { eventsPage } from '../pages/events.ts'
import { eventsPath, type EventsProblems, type ShownSearch } from '../pages/events-search.ts'
import type { SignedIn } from '../store/sessions.ts'
import { actorOf, frameOf, privileged, type Door } from './door.ts'
import { searchBy } from './event-filter.ts'
import { form, readForm, text } from './form.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'
import { shownEvent } from './shown-event.ts'

/** As many files are made at once in one process, and for one account. */
const MOST = 4
const MOST_OF_ONE = 1

const LONGEST = 400
const fields = ['account', 'kind', 'from', 'to', 'address'] as const
const ExportForm = form({
  account: text(LONGEST),
  kind: text(LONGEST),
  from: text(LONGEST),
  to: text(LONGEST),
  address: text(LONGEST),
  format: text(4),
})

/** `/events`: what happened, for those who look after accounts. */
export function eventsRoutes(door: Door) {
  const { app, reply } = door
  const seating = seats(MOST, MOST_OF_ONE)

  return {
    async show(c: Ctx) {
      const session = await privileged(door, c, 'manage')
      const { before = null, ...asked } = c.req.query()
      const said = saidIn(asked)
      if (before !== null && !/^[0-9a-f]{1,32}$/.test(before)) throw new Refused(404, 'not_found')
      const read = await searchBy(app, actorOf(session), said)
      if ('problems' in read) return page(c, session, said, before, read.problems)
      return page(c, session, said, before, {}, await searchPage(app, read.search, before))
    },

    async export(c: Ctx) {
      const session = await privileged(door, c, 'manage')
      const { format, ...said } = await readForm(c, ExportForm)
      if (format !== 'csv' && format !== 'json') throw new Refused(400, 'bad_form')
      const read = await searchBy(app, actorOf(session), said)
      if ('problems' in read) return page(c, session, said, null, read.problems)
      const leave = seating.take(session.accountId)
      if (!leave) return page(c, session, said, null, { export: 'export_busy' })
      await noteExport(app, c.var.ask.visit, session, { format, ...said }).catch((error) => {
        leave()
        throw error
      })
      const isAll = scopeOf(actorOf(session)) === null && fields.every((name) => said[name] === '')
      const wanted = isAll ? 'all' : read.search
      const pieces = whileRunning(exportEvents(app, wanted, format satisfies Format, app.now()))
      const { requestId } = c.var.ask.visit
      const body = pulledBody(pieces, (error) => {
        leave()
        if (error !== undefined) app.log.warn({ requestId, err: error }, 'export broke off')
      })
      const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl'
      return reply.download(body, type, format === 'csv' ? 'events.csv' : 'events.jsonl')
    },
  }

  /** A server that stops does not wait for whoever reads slowly. */
  async function* whileRunning(pieces: AsyncIterable<string>): AsyncGenerator<string, void> {
    for await (const piece of pieces) {
      app.stopping.throwIfAborted()
      yield piece
    }
  }

  async function page(
    c: Ctx,
    session: SignedIn,
    said: ShownSearch,
    before: string | null,
    problems: EventsProblems,
    { found, older }: Awaited<ReturnType<typeof searchPage>> = { found: [], older: null },
  ): Promise<Response> {
    const frame = frameOf(door, c, session, eventsPath(said, before))
    const shown = eventsPage(frame, {
      said,
      problems,
      shown: found.map((event) => shownEvent(app, frame.language, event)),
      older,
      isNewest: before === null,
      isAll: scopeOf(actorOf(session)) === null,
    })
    const isBad = Object.keys(problems).length > 0
    return reply.page(shown, problems.export ? 503 : isBad ? 400 : 200)
  }
}

/** What the address asks for; one that nobody of ours has made is no address. */
function saidIn(asked: Readonly<Record<string, string>>): ShownSearch {
  const isOurs = Object.entries(asked).every(
    ([name, value]) => fields.some((field) => field === name) && value.length <= LONGEST,
  )
  if (!isOurs) throw new Refused(404, 'not_found')
  const valueOf = (name: (typeof fields)[number]) => asked[name]?.trim() ?? ''
  return {
    account: valueOf('account'),
    kind: valueOf('kind'),
    from: valueOf('from'),
    to: valueOf('to'),
    address: valueOf('address'),
  }
}
