import { setImmediate as turn } from 'node:timers/promises'
import {
  chainedAfter,
  chainedUpTo,
  deletedAmong,
  findChain,
  isAnyChained,
  isAnyLoose,
  looseBefore,
  type Chained,
} from '../../store/chain.ts'
import { isSetUp } from '../../store/installation.ts'
import type { Tools } from './chain.ts'
import { readKeptEnd, wasEnd, type NotedEnd } from './kept-end.ts'
import { areOurs, isUnchanged } from './links.ts'

/** What is wrong with the chain, and where. `count`: how many events are missing or more than there should be. */
export type Fault =
  | { readonly kind: 'changed' | 'erased'; readonly place: number; readonly id: string }
  | { readonly kind: 'gap'; readonly place: number; readonly count: number }
  | { readonly kind: 'before' | 'cut_end' | 'after' | 'loose'; readonly count: number }
  | { readonly kind: 'no_chain' | 'foreign_ends' | 'other_end' | 'foreign_file' }
  | { readonly kind: 'kept_end'; readonly place: number }

export type Checked = {
  readonly events: number
  /** The first of them. */
  readonly faults: readonly Fault[]
  readonly faulty: number
}

const BATCH = 500
const MINUTE = 60_000
/** As many are told one by one. */
const MOST = 10

/** Walks through the whole chain. What is chained, removed for its age or erased meanwhile is no fault. */
export async function verifyEvents(
  tools: Tools,
  now: number,
  noted: NotedEnd | null = null,
): Promise<Checked> {
  const faults: Fault[] = []
  let faulty = 0
  const add = (fault: Fault): void => {
    faulty += 1
    if (faults.length < MOST) faults.push(fault)
  }
  const kept = readKeptEnd(tools)
  if (kept === 'foreign') add({ kind: 'foreign_file' })
  const events = await walk(tools, add)
  await checkEnds(tools, noted, kept === 'foreign' ? null : kept, add)
  const late = await looseBefore(tools.db, now - MINUTE, BATCH)
  if (late.length > 0) add({ kind: 'loose', count: late.length })
  return { events, faults, faulty }
}

type Add = (fault: Fault) => void
type Inside = Pick<Tools, 'db' | 'keys'>

/** Each event by itself and in its place. Gives how many there are. */
async function walk({ db, keys }: Inside, add: Add): Promise<number> {
  const chain = await findChain(db)
  let place = chain?.firstPlace ?? 0
  let link: string | null = chain?.firstLink ?? ''
  for (let count = 0; ; await turn()) {
    const events = await chainedAfter(db, place, BATCH)
    if (events.length === 0) {
      // Cut off, unless what was there had become too old at this moment.
      const last = await findChain(db)
      const missing = (last?.lastPlace ?? 0) - Math.max(place, last?.firstPlace ?? 0)
      if (missing > 0) add({ kind: 'cut_end', count: missing })
      else if (link !== null && last && place === last.lastPlace && link !== last.lastLink)
        add({ kind: 'other_end' })
      return count
    }
    for (const event of events) {
      if (event.place !== place + 1) {
        const moved = await findChain(db)
        // What was there was too old.
        const isPruned = moved !== null && moved.firstPlace >= event.place - 1
        if (!isPruned) add({ kind: 'gap', place: place + 1, count: event.place - place - 1 })
        link = moved?.firstPlace === event.place - 1 ? moved.firstLink : null
      }
      if (!isUnchanged(keys, link, event)) add({ kind: 'changed', ...named(event) })
      place = event.place
      link = event.link
    }
    count += events.length
    await checkErased({ db, keys }, events, add)
  }
}

/** Only where an account was deleted is anything blanked. */
async function checkErased({ db }: Inside, events: readonly Chained[], add: Add): Promise<void> {
  const erased = events.filter(({ erasedAt }) => erasedAt !== null)
  const ids = new Set(erased.flatMap(({ accountId }) => accountId ?? []))
  const deleted = await deletedAmong(db, [...ids])
  for (const event of erased)
    if (!deleted.has(event.accountId ?? '')) add({ kind: 'erased', ...named(event) })
}

async function checkEnds(
  { db, keys }: Inside,
  noted: NotedEnd | null,
  kept: NotedEnd | null,
  add: Add,
): Promise<void> {
  const chain = await findChain(db)
  if (!chain) {
    // Whoever is set up has events: some that wait for their place, or a chain.
    const isEmpty = (await isSetUp(db)) && !(await isAnyLoose(db))
    if (noted || kept || isEmpty || (await isAnyChained(db))) add({ kind: 'no_chain' })
    return
  }
  if (!areOurs(keys, chain)) add({ kind: 'foreign_ends' })
  const before = await chainedUpTo(db, chain.firstPlace)
  if (before > 0) add({ kind: 'before', count: before })
  const beyond = await chainedAfter(db, chain.lastPlace, BATCH)
  // Unless they were chained at this moment.
  const isStill = (await findChain(db))?.lastPlace === chain.lastPlace
  if (beyond.length > 0 && isStill) add({ kind: 'after', count: beyond.length })
  if (noted && !(await wasEnd(db, chain, noted))) add({ kind: 'other_end' })
  if (kept && !(await wasEnd(db, chain, kept))) add({ kind: 'kept_end', place: kept.place })
}

const named = ({ place, id }: Chained) => ({ place, id })
