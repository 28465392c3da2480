import { setImmediate as turn } from 'node:timers/promises'
import { BYTE_ORDER_MARK, csvLine } from '../../lib/csv.ts'
import { sha256 } from '../../lib/random.ts'
import { keyedHash, type Keys } from '../../lib/seal.ts'
import { findChain } from '../../store/chain.ts'
import { chainedEvents, unchainedEvents } from '../../store/event-search.ts'
import type { Database } from '../../store/open.ts'
import { chainEvents, type Tools } from './chain.ts'
import type { NotedEnd } from './kept-end.ts'
import { columns, jsonLine, lineOf, tableLine } from './lines.ts'
import { seenFrom, type SeenEvent } from './seen.ts'
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
  readonly first: NotedEnd | null
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
  const first = wanted === 'all' ? await beginningOf(tools.db) : null
  const pieces =
    wanted === 'all' ? everything(tools.db, first) : withFirst(tools.db, searchAll(tools, wanted))
  if (format === 'csv') yield* table(pieces)
  else yield* jsonLines(tools, { isWhole: wanted === 'all', first }, pieces, now)
}

type Batch = readonly SeenEvent[]

/** Events; or, where the oldest were removed for their age in the midst of it, where it goes on. */
type Piece = Batch | Pruned

/** A line between events. */
export type Pruned = { readonly pruned: NotedEnd }

const isPruned = (piece: Piece): piece is Pruned => 'pruned' in piece

async function* table(pieces: AsyncIterable<Piece>): AsyncGenerator<string, void> {
  yield BYTE_ORDER_MARK + csvLine(columns)
  for await (const piece of pieces)
    if (!isPruned(piece)) yield piece.map((event) => tableLine(lineOf(event))).join('')
}

async function* jsonLines(
  { keys }: Tools,
  about: Pick<Head, 'isWhole' | 'first'>,
  pieces: AsyncIterable<Piece>,
  now: number,
): AsyncGenerator<string, void> {
  const made = new Date(now).toISOString()
  const head = jsonLine({ nightlatch: 'events', made, ...about } satisfies Head)
  let sum = sumAfter('', head)
  let rows = 0
  yield head
  for await (const piece of pieces) {
    const lines = isPruned(piece)
      ? [jsonLine(piece)]
      : piece.map((event) => jsonLine(lineOf(event)))
    sum = lines.reduce(sumAfter, sum)
    if (!isPruned(piece)) rows += lines.length
    yield lines.join('')
  }
  yield jsonLine({ end: true, rows, seal: sealOver(keys, sum) } satisfies Tail)
}

async function beginningOf(db: Database): Promise<NotedEnd | null> {
  const chain = await findChain(db)
  return chain && { place: chain.firstPlace, link: chain.firstLink }
}

/** What stands for a file up to this line. Pure. */
export const sumAfter = (before: string, line: string): string =>
  sha256(`${before}${line.trimEnd()}`)

/** Pure. */
export const sealOver = (keys: Keys, sum: string, keyId?: string): string =>
  keyedHash(keys, 'event file', sum, keyId)

/** In the order of the chain, from the oldest on; then what has no place. */
async function* everything(db: Database, first: NotedEnd | null): AsyncGenerator<Piece, void> {
  for (let before = first ?? { place: 0, link: '' }; ; await turn()) {
    const events = await chainedEvents(db, before.place, BATCH)
    const moved = events[0]?.place === before.place + 1 ? null : await beginningOf(db)
    if (moved && moved.place > before.place) {
      yield { pruned: moved }
      before = moved
      continue
    }
    if (events.length === 0) break
    const seen = await seenFrom(db, null, events)
    yield seen.map((event) => (isNext(event, before) ? { ...event, prev: before.link } : event))
    const { place, link } = events.at(-1)!
    before = { place: place ?? before.place, link: link ?? '' }
  }
  for (let id = ''; ; await turn()) {
    const events = await unchainedEvents(db, id, BATCH)
    if (events.length === 0) return
    yield await seenFrom(db, null, events)
    id = events.at(-1)!.id
  }
}

/** Of the oldest event, the link before it stands in the chain only, and what is older may be gone meanwhile. */
async function* withFirst(db: Database, batches: AsyncIterable<Batch>): AsyncGenerator<Batch> {
  for await (const events of batches) {
    const needsIt = events.some(({ place, prev }) => place !== null && prev === null)
    const first = needsIt ? await beginningOf(db) : null
    yield events.flatMap((event) => {
      if (!first || event.place === null || event.prev !== null) return [event]
      if (event.place <= first.place) return []
      return [isNext(event, first) ? { ...event, prev: first.link } : event]
    })
  }
}

const isNext = ({ place, prev }: SeenEvent, before: NotedEnd): boolean =>
  prev === null && place === before.place + 1
