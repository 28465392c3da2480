import type { App } from '../../app.ts'
import { isLanguage, type Language } from '../../lib/language.ts'
import type { Row } from '../../lib/csv-rows.ts'
import { newId } from '../../lib/random.ts'
import type { Account } from '../../store/accounts.ts'
import {
  closeImport,
  deleteImport,
  dropIdleImports,
  insertImport,
  insertLines,
  type Import,
  type ImportLine,
} from '../../store/imports.ts'
import { readLine, type Column } from './read-line.ts'

/** Lines of one file. */
export const MOST_LINES = 100_000
/** Rows that are written together. */
const AT_ONCE = 500

/** `language` is for lines that name none. */
export type ImportOptions = { readonly invite: boolean; readonly language: Language }

/**
 * Takes a file in, line by line: nothing of it is kept but in the database, and nothing is done yet. Gives the
 * import's id; `null`: it has more lines than may be, and nothing is kept.
 */
export async function takeIn(
  app: App,
  by: Pick<Account, 'id'> | null,
  options: ImportOptions,
  rows: AsyncIterable<Row<Column>>,
  most = MOST_LINES,
): Promise<string | null> {
  const now = app.now()
  const id = newId(app.random, now)
  // One file at a time, but for one that is being done.
  if (by) await dropIdleImports(app.db, by.id)
  await insertImport(app.db, {
    id,
    accountId: by?.id ?? null,
    options: JSON.stringify(options),
    createdAt: now,
    lines: 0,
    wholeAt: null,
    checkedAt: null,
    begunAt: null,
    endedAt: null,
    stopped: null,
    claimedUntil: 0,
  })
  try {
    let count = 0
    for await (const group of inGroups(rows, AT_ONCE)) {
      count += group.length
      if (count > most) {
        await deleteImport(app.db, id)
        return null
      }
      await insertLines(
        app.db,
        group.map((row) => keptLine(id, row)),
      )
    }
    await closeImport(app.db, id, count, app.now())
    return id
  } catch (error) {
    // Whoever sends it has gone in the middle, or it is no file of lines.
    await deleteImport(app.db, id)
    throw error
  }
}

function keptLine(importId: string, { line, cells }: Row<Column>): ImportLine {
  const read = readLine(cells)
  return {
    importId,
    line,
    login: 'login' in read ? read.login : null,
    cells: cells && JSON.stringify(cells),
    result: null,
    why: null,
    isDone: 0,
  }
}

async function* inGroups<T>(all: AsyncIterable<T>, most: number): AsyncGenerator<T[]> {
  let group: T[] = []
  for await (const each of all) {
    group.push(each)
    if (group.length < most) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

/** What was said when it was taken in. */
export function optionsIn({ options }: Pick<Import, 'options'>): ImportOptions {
  const { invite, language } = JSON.parse(options) as ImportOptions
  return { invite, language: isLanguage(language) ? language : 'en' }
}
