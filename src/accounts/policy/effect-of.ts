import type { App } from '../../app.ts'
import { countriesReached } from '../../delivery/reach.ts'
import { factorOf, kinds } from '../../factors/all.ts'
import { callingCodes } from '../../lib/phone.ts'
import type { PolicyRules } from '../../sign-in/policy.ts'
import { timeoutsOf } from '../../sign-in/session.ts'
import type { Database } from '../../store/open.ts'
import {
  accountClasses,
  firstOf,
  livingSessions,
  rememberedByAge,
  type AccountClass,
} from '../../store/policy-effect.ts'
import { withoutStrong } from '../../store/unprotected.ts'
import {
  countUp,
  devicesEnded,
  nameOf,
  policyForOf,
  sessionsShortened,
  sumOf,
  type Effect,
  type Named,
} from './effect.ts'
import { rulesByOwner } from './rules-by-owner.ts'

type World = Pick<App, 'config' | 'gateways' | 'log' | 'now'>

/** People who are named. */
const NAMED = 10
const DAY = 24 * 60 * 60 * 1000
/** What a policy can say at most. */
const MOST_DAYS = 30

/**
 * What these rules of a main account (or the installation, '') would do to its people, in numbers, in place
 * of what it has now. What is only to be measured is counted as if it were on.
 */
export async function effectOf(
  app: World,
  db: Database,
  owner: string,
  rules: PolicyRules,
): Promise<Effect> {
  const { config } = app
  const now = app.now()
  const usual = timeoutsOf(config)
  const codes = await codesReached(app, db)
  const written = await rulesByOwner(app, db)
  const before = policyForOf(config, written, now)
  const after = policyForOf(
    config,
    new Map([...written, [owner, { ...rules, shadowSince: null }]]),
    now,
  )
  // Its own may be the first: then its accounts do not know yet that they have one.
  const own = <T extends { readonly owner: string }>(all: readonly T[]): T[] =>
    all.map((each) => ({ ...each, owner: owner === '' ? each.owner : owner }))

  const counted = countUp(config, after, own(await accountClasses(db, owner, codes)), now)
  const named = async (classes: readonly AccountClass[]): Promise<Named> => {
    const keys = classes.map(({ key }) => key)
    return { count: sumOf(classes), first: await firstOf(db, owner, codes, keys, NAMED) }
  }
  const { address_unproven, no_number } = counted.stuck
  const stuck = {
    address_unproven: await named(address_unproven),
    no_number: await named(no_number),
  }
  const seenAfter = now - config.limits.rememberIdleDays * DAY
  const devices = await rememberedByAge(db, owner, { days: MOST_DAYS, seenAfter, now })
  const sessions = await livingSessions(db, owner, { ...usual, now })
  return {
    ...counted,
    weak: await named(counted.weak),
    stuck,
    devices: devicesEnded(before, after, own(devices)),
    sessions: sessionsShortened(after, own(sessions), usual),
    name: nameOf(owner, rules, stuck),
  }
}

/** Those of its people with much to say who have neither an app nor a passkey. */
export const weakOf = (db: Database, owner: string): Promise<Named> =>
  withoutStrong(
    db,
    owner,
    kinds.filter((kind) => factorOf(kind).isStrong),
    NAMED,
  )

/** What numbers begin with that codes go to. */
async function codesReached({ gateways }: World, db: Database): Promise<string[]> {
  const reach = { linked: await gateways.linked(db), rules: await gateways.rules(db) }
  return callingCodes([...countriesReached(reach)])
}
