import { createReadStream } from 'node:fs'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { KEPT_END, type NotedEnd } from '../accounts/events/kept-end.ts'
import { verifyEvents, type Fault } from '../accounts/events/verify.ts'
import { verifyFile, type FileFault } from '../accounts/events/verify-file.ts'
import { exportEvents, type Format, type Wanted } from '../accounts/events/export.ts'
import { dayIn, kindsAsked } from '../accounts/events/asked.ts'
import type { Config } from '../config.ts'
import { noRoutes } from '../delivery/routes.ts'
import { readKeys } from '../keys.ts'
import { parseEmail } from '../lib/email.ts'
import { systemRandom } from '../lib/random.ts'
import { openApp } from '../open-app.ts'
import { findAccountByLogin } from '../store/accounts.ts'
import type { Database } from '../store/open.ts'
import { say, Stop } from './terminal.ts'

const USAGE = `Usage: nightlatch events verify [FILE] [--end PLACE:LINK]
       nightlatch events export [--from DAY] [--to DAY] [--account LOGIN] [--kind KIND] [--format csv|json]`

/** `events …`: whether the trail is as it was written, and a copy of it. */
export async function eventsCommand(
  config: Config,
  args: readonly string[],
  tell: Tell = say,
): Promise<void> {
  const [command = '', ...rest] = args
  if (command === 'verify') return verify(config, rest, tell)
  if (command === 'export') return exportTo(config, rest, process.stdout)
  throw new Stop(USAGE, 2)
}

type Tell = (text: string) => void

async function verify(config: Config, args: readonly string[], tell: Tell): Promise<void> {
  const { values, positionals } = reading(() =>
    parseArgs({ args: [...args], options: { end: text }, allowPositionals: true }),
  )
  const [path, ...more] = positionals
  if (more.length > 0) throw new Stop(USAGE, 2)
  const noted = values.end === undefined ? null : endIn(values.end)
  if (path !== undefined) return verifyTheFile(config, path, noted, tell)
  const opened = await openApp(config, { routes: noRoutes })
  try {
    const { app } = opened
    const { events, faults, faulty } = await verifyEvents(app, app.now(), noted)
    tell(looked(events))
    refuse(faults.map(inWords), faulty)
    tell('Nothing was changed, taken away or put in.')
  } finally {
    await opened.close()
  }
}

async function verifyTheFile(
  config: Config,
  path: string,
  noted: NotedEnd | null,
  tell: Tell,
): Promise<void> {
  const keys = readKeys(config.dataDir, systemRandom, false)
  const input = path === '-' ? process.stdin : createReadStream(path)
  // Before anything else listens: a file that is not there says so at once.
  if (input !== process.stdin) await once(input, 'open').catch(cannotRead(path))
  const lines = createInterface({ input, crlfDelay: Infinity })
  const { events, faults, faulty, blanked, withheld, holds } = await verifyFile(keys, lines, noted)
  tell(looked(events))
  refuse(
    faults.map(({ line, kind }) => `line ${line}: ${fileWords[kind]}`),
    faulty,
  )
  if (blanked.length > 0)
    tell(
      `${named(blanked, 'are blanked, as where an account was deleted')}: only when and what is told.`,
    )
  if (withheld.length > 0)
    tell(
      `${named(withheld, 'leave out from where it was done')}: by themselves they cannot be checked.`,
    )
  tell(holdsWords[holds])
}

const cannotRead = (path: string) => (error: unknown) => {
  throw new Stop(`${path} cannot be read: ${(error as Error).message}`, 2)
}

const looked = (events: number): string => `${events} events looked at.`

function refuse(lines: readonly string[], faulty: number): void {
  if (faulty === 0) return
  const rest = faulty > lines.length ? [`and ${faulty - lines.length} more`] : []
  throw new Stop([`${faulty} found that should not be so:`, ...lines, ...rest].join('\n  '))
}

function inWords(fault: Fault): string {
  switch (fault.kind) {
    case 'changed':
      return `place ${fault.place}: the event ${fault.id} was changed, or put there by others`
    case 'erased':
      return `place ${fault.place}: the event ${fault.id} was blanked, and its account was not deleted`
    case 'gap':
      return `place ${fault.place}: missing from there on: ${fault.count}`
    case 'before':
      return `before the beginning, where nothing should be: ${fault.count}`
    case 'cut_end':
      return `missing at the end: ${fault.count}`
    case 'after':
      return `behind the end, where nothing should be: ${fault.count}`
    case 'loose':
      return `without a place for more than a minute: ${fault.count} (does no server run?)`
    case 'no_chain':
      return 'the ends of the chain are gone'
    case 'foreign_ends':
      return 'the ends of the chain were moved by others'
    case 'other_end':
      return 'the end that was noted, or is kept, is not in the chain: events are gone or an older copy is in place'
    case 'kept_end':
      return `the end kept in DATA_DIR/${KEPT_END} (place ${fault.place}) is not in the chain: events are gone or an older copy of the database is in place`
    case 'foreign_file':
      return `DATA_DIR/${KEPT_END} was damaged, or written by others`
    default:
      return fault satisfies never
  }
}

