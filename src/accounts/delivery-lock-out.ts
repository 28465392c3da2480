import type { App } from '../app.ts'
import { countriesReached, type Reach } from '../delivery/reach.ts'
import { factorOf, kinds } from '../factors/all.ts'
import type { FactorKind } from '../factors/factor.ts'
import { aboutNumber, callingCodes } from '../lib/phone.ts'
import { isAllowed } from '../sign-in/standing.ts'
import { enrolledInNothingBut } from '../store/enrolments.ts'
import type { Database } from '../store/open.ts'
import { counting, type LockedOut } from './count-logins.ts'

/** Whom a code reaches: every mailbox or none, and numbers at home in these countries. */
type Reached = { readonly mail: boolean; readonly countries: ReadonlySet<string> }

/** By what somebody gets codes, and for a number where it is at home. */
type Way = { readonly kind: string; readonly home: string | null }

/** What somebody could get codes by, and what they still can. */
type Loss = {
  readonly had: (way: Way) => boolean
  readonly next: Reached
  /** Numbers that begin otherwise lose nothing; `null`: any may. */
  readonly codes: readonly string[] | null
}

/** Whom would this leave with nothing that may be used but recovery codes, if with so much? */
export async function lockedOutBy(
  { config }: Pick<App, 'config'>,
  db: Database,
  now: Reach,
  next: Reach,
): Promise<LockedOut> {
  const before = reachedBy(config, now)
  const after = reachedBy(config, next)
  const lost = [...before.countries].filter((country) => !after.countries.has(country))
  // Most changes take nothing away, and then nobody is looked at.
  if (!(before.mail && !after.mail) && lost.length === 0) return counting().end()
  const had: Loss['had'] = (way) => isReached(before, way)
  return whoLoses(config, db, { had, next: after, codes: callingCodes(lost) })
}

/** Whom does no code reach as things are, whatever they have set up to get codes by? */
export const unreachedBy = (
  { config, db }: Pick<App, 'config' | 'db'>,
  now: Reach,
): Promise<LockedOut> =>
  whoLoses(config, db, { had: () => true, next: reachedBy(config, now), codes: null })

async function whoLoses(
  config: App['config'],
  db: Database,
  { had, next, codes }: Loss,
): Promise<LockedOut> {
  const may = (kind: string): boolean => isAllowed(config, kind as FactorKind)
  const [sent, others] = [true, false].map((is) =>
    kinds.filter((kind) => may(kind) && factorOf(kind).isSent === is),
  ) as [FactorKind[], FactorKind[]]
  const found = counting()
  for await (const one of enrolledInNothingBut(db, {
    sent: sent.filter((kind) => kind !== 'email' || !next.mail),
    others: next.mail && may('email') ? [...others, 'email'] : others,
    codes,
  })) {
    const ways = one.by.map(({ kind, state }) => ({ kind, home: homeOf(state) }))
    const left = ways.filter((way) => isReached(next, way))
    if (left.length === 0 && ways.some(had)) found.add(one)
  }
  return found.end()
}

const reachedBy = ({ outbox }: App['config'], reach: Reach): Reached => ({
  mail: outbox || reach.linked.some(({ by }) => by === 'email'),
  countries: countriesReached(reach),
})

/** Does a code get there? Pure. */
export const isReached = ({ mail, countries }: Reached, { kind, home }: Way): boolean =>
  kind === 'email' ? mail : home !== null && countries.has(home)

/** Where the number is at home that codes are sent to; `null`: nowhere, or it is none. Pure. */
export function homeOf(state: unknown): string | null {
  const { to } = state as { readonly to?: unknown }
  return typeof to === 'string' ? aboutNumber(to).country : null
}
