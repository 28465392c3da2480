import type { App } from '../app.ts'
import { serves } from '../delivery/gateway.ts'
import { aboutNumber } from '../lib/phone.ts'
import type { Database } from '../store/open.ts'

/** Where codes may go by text message: the countries that the operator has listed, never none. */
export type SmsOffer = { readonly countries: readonly string[] }

/** `null`: none can be sent here, and so nothing is said of them. */
export async function smsOffer(app: App, db: Database = app.db): Promise<SmsOffer | null> {
  if (!app.config.factors.includes('sms')) return null
  const linked = (await app.gateways.linked(db)).filter(({ by }) => by === 'sms')
  if (linked.length === 0) return null
  const { countries } = await app.gateways.rules(db)
  const served = countries.filter((country) => linked.some((each) => serves(each, country)))
  return served.length > 0 ? { countries: served } : null
}

/** Is this number (E.164) at home where they may go? Pure. */
export const reaches = ({ countries }: SmsOffer, to: string): boolean =>
  countries.includes(aboutNumber(to).country ?? '')
