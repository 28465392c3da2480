import type { App } from '../app.ts'
import { serves, type Linked } from '../delivery/gateway.ts'
import type { DeliveryRules } from '../delivery/rules.ts'
import { factorOf, kinds } from '../factors/all.ts'
import type { FactorKind } from '../factors/factor.ts'
import { aboutNumber } from '../lib/phone.ts'
import { isAllowed } from '../sign-in/standing.ts'
import { enrolledInNothingBut } from '../store/enrolments.ts'
import type { Database } from '../store/open.ts'

/** What is linked and set, as far as it decides whom a code reaches. */
export type Reach = {
  readonly linked: readonly Pick<Linked, 'by' | 'countries'>[]
  readonly rules: Pick<DeliveryRules, 'countries'>
}

/** Accounts that get a code now, and would get none any more. */
export type LockedOut = {
  readonly count: number
  /** So many of them have recovery codes left. */
  readonly withCodes: number
  /** The first of them, those without codes before the others. */
  readonly logins: readonly string[]
}

/** Logins that are named. */
const NAMED = 10

/** Whom would this leave with nothing that may be used but recovery codes, if with so much? */
export async function lockedOutBy(
  { config }: Pick<App, 'config'>,
  db: Database,
  now: Reach,
  next: Reach,
): Promise<LockedOut> {
  const may = (kind: string): boolean => isAllowed(config, kind as FactorKind)
  const others = kinds.filter((kind) => !factorOf(kind).isSent && may(kind))
  const all = await enrolledInNothingBut(db, ['email', 'sms'].filter(may), others)
  const reached = (one: (typeof all)[number], reach: Reach): boolean =>
    isReached(reach, one.kind, one.state, config.outbox)
  const before = all.filter((one) => reached(one, now))
  const after = new Set(all.filter((one) => reached(one, next)).map(({ login }) => login))
  const lost = new Map(
    before.filter(({ login }) => !after.has(login)).map(({ login, hasCodes }) => [login, hasCodes]),
  )
  const logins = [...lost].toSorted(([, a], [, b]) => Number(a) - Number(b))
  return {
    count: lost.size,
    withCodes: [...lost.values()].filter(Boolean).length,
    logins: logins.slice(0, NAMED).map(([login]) => login),
  }
}

/** Does a code get there? In the outbox, every mail does. Pure. */
export function isReached(
  { linked, rules }: Reach,
  kind: string,
  state: unknown,
  isOutbox: boolean,
): boolean {
  if (kind === 'email') return isOutbox || linked.some(({ by }) => by === 'email')
  const { to } = state as { readonly to?: unknown }
  const { country } = typeof to === 'string' ? aboutNumber(to) : { country: null }
  if (country === null || !rules.countries.includes(country)) return false
  return linked.some((each) => each.by === 'sms' && serves(each, country))
}
