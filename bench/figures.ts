import type { Measure } from './drive.ts'
import type { Hash } from './hashes.ts'

export type Flow = 'sign-in' | 'sign-in with page' | 'session check'

/** Which series a measurement belongs to. */
export type Series = {
  readonly side: string
  readonly accounts: number
  readonly hash: Hash
  readonly flow: Flow
}

/** What the hash alone does in a process like a server's. */
export type Alone = Pick<Measure, 'perSecond' | 'cpu' | 'serverUse'>

/** Everything measured in one run: each list has one entry for each round. */
export type Figures = {
  /** By number of accounts, taken just before what is compared with them. */
  readonly bound: Map<number, Alone[]>
  readonly empty: Map<number, Measure[]>
  readonly rounds: Map<string, Measure[]>
  /** By side and number of accounts: milliseconds to the first answer, bytes at rest. */
  readonly starts: Map<string, number[]>
  readonly rests: Map<string, number[]>
}

export const newFigures = (): Figures => ({
  bound: new Map(),
  empty: new Map(),
  rounds: new Map(),
  starts: new Map(),
  rests: new Map(),
})

export const keyOf = (...parts: (string | number)[]): string => parts.join(' · ')

/** Adds one to the list under that key. */
export function add<K, T>(lists: Map<K, T[]>, key: K, value: T): void {
  lists.set(key, [...(lists.get(key) ?? []), value])
}

/** The rounds of a series; throws when there are none. */
export function roundsOf(figures: Figures, series: Series): Measure[] {
  const { side, accounts, hash, flow } = series
  const key = keyOf(side, accounts, hash, flow)
  const rounds = figures.rounds.get(key)
  if (!rounds) throw new Error(`nothing was measured for ${key}`)
  return rounds
}

/** The one in the middle; of two in the middle, the mean. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2
}

/**
 * The ratio of two series measured in turn: of each round first, then the median, so that what
 * slowed the whole machine down for a while falls out.
 */
export const ratio = (over: readonly number[], under: readonly number[]): number =>
  median(over.map((value, round) => value / under[round]!))
