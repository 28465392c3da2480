import { setImmediate as turn } from 'node:timers/promises'
import type { App } from '../../app.ts'
import {
  findChain,
  holdChain,
  insertChain,
  isAnyChained,
  isAnyLoose,
  looseEvents,
  moveChain,
  placeEvent,
  type Chain,
} from '../../store/chain.ts'
import { addDaily } from '../../store/daily.ts'
import type { Database } from '../../store/open.ts'
import { write } from '../../store/write.ts'
import { countsOf } from './counts.ts'
import { readKeptEnd, wasEnd, writeKeptEnd, type NotedEnd } from './kept-end.ts'
import { aboutHashOf, areOurs, linkOf, sealed } from './links.ts'

export type Tools = Pick<App, 'db' | 'keys' | 'config' | 'random'>

/** Nobody waits for the rows of a batch, and SQLite's one writer is held for some milliseconds. */
const BATCH = 500

/** The chain is not as we have left it: it is not gone on with, so that the trace stays. */
export class ForeignChain extends Error {
  constructor() {
    super('the chain of events was changed: see `nightlatch events verify`')
  }
}

/**
 * Gives every event that has none its place in the chain, in the order they are found; with it they are
 * counted by day. Any number of processes may do so at once. Gives how many there were.
 */
export async function chainEvents(tools: Tools, signal?: AbortSignal): Promise<number> {
  const { db, keys } = tools
  for (let chained = 0; ; await turn()) {
    if (signal?.aborted || !(await isAnyLoose(db))) return chained
    // Before the chain is looked at: it may have grown since then, and never shrinks.
    const kept = keptEnd(tools)
    const placed = await write(db, (tx) => chainBatch({ db: tx, keys }, kept))
    if (kept === null) await keepEnd(tools)
    chained += placed
    if (placed < BATCH) return chained
  }
}

/** Writes the end of the chain into the folder of this process, if it is not there yet. */
export async function keepEnd(tools: Tools): Promise<void> {
  const kept = keptEnd(tools)
  const chain = await findChain(tools.db)
  if (!chain && kept === null) return
  if (!chain || !(await isOurChain(tools, chain, kept))) throw new ForeignChain()
  if (chain.lastPlace === kept?.place) return
  writeKeptEnd(tools, { place: chain.lastPlace, link: chain.lastLink })
}

function keptEnd(tools: Tools): NotedEnd | null {
  const kept = readKeptEnd(tools)
  if (kept === 'foreign') throw new ForeignChain()
  return kept
}

type Inside = Pick<Tools, 'db' | 'keys'>

async function chainBatch({ db, keys }: Inside, kept: NotedEnd | null): Promise<number> {
  const chain = await openChain({ db, keys }, kept)
  const events = await looseEvents(db, BATCH)
  let { lastPlace: place, lastLink: link } = chain
  for (const { mainId: _, privilege: __, ...event } of events) {
    place += 1
    // What was blanked before it came to this was hashed by whoever has blanked it.
    const aboutHash = (event.erasedAt === null ? null : event.aboutHash) ?? aboutHashOf(keys, event)
    link = linkOf(keys, link, { ...event, place, aboutHash })
    await placeEvent(db, { id: event.id, place, link, aboutHash })
  }
  if (events.length === 0) return 0
  await moveChain(db, sealed(keys, { ...chain, lastPlace: place, lastLink: link }))
  for (const count of countsOf(events)) await addDaily(db, count)
  return events.length
}

/** In a transaction: the ends of the chain, held. The first time, a new one. */
async function openChain({ db, keys }: Inside, kept: NotedEnd | null): Promise<Chain> {
  const held = await holdChain(db)
  if (held && (await isOurChain({ db, keys }, held, kept))) return held
  if (held || kept || (await isAnyChained(db))) throw new ForeignChain()
  const chain = sealed(keys, { firstPlace: 0, firstLink: '', lastPlace: 0, lastLink: '' })
  await insertChain(db, chain)
  return chain
}

/** Have we put its ends there, and no older ones than are kept outside the database? */
const isOurChain = async ({ db, keys }: Inside, chain: Chain, kept: NotedEnd | null) =>
  areOurs(keys, chain) && (kept === null || (await wasEnd(db, chain, kept)))

/** The end of the chain, to be noted elsewhere: `place:link`. `null` while there is none. */
export async function endOf(db: Database): Promise<string | null> {
  const chain = await findChain(db)
  return chain && `${chain.lastPlace}:${chain.lastLink}`
}
