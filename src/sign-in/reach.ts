import type { App } from '../app.ts'
import { isWithinBudget } from '../delivery/budget.ts'
import { priceIn, serves, type Linked } from '../delivery/gateway.ts'
import type { DeliveryRules } from '../delivery/rules.ts'
import { sentTo } from '../factors/sent-code.ts'
import { aboutNumber } from '../lib/phone.ts'
import type { Account } from '../store/accounts.ts'
import type { Enrolment } from '../store/enrolments.ts'
import type { Database } from '../store/open.ts'
import { standingOf } from '../store/stopped-prefixes.ts'

/**
 * Why no code gets to a number: no gateway that is linked serves its country, the country is not listed,
 * or its prefix is stopped or the day's budget used up.
 */
export type WhyMute = 'no_route' | 'country' | 'stopped'

/**
 * Why no text message can go to this number (E.164) now; `null` when one can, as far as it lies with us
 * and not with how often it is asked. Only looks: nothing is written, and nobody waits.
 */
export async function whyMute(
  app: App,
  db: Database,
  account: Pick<Account, 'id'>,
  to: string,
): Promise<WhyMute | null> {
  const { country, prefix } = aboutNumber(to)
  const linked = await app.gateways.linked(db)
  const rules = await app.gateways.rules(db)
  const route = routeTo(linked, rules, country)
  if (typeof route === 'string') return route
  if ((await standingOf(db, prefix)).isStopped) return 'stopped'
  const bill = { accountId: account.id, cost: priceIn(route, country), now: app.now() }
  return (await isWithinBudget(db, rules, bill)) ? null : 'stopped'
}

/** By which text messages go to a country as things are set, or why none does. Pure. */
function routeTo(
  linked: readonly Linked[],
  { countries }: Pick<DeliveryRules, 'countries'>,
  country: string | null,
): Linked | 'no_route' | 'country' {
  const route = linked.find((each) => each.by === 'sms' && serves(each, country))
  if (!route) return 'no_route'
  return country === null || !countries.includes(country) ? 'country' : route
}

/** Whom a code gets to: every mailbox or none, and this number (E.164) or not. */
export type Reached = {
  readonly mail: boolean
  readonly number: (to: string) => boolean
}

/**
 * The same for any number, by what is linked and set now, and not for the moment. Asks the database twice,
 * for however many numbers.
 */
export async function reachedNow(
  { config, gateways }: Pick<App, 'config' | 'gateways'>,
  db: Database,
): Promise<Reached> {
  const linked = await gateways.linked(db)
  const rules = await gateways.rules(db)
  return {
    mail: config.outbox || linked.some(({ by }) => by === 'email'),
    number: (to) => typeof routeTo(linked, rules, aboutNumber(to).country) !== 'string',
  }
}

/** The same of the number that is set up for this account; `null` where there is none. */
export async function whyOwnMute(
  app: App,
  db: Database,
  account: Pick<Account, 'id'>,
  enrolments: readonly Enrolment[],
): Promise<WhyMute | null> {
  const number = enrolments.find(({ kind }) => kind === 'sms')
  return number ? whyMute(app, db, account, sentTo(number.state)) : null
}

/** Is it so until an operator sets something else, and not for the moment? Pure. */
export const isOutOfReach = (why: WhyMute | null): boolean =>
  why === 'no_route' || why === 'country'
