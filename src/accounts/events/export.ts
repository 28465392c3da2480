import { setImmediate as turn } from 'node:timers/promises'
import { BYTE_ORDER_MARK, csvLine } from '../../lib/csv.ts'
import { sha256 } from '../../lib/random.ts'
import { keyedHash, type Keys } from '../../lib/seal.ts'
import { findChain } from '../../store/chain.ts'
import { chainedEvents, unchainedEvents, type FoundEvent } from '../../store/event-search.ts'
import type { Database } from '../../store/open.ts'
import { chainEvents, type Tools } from './chain.ts'
import { columns, jsonLine, lineOf, tableLine } from './lines.ts'
import { BATCH, searchAll, type Search } from './search.ts'

export type Format = 'csv' | 'json'

/** What is exported: all there is, by its place in the chain, or what is found. */
export type Wanted = Search | 'all'

/** The first line of a file of JSON lines. */
export type Head = {
  readonly nightlatch: 'events'
  readonly made: string
  /** Every event that there was is in it. */
  readonly isWhole: boolean
  /** Where it begins: the place and link of the event before the first. */
  readonly first: { readonly place: number; readonly link: string } | null
}

/** The last one. `seal` says that we have written all of it. */
export type Tail = { readonly end: true; readonly rows: number; readonly seal: string }

/**
 * The lines of a file, a batch of events at a time, however many there are. Events of this moment are given
 * their place first; where that is not possible they come without one.
 */
export async function* exportEvents(
  tools: Tools,
  wanted: Wanted,
  format: Format,
  now: number,
): AsyncGenerator<string, void> {
  await chainEvents(tools).catch(() => {})
  const found = wanted === 'all' ? everything(tools.db) : searchAll(tools, wanted)
  const batches = withFirst(tools.db, found)
  if (format === 'csv') yield* table(batches)
  else yield* jsonLines(tools, wanted === 'all', batches, now)
}

type Batches = AsyncIterable<readonly FoundEvent[]>

async function* table(batches: Batches): AsyncGenerator<string, void> {
  yield BYTE_ORDER_MARK + csvLine(columns)
  for await (const events of batches) yield events.map((event) => tableLine(lineOf(event))).join('')
}

async function* jsonLines(
  { db, keys }: Tools,
  isWhole: boolean,
  batches: Batches,
  now: number,
): AsyncGenerator<string, void> {
  const chain = isWhole ? await findChain(db) : null
  const first = chain && { place: chain.firstPlace, link: chain.firstLink }
  const made = new Date(now).toISOString()
  const head = jsonLine({ nightlatch: 'events', made, isWhole, first } satisfies Head)
  let sum = sumAfter('', head)
  let rows = 0
  yield head
  for await (const events of batches) {
    const lines = events.map((event) => jsonLine(lineOf(event)))
    sum = lines.reduce(sumAfter, sum)
    rows += lines.length
    yield lines.join('')
  }
  yield jsonLine({ end: true, rows, seal: sealOver(keys, sum) } satisfies Tail)
}

/** What stands for a file up to this line. Pure. */
export const sumAfter = (before: string, line: string): string =>
  sha256(`${before}${line.trimEnd()}`)

/** Pure. */
export const sealOver = (keys: Keys, sum: string, keyId?: string): string =>
  keyedHash(keys, 'event file', sum, keyId)

/** In the order of the chain, from the oldest on; then what has no place. */
async function* everything(db: Database): AsyncGenerator<readonly FoundEvent[], void> {
  for (let place = 0; ; await turn()) {
    const events = await chainedEvents(db, place, BATCH)
    if (events.length === 0) break
    yield events
    place = events.at(-1)!.place ?? place
  }
  for (let id = ''; ; await turn()) {
    const events = await unchainedEvents(db, id, BATCH)
    if (events.length === 0) return
    yield events
    id = events.at(-1)!.id
  }
}

/** Of the oldest event, the link before it stands in the chain only. */
async function* withFirst(db: Database, batches: Batches): AsyncGenerator<readonly FoundEvent[]> {
  for await (const events of batches) {
    const needsIt = events.some(({ place, prev }) => place !== null && prev === null)
    const chain = needsIt ? await findChain(db) : null
    yield events.map((event) =>
      chain && event.place === chain.firstPlace + 1 ? { ...event, prev: chain.firstLink } : event,
    )
  }
}
