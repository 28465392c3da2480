import type { Recipe } from './recipe.ts'
import type { SmppSetting } from './smpp-setting.ts'

/** A mail server, as it is linked on the page or in the delivery file. */
export type SmtpGateway = {
  readonly kind: 'smtp'
  readonly host: string
  readonly port: number
  /** `tls` from the first byte; `off` sends in the clear, for a relay in a network one trusts. */
  readonly security: 'starttls' | 'tls' | 'off'
  /** '' where the server asks for none. */
  readonly user: string
  readonly password: string
}

/** A gateway for text messages that is asked over HTTP, as its recipe says. */
export type HttpGateway = {
  readonly kind: 'http'
  /** The name of one that comes along, or one of the operator's own. */
  readonly recipe: string | Recipe
  readonly from: string
  readonly secrets: Readonly<Record<string, string>>
}

export type Gateway = SmtpGateway | HttpGateway | SmppSetting

/** A gateway that is linked, and when it is used. */
export type Linked = {
  readonly id: string
  readonly by: 'email' | 'sms'
  /** As the operator calls it. */
  readonly name: string
  /** Those it serves (ISO 3166-1 alpha-2); `null`: all. */
  readonly countries: readonly string[] | null
  /** For one part of a message, by country, in millionths of the currency. `*`: everywhere else. */
  readonly prices: Readonly<Record<string, number>>
  readonly gateway: Gateway
  /** Another one when anything about it has changed. */
  readonly version: string
}

/** One whose secrets cannot be opened, or not with the keys that are there: nothing goes by it. */
export type Unreadable = Pick<Linked, 'id' | 'by' | 'name' | 'version'>

/** Does it serve this country? `null`: a message that is at home nowhere, as mails are. Pure. */
export const serves = ({ countries }: Pick<Linked, 'countries'>, country: string | null): boolean =>
  countries === null || country === null || countries.includes(country)

/** What one part of a message costs there, in millionths. Pure. */
export const priceIn = ({ prices }: Pick<Linked, 'prices'>, country: string | null): number =>
  priceGiven({ prices }, country) ?? 0

/** The same; `null` where the operator has said none. Pure. */
export const priceGiven = (
  { prices }: Pick<Linked, 'prices'>,
  country: string | null,
): number | null => prices[country ?? '*'] ?? prices['*'] ?? null
