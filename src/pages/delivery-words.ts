import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import { countryName, moneyText, spanText } from './amounts.ts'
import type { Html } from './layout.ts'
import { textsOf } from './texts/all.ts'

/** Our own reasons, by the name of their text; a gateway's are in its own words. */
export type Reason =
  | { readonly known: keyof ReturnType<typeof textsOf>['deliveries']['reasons'] }
  | { readonly said: string }

/** Why something was not sent, or went another way. */
export const reasonText = (language: Language, reasons: readonly Reason[]): Html =>
  html`${reasons.map((reason, index) => html`${index > 0 && ' · '}${oneReason(language, reason)}`)}`

const oneReason = (language: Language, reason: Reason): Html =>
  'known' in reason
    ? html`${textsOf(language).deliveries.reasons[reason.known]}`
    : html`<bdi>${reason.said}</bdi>`

/** "SMS, Portugal"; a mail is at home nowhere. */
export function kindText(language: Language, by: string, country: string | null): string {
  const t = textsOf(language).deliveries.by
  const kind = by === 'sms' ? t.sms : t.email
  return country === null ? kind : `${kind} · ${countryName(language, country)}`
}

export const money = (language: Language, currency: string, millionths: number): Html =>
  html`<bdi>${moneyText(language, currency, millionths)}</bdi>`

export const span = (language: Language, ms: number): Html =>
  html`<bdi>${spanText(language, ms)}</bdi>`
