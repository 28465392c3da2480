import type { App } from '../../app.ts'
import { change, note } from '../../sign-in/change.ts'
import { byItself, type Visit } from '../../sign-in/visit.ts'
import { findAccount } from '../../store/accounts.ts'
import {
  claimImport,
  moveClaim,
  moveImport,
  nextLines,
  settleLine,
  type Import,
  type ImportLine,
} from '../../store/imports.ts'
import type { By } from '../users/do-user-change.ts'
import { whoOf } from '../users/told.ts'
import { actorFor } from './actor.ts'
import { checkLines } from './check-lines.ts'
import { doLine } from './do-line.ts'

/** Lines that are worked at together: with SQLite those that are done wait for the disk once. */
const AT_ONCE = { check: 500, do: 50 }
/** For how long a process has an import for itself, in milliseconds; it is prolonged while it works. */
const LEASE = 60_000

type How = {
  /** At this one, and no other. */
  readonly only?: string
  readonly visit?: Visit
  /** Ends it early: another process, or this one later, goes on where it was. */
  readonly isOver?: () => boolean
  /** Is told the last line that was worked at. */
  readonly onProgress?: (line: number) => void
}

/** Works at one import that waits for it, until all is looked at, or all is done. False: none waits. */
export async function workAtImport(
  app: App,
  { only, visit = byItself, isOver = () => false, onProgress = () => {} }: How = {},
): Promise<boolean> {
  let about = await claimImport(app.db, app.now(), app.now() + LEASE, only ?? null)
  if (!about) return false
  const phase = about.checkedAt === null ? 'check' : 'do'
  while (!isOver()) {
    const by = await actorFor(app.db, about, findAccount)
    if (!by) {
      await moveImport(app.db, about.id, { stopped: 'not_allowed', claimedUntil: 0 })
      return true
    }
    const lines = await nextLines(app.db, about.id, phase, AT_ONCE[phase])
    if (lines.length === 0) {
      if (phase === 'do') await end(app, visit, about, by)
      else await moveImport(app.db, about.id, { checkedAt: app.now(), claimedUntil: 0 })
      return true
    }
    const [held] = [about]
    if (phase === 'check') await checkLines(app, held, by, lines)
    else
      await Promise.all(
        lines.map((line) => doLine(app, visit, held, line).catch(failed(app, line))),
      )
    onProgress(lines.at(-1)!.line)
    const claimedUntil = app.now() + LEASE
    if (!(await moveClaim(app.db, about, claimedUntil))) return true
    about = { ...about, claimedUntil }
  }
  await moveClaim(app.db, about, 0)
  return true
}

/** A line that breaks is refused, and holds up no other; why is for the operator. */
const failed =
  (app: App, line: ImportLine) =>
  async (error: unknown): Promise<void> => {
    app.log.error({ error: String(error), import: line.importId, line: line.line }, 'import')
    await settleLine(app.db, line, { result: 'refused', why: 'other', isDone: 1 })
  }

const end = (app: App, visit: Visit, { id, lines }: Import, by: By): Promise<void> =>
  change(app, visit, async (change) => {
    await moveImport(change.db, id, { endedAt: change.now, claimedUntil: 0 })
    const detail = { import: id, lines, ...whoOf(by) }
    if (by.id !== '') await note(change, 'accounts_imported', { accountId: by.id, detail })
  })
