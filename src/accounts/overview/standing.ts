import { isAllowed } from '../../sign-in/standing.ts'
import { codesLeft } from '../../factors/recovery.ts'
import { sentTo } from '../../factors/sent-code.ts'
import type { FactorKind } from '../../factors/factor.ts'
import type { Counted, CountedFactor } from '../../store/standings.ts'

/** Why somebody can lose the only way in, or has none yet. */
export const stuckKinds = ['no_second_way', 'out_of_reach', 'address_unproven', 'not_come'] as const
export type Stuck = (typeof stuckKinds)[number]

export type Standing = { readonly isProtected: boolean; readonly stuck: readonly Stuck[] }

/** What is known of the world beside an account. */
export type Around = {
  readonly factors: readonly FactorKind[]
  readonly now: number
  /** Does a text message get to this number (E.164)? */
  readonly reaches: (number: string) => boolean
}

const DAY = 24 * 60 * 60 * 1000
const PATIENCE = 3 * DAY

/** How an account is protected, and in which ways its person will be stuck. Pure. */
export function standingOf(
  account: Counted,
  enrolled: readonly CountedFactor[],
  { factors, now, reaches }: Around,
): Standing {
  const usable = enrolled.filter(
    ({ kind, disabledAt }) => disabledAt === null && isAllowed({ factors }, kind as FactorKind),
  )
  const own = usable.filter(({ kind }) => kind !== 'recovery')
  const codes = usable.some(({ kind, state }) => kind === 'recovery' && codesLeft(read(state)) > 0)
  const isProven =
    account.emailProvenAt !== null ||
    enrolled.some(({ kind, state }) => kind === 'email' && sentTo(read(state)) === account.email)
  const byMail = own.length > 0 || account.wantedCode === 'email' || account.wantedCode === 'both'
  const is: Record<Stuck, boolean> = {
    no_second_way: own.length === 1 && !codes,
    out_of_reach:
      own.length > 0 &&
      own.every(({ kind, state }) => kind === 'sms' && !reaches(sentTo(read(state)))),
    address_unproven:
      account.hasPassword && !isProven && byMail && own.every(({ kind }) => kind === 'email'),
    not_come:
      !account.hasPassword && account.invitedAt !== null && account.invitedAt < now - PATIENCE,
  }
  return { isProtected: own.length > 0, stuck: stuckKinds.filter((kind) => is[kind]) }
}

const read = (state: string): unknown => JSON.parse(state)
