import type { Load } from './drive.ts'
import type { Hash } from './hashes.ts'
import type { Flow } from './figures.ts'

export type Plan = {
  readonly rounds: number
  /** How many accounts are in the databases. */
  readonly sizes: readonly number[]
  /** How often each server is started to see how long that takes. */
  readonly starts: number
  /** What is measured in each round, and for how long. */
  readonly loads: readonly { readonly hash: Hash; readonly flow: Flow; readonly load: Load }[]
  readonly bound: Load
  readonly empty: Load
  readonly warmUp: Load
  /** The part about authenticator apps. */
  readonly totp: {
    /** Half of them are used, each once: no code counts twice. */
    readonly accounts: number
    readonly rounds: number
    /** Second steps of each turn, and seconds of nothing but checks. */
    readonly steps: number
    readonly checks: number
  }
}

// With a real hash, twice as many wait as there are in the other measurements: the slowest server
// has each of them for a second, and its first answers come as late.
const slow = (seconds: number): Load => ({ inFlight: 16, lead: 1.2, seconds })
const fast = (seconds: number): Load => ({ inFlight: 8, lead: 0.4, seconds })

/** The whole run, or a short one for trying. */
export const planFor = (isQuick: boolean): Plan => {
  const [long, short] = isQuick ? [2, 1] : [4, 2]
  return {
    rounds: isQuick ? 2 : 5,
    sizes: isQuick ? [1000, 100_000] : [1000, 1_000_000],
    starts: isQuick ? 1 : 3,
    bound: slow(long),
    empty: fast(short),
    warmUp: fast(isQuick ? 1 : 3),
    totp: {
      accounts: isQuick ? 10_000 : 50_000,
      rounds: isQuick ? 3 : 15,
      steps: isQuick ? 1000 : 1500,
      checks: 0.15,
    },
    loads: [
      { hash: 'default', flow: 'sign-in', load: slow(long) },
      { hash: 'default', flow: 'sign-in with page', load: slow(long) },
      { hash: 'cheap', flow: 'sign-in', load: fast(short) },
      { hash: 'cheap', flow: 'sign-in with page', load: fast(short) },
      { hash: 'cheap', flow: 'session check', load: fast(short) },
    ],
  }
}
