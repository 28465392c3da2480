import { noRoutes } from '../delivery/routes.ts'
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import {
  importTotp,
  type How,
  type Imported,
  type Line,
  type WhyNot,
} from '../accounts/import-totp.ts'
import type { App } from '../app.ts'
import type { Config } from '../config.ts'
import { csvRows, type Row, type TableProblem } from '../lib/csv-rows.ts'
import { parseEmail } from '../lib/email.ts'
import { openApp } from '../open-app.ts'
import { isAllowed } from '../sign-in/standing.ts'
import { atTheMachine, say, Stop } from './terminal.ts'

const USAGE = 'Usage: nightlatch account import-totp FILE [--dry-run] [--mail]'

/** `account import-totp`: the authenticator apps that people use with another system. */
export async function importTotpCommand(config: Config, args: readonly string[]): Promise<void> {
  const { path, how } = readArgs(args)
  if (!isAllowed(config, 'totp'))
    throw new Stop('FACTORS does not hold totp: nothing was imported. Add it there first.', 2)
  const rows = await rowsIn(path)
  // Messages are left to the server.
  const opened = await openApp(config, { routes: noRoutes })
  try {
    const { refused } = await importRows(opened.app, rows, how)
    if (refused > 0)
      throw new Stop('Put right what was refused and run it again: nothing is put in twice.', 1)
  } finally {
    await opened.close()
  }
}

function readArgs(args: readonly string[]): { readonly path: string; readonly how: How } {
  const flag = { type: 'boolean', default: false } as const
  const options = { 'dry-run': flag, mail: flag }
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const [path, ...more] = positionals
    if (!path || more.length > 0) throw new Error('name one file, or - for standard input')
    return { path, how: { isDry: values['dry-run'], tells: values.mail } }
  } catch (error) {
    throw new Stop(`${(error as Error).message}\n${USAGE}`, 2)
  }
}

/** What is wrong with the first line, in words. */
export const problemOf = ({ problem, columns }: TableProblem): string =>
  ({
    missing: `has no column ${columns}`,
    unknown: `has a column that means nothing: ${columns}`,
    twice: 'has a column twice',
  })[problem]

type Rows = AsyncIterable<Row<keyof Line>>

async function rowsIn(path: string): Promise<Rows> {
  try {
    const input = path === '-' ? process.stdin : createReadStream(path)
    const lines = createInterface({ input, crlfDelay: Infinity })
    const needed = ['login', 'key'] as const
    const table = await csvRows<keyof Line>(lines, needed, [
      'algorithm',
      'digits',
      'period',
      'name',
    ])
    if ('rows' in table) return table.rows
    throw new Stop(`The first line ${problemOf(table)}. Nothing was imported.\n${USAGE}`, 2)
  } catch (error) {
    if (error instanceof Stop) throw error
    throw new Stop(`${path} cannot be read: ${(error as Error).message}`, 2)
  }
}

/** Lines that are looked at together: with SQLite they wait for the disk once. */
const AT_ONCE = 25

/** Each row by itself, in turn: one that is refused does not stop the others. Tells what becomes of them. */
export async function importRows(
  app: App,
  rows: Rows,
  how: How,
  tell: (text: string) => void = say,
): Promise<{ readonly imported: number; readonly refused: number }> {
  const count = { imported: 0, refused: 0, first: 0 }
  for await (const some of inGroups(rows, AT_ONCE)) {
    const results = await Promise.all(some.map((row) => importRow(app, row, how)))
    for (const [index, result] of results.entries()) {
      if ('refused' in result) tell(refusal(some[index]!, result.refused))
      count['refused' in result ? 'refused' : 'imported'] += 1
      if ('isFirst' in result && result.isFirst) count.first += 1
    }
  }
  const { imported, refused, first } = count
  tell(
    `${imported} imported, ${refused} refused${how.isDry ? ' (dry run: nothing has changed)' : ''}`,
  )
  if (first > 0) tell(withoutCodes(first))
  return { imported, refused }
}

type Result = Imported | { readonly refused: 'unfit' }

const importRow = async (app: App, { cells }: Row<keyof Line>, how: How): Promise<Result> =>
  cells ? importTotp(app, atTheMachine, cells, how) : { refused: 'unfit' }

/** No two of one account are looked at together: which of them is refused must not be chance. */
async function* inGroups(rows: Rows, most: number): AsyncGenerator<Row<keyof Line>[]> {
  let group: Row<keyof Line>[] = []
  for await (const row of rows) {
    const isOneOf = group.some(({ cells }) => loginOf(cells) === loginOf(row.cells))
    if (group.length === most || isOneOf) {
      yield group
      group = []
    }
    group.push(row)
  }
  if (group.length > 0) yield group
}

const loginOf = (cells: Line | null): string | undefined =>
  parseEmail(cells?.login ?? '')?.canonical

type Why = WhyNot | 'unfit'

const whyNot: Readonly<Record<Why, string>> = {
  unfit: 'it has not as many cells as the first line, or a quotation mark is wrong',
  bad_login: 'the login is no e-mail address',
  bad_key: 'the key is not in base 32 (A to Z and 2 to 7)',
  key_size: 'the key must have 10 to 128 bytes (16 letters and more)',
  bad_algorithm: 'the algorithm must be SHA1, SHA256 or SHA512',
  bad_digits: 'digits must be 6, 7 or 8',
  bad_period: 'the period must be 15 to 120 whole seconds',
  bad_name: 'the name must be one line of at most 50 characters',
  no_account: 'there is no such account',
  there_already: 'the account has this key already',
  factor_not_allowed: 'FACTORS does not hold totp',
  too_many_factors: 'the account has 10 apps already',
}

/** What stands in the place of the login may be a key: it is shown only if it is an address. */
function refusal({ line, cells }: Row<keyof Line>, why: Why): string {
  const login = parseEmail(cells?.login ?? '')?.address
  return `line ${line}${login ? `, ${login}` : ''}: ${whyNot[why]}`
}

const withoutCodes = (count: number): string =>
  `Without recovery codes: ${count}, who had no login protection before. Ask them to make some under ` +
  'Security: until then, whoever loses the phone cannot sign in.'
