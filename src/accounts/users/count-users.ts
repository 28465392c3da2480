import { sha256 } from '../../lib/random.ts'
import type { User, Verdict, WhyBarred, Wish } from './judge-login-code.ts'
import type { WhyStuck } from './user-change.ts'

/** So many accounts, and the first of them. */
export type Group = {
  readonly count: number
  readonly first: readonly { readonly id: string; readonly login: string; readonly name: string }[]
}

/** What comes of a login code for each account, before it is set. Nobody is in two of its groups. */
export type LoginCodePreview = Wish & {
  readonly count: number
  /** It counts at once, since all of it is set up and proven. */
  readonly now: Group
  /** It is asked for, and proven, at the next sign-in. */
  readonly next: Group
  readonly same: Group
  readonly off: Group
  /** They are left as they are: a policy says so. */
  readonly barred: Readonly<Partial<Record<WhyBarred, Group>>>
  /** Who would have no way to get the code. Something must be said about each reason there is. */
  readonly stuck: Readonly<Partial<Record<WhyStuck, Group>>>
  /**
   * So many of those without a number that a code gets to could not get it by e-mail either: with the way
   * out `email` they are dealt with as those whose address is not proven.
   */
  readonly noMailEither: number
  /** The name of all this: another one when anything in it is different. */
  readonly who: string
}

/** Accounts that are named of each group. */
const NAMED = 10

type Name = Exclude<keyof Verdicts, 'count'> | WhyBarred | WhyStuck
type Verdicts = Pick<LoginCodePreview, 'now' | 'next' | 'same' | 'off'>

/** Counts accounts that come one by one, in order, and keeps no more of them than are named. */
export function countingUsers(wish: Wish) {
  let who = sha256(JSON.stringify([wish.code, wish.phone]))
  let noMailEither = 0
  let count = 0
  const groups = new Map<Name, { count: number; first: Group['first'][number][] }>()
  const group = (name: Name): Group => groups.get(name) ?? none
  const some = <N extends WhyBarred | WhyStuck>(...names: readonly N[]) =>
    Object.fromEntries(
      names.filter((name) => groups.has(name)).map((name) => [name, group(name)]),
    ) as Partial<Record<N, Group>>

  return {
    add({ account: { id, login, name } }: Pick<User, 'account'>, verdict: Verdict): void {
      const its = nameOf(verdict)
      const noMail = 'stuck' in verdict && verdict.stuck !== 'address_unproven' && !verdict.mailToo
      who = sha256(JSON.stringify([who, id, login, name, its, noMail]))
      count++
      if (noMail) noMailEither++
      const before = groups.get(its) ?? { count: 0, first: [] }
      before.count++
      if (before.first.length < NAMED) before.first.push({ id, login, name })
      groups.set(its, before)
    },
    end: (): LoginCodePreview => ({
      ...wish,
      count,
      now: group('now'),
      next: group('next'),
      same: group('same'),
      off: group('off'),
      barred: some('factor_not_allowed', 'policy_requires'),
      stuck: some('no_number', 'number_out_of_reach', 'address_unproven'),
      noMailEither,
      who,
    }),
  }
}

const none: Group = { count: 0, first: [] }

const nameOf = (verdict: Verdict): Name =>
  'gets' in verdict ? verdict.gets : 'barred' in verdict ? verdict.barred : verdict.stuck
