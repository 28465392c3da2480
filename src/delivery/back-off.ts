/**
 * Milliseconds to wait after so many tries: 2, 4, 8 … seconds, at most a minute. What failed
 * together is not tried again together: each id adds a little of its own.
 */
export function waitAfter(tries: number, id: string): number {
  const share = Buffer.from(id).reduce((sum, byte) => (sum * 31 + byte) % 1000, 0) / 1000
  return Math.min(60_000, Math.round(2_000 * 2 ** (tries - 1) * (1 + share / 4)))
}