const fileWords: Readonly<Record<FileFault['kind'], string>> = {
  empty: 'there is nothing in the file',
  unreadable: 'no event can be read there',
  changed: 'the event was changed',
  no_link: 'the event before it was gone when this was written',
  unchained: 'the event had no place in the chain when this was written',
  gap: 'events are missing before it',
  double: 'the event stands in a wrong place',
  cut: 'the first or the last line does not fit: lines are gone or came in',
  seal: 'lines were changed, or came in another order',
  other_end: 'the end that was noted is not in the file',
}

const holdsWords = {
  whole: 'The file is whole: nothing was changed, taken away or put in.',
  search: 'The file holds all that was found, as it was.',
  lines:
    'Each event is as it was, but for the logins of the account and of who did it, which are not covered. As the first or last line is not there, nobody can tell whether others are missing.',
}

const MOST_NAMED = 10

const named = (lines: readonly number[], what: string): string => {
  const first = lines.slice(0, MOST_NAMED).join(', ')
  const rest = lines.length > MOST_NAMED ? ' …' : ''
  return `${lines.length} of them ${what} (line ${first}${rest})`
}

const text = { type: 'string' } as const

/** Writes what is asked for as it comes, and no faster than it is taken. */
export async function exportTo(
  config: Config,
  args: readonly string[],
  out: NodeJS.WritableStream,
): Promise<void> {
  const options = { from: text, to: text, account: text, kind: text, format: text }
  const { values } = reading(() => parseArgs({ args: [...args], options }))
  const format = values.format ?? 'json'
  if (format !== 'csv' && format !== 'json') throw new Stop(USAGE, 2)
  const opened = await openApp(config, { routes: noRoutes })
  try {
    const { app } = opened
    const wanted = await wantedBy(app.db, values)
    await pour(exportEvents(app, wanted, format satisfies Format, app.now()), out)
  } finally {
    await opened.close()
  }
}

async function pour(pieces: AsyncIterable<string>, out: NodeJS.WritableStream): Promise<void> {
  let isGone = false
  const gone = (): void => void (isGone = true)
  // Who reads no further, as `head` does, has what they wanted.
  out.on('error', gone)
  try {
    for await (const piece of pieces) {
      if (isGone) return
      if (!out.write(piece))
        await Promise.race([once(out, 'drain'), once(out, 'close')]).catch(gone)
    }
  } finally {
    out.off('error', gone)
  }
}

type Asked = Readonly<Partial<Record<'from' | 'to' | 'account' | 'kind', string>>>

async function wantedBy(db: Database, { from, to, account, kind }: Asked): Promise<Wanted> {
  if ([from, to, account, kind].every((each) => each === undefined)) return 'all'
  const since = dayIn(from ?? '1970-01-01')
  const last = dayIn(to ?? '9999-12-30')
  if (since === null || last === null) throw new Stop('A day is written like 2026-01-31 (UTC).', 2)
  const kinds = kind === undefined ? null : kindsAsked(kind)
  if (kind !== undefined && kinds === null) throw new Stop(`There is no kind "${kind}".`, 2)
  return {
    accountId: account === undefined ? null : await idOf(db, account),
    main: null,
    kinds,
    since,
    until: last + DAY,
    from: null,
  }
}

const DAY = 24 * 60 * 60 * 1000

/** A login, or an id: of a deleted account there is only that. */
async function idOf(db: Database, account: string): Promise<string> {
  if (/^[0-9a-f]{32}$/.test(account)) return account
  const found = await findAccountByLogin(db, parseEmail(account)?.canonical ?? '')
  if (!found) throw new Stop(`There is no account ${account}.`)
  return found.id
}

function endIn(written: string): NotedEnd {
  const [, place, link] = /^(\d{1,15}):(\S+)$/.exec(written) ?? []
  if (!place || !link) throw new Stop(USAGE, 2)
  return { place: Number(place), link }
}

function reading<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new Stop(`${(error as Error).message}\n${USAGE}`, 2)
  }
}
