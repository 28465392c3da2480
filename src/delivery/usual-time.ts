/** As many of the last receipts of a route tell how long it takes. */
export const LAST = 20

const FEWEST = 3
const SHORTEST = 20_000
const LONGEST = 120_000

/**
 * How long to wait for a route's receipt (ms) before the message goes by another, when its last ones took
 * so long: twice as long as nine of ten did. `null`: it has not brought enough to have a usual time. Pure.
 */
export function usualTime(took: readonly number[]): number | null {
  if (took.length < FEWEST) return null
  const sorted = took.toSorted((a, b) => a - b)
  const most = sorted[Math.ceil(sorted.length * 0.9) - 1]!
  return Math.min(LONGEST, Math.max(SHORTEST, 2 * most))
}
