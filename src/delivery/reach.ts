import { priceGiven, priceIn, serves, type Linked } from './gateway.ts'
import type { DeliveryRules } from './rules.ts'

/** What is linked and set, as far as it decides whom a code reaches. */
export type Reach = {
  readonly linked: readonly Pick<Linked, 'by' | 'name' | 'countries' | 'prices'>[]
  readonly rules: Omit<DeliveryRules, 'currency'>
}

/** Where text messages get to: it is listed, a route serves it, and a day's caps pay for one. Pure. */
export function countriesReached({ linked, rules }: Reach): ReadonlySet<string> {
  const caps = [rules.moneyDay, rules.accountMoneyDay].map((cap) => cap ?? Infinity)
  const most = Math.min(rules.messagesDay, rules.accountMessagesDay)
  const sms = linked.filter(({ by }) => by === 'sms')
  const isReached = (country: string): boolean => {
    // What it costs by the first of them is what is asked of the caps.
    const first = sms.find((each) => serves(each, country))
    return first !== undefined && most > 0 && priceIn(first, country) <= Math.min(...caps)
  }
  return new Set(rules.countries.filter(isReached))
}

/** A listed country that a route serves for nothing, as far as we know. */
export type Unpriced = { readonly route: string; readonly country: string }

/** Where money is capped, what has no price is stopped by no cap. Pure. */
export function unpricedIn({ linked, rules }: Reach): Unpriced[] {
  if (rules.moneyDay === null && rules.accountMoneyDay === null) return []
  return linked
    .filter(({ by }) => by === 'sms')
    .flatMap((route) =>
      rules.countries
        .filter((country) => serves(route, country) && priceGiven(route, country) === null)
        .map((country) => ({ route: route.name, country })),
    )
}
