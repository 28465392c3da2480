/** That a route fails, since its last success. */
export type Health = { readonly failures: number; readonly failedAt: number }

/** So many failures in a row, and a route rests: it is asked only when no other is left. */
export const TOO_MANY = 3

const FIRST = 30_000
const LONGEST = 10 * 60_000

/**
 * Until when a route rests (ms); 0 when it does not. Each failure after a rest makes the next one twice
 * as long, up to ten minutes. Pure.
 */
export const restsUntil = ({ failures, failedAt }: Health): number =>
  failures < TOO_MANY
    ? 0
    : failedAt + Math.min(LONGEST, FIRST * 2 ** Math.min(failures - TOO_MANY, 30))
