import { setImmediate as turn } from 'node:timers/promises'
import type { App } from '../../app.ts'
import type { Proxies } from '../../lib/address.ts'
import { idsFrom } from '../../lib/random.ts'
import { cutAt, eventsIn, type EventFilter, type Range } from '../../store/event-search.ts'
import { seenFrom, type SeenEvent } from './seen.ts'

/** What is looked for: in a time (ms, up to before `until`), and from which addresses; `null`: any. */
export type Search = EventFilter & {
  readonly since: number
  readonly until: number
  readonly from: Proxies | null
}

/** Events of one page. */
export const PAGE = 25
/** What is looked through in one piece, since SQLite lets nobody else in meanwhile, and for one page. */
const PIECE = 2000
const MOST_PIECES = 25

/**
 * A page of what is found, the newest first, from `before` (an id) on. `older`: from where the next page goes on;
 * also where little was found for now, since no page looks through more than 50,000 events.
 */
export async function searchPage(
  { db }: Pick<App, 'db'>,
  search: Search,
  before: string | null,
): Promise<{ readonly found: readonly SeenEvent[]; readonly older: string | null }> {
  const from = idsFrom(search.since)
  const last = idsFrom(search.until)
  let until = before !== null && before < last ? before : last
  const found: SeenEvent[] = []
  for (let piece = 0; piece < MOST_PIECES; piece++) {
    const cut = await cutAt(db, search, { from, until }, PIECE, 'newest')
    const events = await seenIn(db, search, { from: cut ?? from, until })
    found.push(...events.filter((event) => isFrom(search, event)).toReversed())
    if (found.length > PAGE) return { found: found.slice(0, PAGE), older: found[PAGE - 1]!.id }
    if (cut === null) return { found, older: null }
    until = cut
    await turn()
  }
  return { found, older: until }
}

/** As many are held at once. */
export const BATCH = 500

/** All that is found, the oldest first, batch by batch. */
export async function* searchAll(
  { db }: Pick<App, 'db'>,
  search: Search,
): AsyncGenerator<readonly SeenEvent[], void> {
  const until = idsFrom(search.until)
  for (let from = idsFrom(search.since); ; await turn()) {
    const cut = await cutAt(db, search, { from, until }, BATCH, 'oldest')
    const events = await seenIn(db, search, { from, until: cut ?? until })
    const found = events.filter((event) => isFrom(search, event))
    if (found.length > 0) yield found
    if (cut === null) return
    from = cut
  }
}

// Before addresses are looked at: what somebody may not see is not found by it either.
const seenIn = async (db: App['db'], search: Search, range: Range) =>
  seenFrom(db, search.main, await eventsIn(db, search, range))

const isFrom = ({ from }: Search, { address }: SeenEvent): boolean =>
  from === null || from.trusts(address)
