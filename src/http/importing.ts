import { askImport, dropImport, importPath } from '../accounts/import/begin.ts'
import { exportAccounts, noteExport } from '../accounts/import/export.ts'
import { MOST_LINES, takeIn } from '../accounts/import/import.ts'
import {
  needed,
  onlyExported,
  optional,
  readLine,
  type Cells,
  type Column,
} from '../accounts/import/read-line.ts'
import { csvRows, type TableProblem } from '../lib/csv-rows.ts'
import { BYTE_ORDER_MARK, csvLine } from '../lib/csv.ts'
import { isLanguage } from '../lib/language.ts'
import { pulledBody } from '../lib/pulled-body.ts'
import { importedPage, importPage } from '../pages/importing.ts'
import type { Texts } from '../pages/texts/all.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import {
  findImport,
  linesAfter,
  tallyOf,
  type Import,
  type ImportLine,
  type Result,
} from '../store/imports.ts'
import type { SignedIn } from '../store/sessions.ts'
import { noticeOf } from './account.ts'
import { actorOf, frameOf, languageOf, privileged, refusal, textsFor, type Door } from './door.ts'
import { form, noFields, readForm, text } from './form.ts'
import { Refused } from './refused.ts'
import type { Ctx } from './request.ts'
import { sureReply } from './sure.ts'
import { readUpload } from './upload.ts'

const HERE = '/users/import'
const IdForm = form({ id: text(100) })
/** Refused lines on the page. */
const SHOWN = 50
const AT_ONCE = 500

type Wrong = { readonly text: string; readonly status: 413 | 422 }

