import { html } from 'hono/html'
import { countryName } from './amounts.ts'
import {
  legText,
  stateMark,
  timeTaken,
  type ShownDelivery,
  type ShownLeg,
} from './delivery-list.ts'
import { money, reasonText } from './delivery-words.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { messageName } from './message-name.ts'
import { moment } from './moment.ts'
import { ltr } from './parts.ts'
import { textsOf } from './texts/all.ts'

/** One message, and the way it took. Never what it says. */
export function deliveryPage(
  frame: Frame,
  { delivery, currency }: { readonly delivery: ShownDelivery; readonly currency: string },
): Html {
  const { language } = frame
  const t = textsOf(language).deliveries
  const { legs } = delivery
  return layout(
    frame,
    t.message,
    html`<h1>${t.message}</h1>
      <section class="card">${facts(frame, delivery, currency)}</section>
      <section class="card">
        <h2>${t.way}</h2>
        ${legs.length === 0 ? html`<p>${t.noWay}</p>` : way(frame, legs, currency)}
      </section>
      <p><a href="/deliveries">${t.back}</a></p>`,
    'deliveries',
  )
}

function facts({ language }: Frame, delivery: ShownDelivery, currency: string): Html {
  const { by, kind, state, to, country, cost, reasons } = delivery
  const t = textsOf(language).deliveries
  const at = (date: Date | null): Html | null => date && moment(language, date)
  const all: readonly (readonly [label: string, value: Html | null])[] = [
    [t.facts.kind, html`${messageName(language, kind)}`],
    [t.facts.state, html`${stateMark(language, state)} ${timeTaken(language, delivery)}`],
    [t.reason, reasons.length > 0 ? reasonText(language, reasons) : null],
    [t.filter.by, html`${t.by[by]}`],
    [t.to, ltr(to)],
    [t.facts.country, country === null ? null : html`${countryName(language, country)}`],
    [t.facts.made, at(delivery.made)],
    [t.facts.accepted, at(delivery.accepted)],
    [t.facts.delivered, at(delivery.delivered)],
    [t.facts.entered, at(delivery.entered)],
    [t.facts.failed, at(delivery.failed)],
    [t.cost, by === 'sms' ? money(language, currency, cost) : null],
  ]
  return html`<dl class="facts">
    ${all.map(
      ([label, value]) =>
        value !== null &&
        html`<dt>${label}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`
}

const way = ({ language }: Frame, legs: readonly ShownLeg[], currency: string): Html => {
  const t = textsOf(language).deliveries
  return html`<ol class="way">
    ${legs.map(
      (leg) =>
        html`<li>
          <p class="detail"><bdi>${leg.route}</bdi>: ${legText(language, leg)}</p>
          <p class="hint">
            ${moment(language, leg.at)}
            ${
              leg.cost > 0 &&
              html`<span>· ${t.smsParts}: ${String(leg.parts)}</span>
                <span>· ${money(language, currency, leg.cost)}</span>`
            }
            ${leg.gatewayId !== null && html`<span>· ${t.gatewayId}: ${ltr(leg.gatewayId)}</span>`}
          </p>
        </li>`,
    )}
  </ol>`
}
