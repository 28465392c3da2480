import { createReadStream } from 'node:fs'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { exportAccounts } from '../accounts/import/export.ts'
import { MOST_LINES, takeIn } from '../accounts/import/import.ts'
import { needed, onlyExported, optional, type Column } from '../accounts/import/read-line.ts'
import { workAtImport } from '../accounts/import/work.ts'
import type { App } from '../app.ts'
import type { Config } from '../config.ts'
import { noRoutes } from '../delivery/routes.ts'
import { csvRows } from '../lib/csv-rows.ts'
import { openApp } from '../open-app.ts'
import { en } from '../pages/texts/en.ts'
import { beginImport, deleteImport, linesAfter, tallyOf } from '../store/imports.ts'
import { problemOf } from './import-totp.ts'
import { atTheMachine, say, Stop } from './terminal.ts'

const USAGE = 'Usage: nightlatch account import FILE [--dry-run] [--invite]'
const AT_ONCE = 500

/** `account import`: accounts from a table. What would become of each line is always looked at first. */
export async function importCommand(config: Config, args: readonly string[]): Promise<void> {
  const { path, isDry, invite } = readArgs(args)
  // Messages and files are left to the server.
  const opened = await openApp(config, { routes: noRoutes, imports: false })
  try {
    const refused = await importFile(opened.app, path, { isDry, invite })
    if (refused > 0)
      throw new Stop('Put right what was refused and run it again: nothing is made twice.', 1)
  } finally {
    await opened.close()
  }
}

function readArgs(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const
  const options = { 'dry-run': flag, invite: flag }
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const [path, ...more] = positionals
    if (!path || more.length > 0) throw new Error('name one file, or - for standard input')
    return { path, isDry: values['dry-run'], invite: values.invite }
  } catch (error) {
    throw new Stop(`${(error as Error).message}\n${USAGE}`, 2)
  }
}

/** Gives how many lines were refused. */
export async function importFile(
  app: App,
  path: string,
  { isDry, invite }: { readonly isDry: boolean; readonly invite: boolean },
  tell: (text: string) => void = say,
): Promise<number> {
  const options = { invite, language: app.config.defaultLanguage }
  const id = await takeIn(app, null, options, await rowsIn(path))
  if (id === null)
    throw new Stop(`${path} has more than ${MOST_LINES} lines. Split it. Nothing was imported.`, 2)
  try {
    await work(app, id, 'looked at', tell)
    if (!isDry) {
      await beginImport(app.db, id, app.now())
      await work(app, id, 'done', tell)
    }
    return await tellOutcome(app, id, isDry, tell)
  } finally {
    await deleteImport(app.db, id)
  }
}

/** Lines after which it is said how far it is. */
const EVERY = 5000

async function work(app: App, id: string, word: string, tell: (text: string) => void) {
  let next = EVERY
  const onProgress = (line: number): void => {
    if (line < next) return
    tell(`${line} lines ${word}`)
    next = line + EVERY
  }
  await workAtImport(app, { only: id, visit: atTheMachine, onProgress })
}

async function rowsIn(path: string) {
  try {
    const input = path === '-' ? process.stdin : createReadStream(path)
    // A file that is not there is told here, not when somebody reads.
    if (path !== '-') await once(input, 'open')
    const lines = createInterface({ input, crlfDelay: Infinity })
    const all = [...optional, ...onlyExported]
    const table = await csvRows<Column | (typeof onlyExported)[number]>(lines, needed, all)
    if ('rows' in table) return table.rows
    throw new Stop(`The first line ${problemOf(table)}. Nothing was imported.\n${USAGE}`, 2)
  } catch (error) {
    if (error instanceof Stop) throw error
    throw new Stop(`${path} cannot be read: ${(error as Error).message}`, 2)
  }
}

async function tellOutcome(
  app: App,
  id: string,
  isDry: boolean,
  tell: (text: string) => void,
): Promise<number> {
  const { whys } = en.importing
  for (let after = 0; ;) {
    const some = await linesAfter(app.db, id, { after, only: 'refused', most: AT_ONCE })
    for (const { line, login, why } of some) {
      const said = Object.hasOwn(whys, why ?? '') ? whys[why as keyof typeof whys] : whys.other
      tell(`line ${line}${login ? `, ${login}` : ''}: ${said}`)
    }
    if (some.length < AT_ONCE) break
    after = some.at(-1)!.line
  }
  const count = { made: 0, changed: 0, same: 0, refused: 0 }
  for (const { result, count: number } of await tallyOf(app.db, id))
    if (result !== null) count[result] += number
  const { made, changed, same, refused } = count
  const numbers = `${made} made, ${changed} changed, ${same} as they were, ${refused} refused`
  tell(isDry ? `${numbers} (dry run: nothing has changed)` : numbers)
  return refused
}

/** `account export`: all accounts as a table, which an import reads again. */
export async function exportCommand(config: Config, args: readonly string[]): Promise<void> {
  if (args.length > 0) throw new Stop('Usage: nightlatch account export', 2)
  const opened = await openApp(config, { routes: noRoutes, imports: false })
  try {
    const all = { id: '', mainId: null, privilege: 'operator' } as const
    for await (const piece of exportAccounts(opened.app, all))
      if (!process.stdout.write(piece)) await once(process.stdout, 'drain')
  } finally {
    await opened.close()
  }
}