/** `/users/import` and `/users/export`: accounts as a table, in and out. */
export function importRoutes(door: Door) {
  const { app, reply } = door

  return {
    async show(c: Ctx) {
      return choose(c, await privileged(door, c, 'manage'), null)
    },

    async upload(c: Ctx) {
      const session = await privileged(door, c, 'manage')
      const t = textsFor(door, c, session).importing.problems
      const taken = await readUpload(c, async ({ fields, lines }) => {
        const given = fields.get('language') ?? ''
        const language = isLanguage(given) ? given : app.config.defaultLanguage
        const options = { invite: fields.get('invite') === 'yes', language }
        const table = await csvRows<Column | (typeof onlyExported)[number]>(lines, needed, [
          ...optional,
          ...onlyExported,
        ])
        if ('problem' in table) return { wrong: problemText(t, table) }
        const id = await takeIn(app, { id: session.accountId }, options, table.rows)
        return id === null ? { wrong: t.too_large } : { id }
      })
      if (taken === null) return choose(c, session, { text: t.no_file, status: 422 })
      if ('wrong' in taken) return choose(c, session, { text: taken.wrong, status: 422 })
      return reply.seeOther(importPath(taken.id))
    },

    async showFile(c: Ctx) {
      const session = await privileged(door, c, 'manage')
      return page(c, session, await importOf(session, c.req.query('id')), null)
    },

    async begin(c: Ctx) {
      const session = await privileged(door, c, 'manage')
      const { id } = await readForm(c, IdForm)
      const found = await importOf(session, id)
      const result = await askImport(app, c.var.ask.visit, session, found.id)
      if ('refused' in result) return page(c, session, found, result)
      return sureReply(door, result, importPath(found.id))
    },

    async drop(c: Ctx) {
      const session = await privileged(door, c, 'manage')
      const { id } = await readForm(c, IdForm)
      const found = await importOf(session, id)
      if (await dropImport(app, found)) return reply.seeOther(HERE)
      return page(c, session, found, { refused: 'changed_meanwhile' })
    },

    async lines(c: Ctx) {
      const session = await privileged(door, c, 'manage')
      const { id } = await importOf(session, c.req.query('id'))
      const t = textsFor(door, c, session).importing
      return reply.stream(
        pulledBody(everyLine(id, t), () => {}),
        'text/csv; charset=utf-8',
        'import.csv',
      )
    },

    async exported(c: Ctx) {
      const session = await privileged(door, c, 'manage')
      await readForm(c, noFields)
      await noteExport(app, c.var.ask.visit, session)
      const pieces = exportAccounts(app, actorOf(session))
      return reply.stream(
        pulledBody(pieces, () => {}),
        'text/csv; charset=utf-8',
        'accounts.csv',
      )
    },
  }

  /** Nobody but who has sent the file sees what is in it. */
  async function importOf({ accountId }: SignedIn, id = ''): Promise<Import> {
    const found = /^[0-9a-f]{32}$/.test(id) ? await findImport(app.db, id) : null
    if (!found || found.accountId !== accountId) throw new Refused(404, 'not_found')
    return found
  }

  async function choose(c: Ctx, session: SignedIn, wrong: Wrong | null): Promise<Response> {
    const frame = frameOf(door, c, session, HERE)
    const language = languageOf(door, c, session)
    const shown = importPage(frame, { most: MOST_LINES, language, problem: wrong?.text ?? null })
    return reply.page(shown, wrong?.status ?? 200)
  }

  async function page(
    c: Ctx,
    session: SignedIn,
    about: Import,
    refused: Refusal | null,
  ): Promise<Response> {
    const texts = textsFor(door, c, session)
    const said = refused && refusal(texts, refused)
    const tally = await tallyOf(app.db, about.id)
    const state = stateOf(about)
    const counts = { made: 0, changed: 0, same: 0, refused: 0 }
    let [checked, done] = [0, 0]
    for (const each of tally) {
      if (each.result === null) continue
      counts[each.result] += each.count
      checked += each.count
      done += each.done
    }
    const first = { after: 0, only: 'refused', most: SHOWN } as const
    const refusedLines = await linesAfter(app.db, about.id, first)
    const shown = importedPage(frameOf(door, c, session, importPath(about.id)), {
      id: about.id,
      state,
      done: state === 'checking' ? checked : done,
      all: about.lines,
      counts,
      refused: refusedLines.map(({ line, why, ...its }) => ({
        line,
        login: loginIn(its),
        why: whyText(texts.importing, why),
      })),
      notice: refused ? null : await noticeOf(app, c, session, texts),
      problem: said?.text ?? null,
    })
    return reply.page(shown, said?.status ?? 200, { headers: said?.headers ?? {} })
  }

  async function* everyLine(id: string, t: Texts['importing']): AsyncGenerator<string, void> {
    yield BYTE_ORDER_MARK + csvLine([t.line, t.login, t.result, t.why, 'result', 'why'])
    for (let after = 0; ;) {
      const some = await linesAfter(app.db, id, { after, only: null, most: AT_ONCE })
      yield some.map((line) => csvLine(wordsOf(t, line))).join('')
      if (some.length < AT_ONCE) return
      after = some.at(-1)!.line
    }
  }
}

const wordsOf = (t: Texts['importing'], { line, result, why, ...its }: ImportLine): string[] => [
  String(line),
  loginIn(its),
  result === null ? '' : t.results[result as Result],
  result === 'refused' ? whyText(t, why) : '',
  result ?? '',
  why ?? '',
]

/** What was typed in its place may be anything: it is shown only if it is an address. */
const loginIn = ({ login, cells }: Pick<ImportLine, 'login' | 'cells'>): string => {
  const read = cells === null ? null : readLine(JSON.parse(cells) as Cells)
  return read && 'email' in read ? read.email : (login ?? '')
}

function stateOf({ checkedAt, begunAt, endedAt, stopped }: Import) {
  if (stopped !== null) return 'stopped'
  if (checkedAt === null) return 'checking'
  if (begunAt === null) return 'checked'
  return endedAt === null ? 'doing' : 'done'
}

const whyText = (t: Texts['importing'], why: string | null): string =>
  why !== null && Object.hasOwn(t.whys, why) ? t.whys[why as keyof typeof t.whys] : t.whys.other

const problemText = (
  t: Texts['importing']['problems'],
  { problem, columns }: TableProblem,
): string => (problem === 'twice' ? t.twice : t[problem]({ columns }))
