import { readLimits, writeLimits, type Used } from '../store/limits.ts'
import type { Database } from '../store/open.ts'

/**
 * So many times within a window are free. After that, either none until the window has passed, or
 * one after each wait, which doubles from `first` to `most`. All times in milliseconds.
 */
export type Rule = {
  readonly name: string
  readonly free: number
  readonly window: number
  /** The window starts with the first time counted in it, or anew with each. */
  readonly from: 'first' | 'last'
  readonly waits: { readonly first: number; readonly most: number } | null
}

/** A rule, and whom it counts: an account, an address, a device. */
export type Limit = { readonly rule: Rule; readonly subject: string }

/** How long this one must wait, in milliseconds; 0 when it may go ahead. Pure. */
export function waitOf(rule: Rule, used: Used | null, now: number): number {
  if (!used || isOver(rule, used, now) || used.count < rule.free) return 0
  if (!rule.waits) return endOf(rule, used) - now
  return Math.max(0, used.last + waitAfter(rule.waits, used.count - rule.free) - now)
}

/** What is used after one more time. Pure. */
export function oneMore(rule: Rule, used: Used | null, now: number): Used {
  return used && !isOver(rule, used, now)
    ? { count: used.count + 1, since: used.since, last: now }
    : { count: 1, since: now, last: now }
}

const AHEAD = 60 * 60_000

// What a clock that was far ahead has counted would hold people until that time comes: it is over.
const isOver = (rule: Rule, used: Used, now: number): boolean =>
  now >= endOf(rule, used) || used.last > now + AHEAD

const endOf = (rule: Rule, used: Used): number =>
  used[rule.from === 'first' ? 'since' : 'last'] + rule.window

const waitAfter = (waits: NonNullable<Rule['waits']>, over: number): number =>
  Math.min(waits.first * 2 ** Math.min(over, 30), waits.most)

/**
 * Reads the limits; in a transaction nobody else counts in them until its end. Gives the longest
 * wait they ask for, and the way to count once in some of them.
 */
export async function hold(db: Database, limits: readonly Limit[], now: number) {
  const read = await readLimits(db, limits.map(keyOf))
  const usedOf = (limit: Limit) => read.get(keyOf(limit)) ?? null
  const countOf = (limit: Limit): number => {
    const used = usedOf(limit)
    return used && !isOver(limit.rule, used, now) ? used.count : 0
  }
  return {
    wait: Math.max(0, ...limits.map((limit) => waitOf(limit.rule, usedOf(limit), now))),
    /** The same of some of them. */
    waitFor: (some: readonly Limit[]): number =>
      Math.max(0, ...some.map((limit) => waitOf(limit.rule, usedOf(limit), now))),
    /** How often it was counted in this window. */
    countOf,
    /** How many of its free ones are left. */
    left: (limit: Limit): number => Math.max(0, limit.rule.free - countOf(limit)),
    count: (counted: readonly Limit[]) =>
      writeLimits(
        db,
        new Map(
          counted.map((limit) => [
            keyOf(limit),
            { ...oneMore(limit.rule, usedOf(limit), now), endsAt: now + limit.rule.window },
          ]),
        ),
      ),
  }
}

/** Counts once, if it need not wait: else false, and nothing is counted. */
export async function spend(db: Database, limit: Limit, now: number): Promise<boolean> {
  const held = await hold(db, [limit], now)
  if (held.wait > 0) return false
  await held.count([limit])
  return true
}

/**
 * Counts once, whatever was counted before. In a transaction that holds what all who read this limit
 * hold before it, so that nobody reads it in between.
 */
export const countAnew = (db: Database, limit: Limit, now: number): Promise<void> =>
  writeLimits(
    db,
    new Map([[keyOf(limit), { count: 1, since: now, last: now, endsAt: now + limit.rule.window }]]),
  )

const keyOf = ({ rule, subject }: Limit): string => `${rule.name}:${subject}`
