import { setImmediate as turn } from 'node:timers/promises'
import { becameIn, givenIn, tookIn, type Stretch } from '../store/delivery-figures.ts'
import type { Database } from '../store/open.ts'
import type { Counted } from './figures.ts'

const HOUR = 60 * 60_000
const DAY = 24 * HOUR

/** As many messages of one kind tell how long they take, in each stretch of time. */
export const SAMPLE = 1000

/** The last days (UTC), today being one of them, oldest first; where it is one, its last 24 hours. Pure. */
export function stretchesOf(days: number, now: number): Stretch[] {
  const [width, count] = days === 1 ? [HOUR, 24] : [DAY, days]
  const end = Math.floor(now / width) * width + width
  return Array.from({ length: count }, (_, index) => {
    const from = end - (count - index) * width
    return { from, until: from + width }
  })
}

/**
 * Counts what became of messages, one stretch after the other: SQLite answers at once, so others come in
 * between. A day with 14,000 messages takes about 70 ms of SQLite, in pieces of 40.
 */
export async function countIn(db: Database, stretches: readonly Stretch[]): Promise<Counted[]> {
  const counted: Counted[] = []
  for (const stretch of stretches) {
    const became = await becameIn(db, stretch)
    await turn()
    const given = await givenIn(db, stretch)
    await turn()
    const took = await tookIn(db, stretch, SAMPLE)
    await turn()
    counted.push({ ...stretch, became, given, took })
  }
  return counted
}
