import { sha256 } from '../lib/random.ts'

/** Accounts that get a code now, and would get none any more. */
export type LockedOut = {
  readonly count: number
  /** So many of them have recovery codes left. */
  readonly withCodes: number
  /** The first of them, those without codes before the others. */
  readonly logins: readonly string[]
  /** Another one when they are others, however many. */
  readonly who: string
}

/** Logins that are named. */
const NAMED = 10

/** Counts accounts that come one by one, in order, and keeps no more of them than are named. */
export function counting() {
  let who = ''
  const first = { with: [] as string[], without: [] as string[] }
  let count = 0
  let withCodes = 0
  return {
    add({ login, hasCodes }: { readonly login: string; readonly hasCodes: boolean }): void {
      who = sha256(`${who} ${login}`)
      count++
      if (hasCodes) withCodes++
      const names = hasCodes ? first.with : first.without
      if (names.length < NAMED) names.push(login)
    },
    end(): LockedOut {
      const logins = [...first.without, ...first.with].slice(0, NAMED)
      return { count, withCodes, logins, who }
    },
  }
}
