import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import { kindText, money, reasonText, span, type Reason } from './delivery-words.ts'
import type { Html } from './layout.ts'
import { messageName } from './message-name.ts'
import { moment } from './moment.ts'
import { ltr } from './parts.ts'
import { textsOf, type Texts } from './texts/all.ts'

type State = keyof Texts['deliveries']['states']

/** That a route had a message, and why it did not stay there. */
export type ShownLeg = {
  readonly route: string
  readonly at: Date
  readonly became: keyof Texts['deliveries']['legs']
  readonly isLate: boolean
  readonly reasons: readonly Reason[]
  readonly parts: number
  readonly cost: number
  readonly gatewayId: string | null
}

/** A message as it is shown. `to` is what of its address may be seen. */
export type ShownDelivery = {
  readonly id: string
  readonly by: 'email' | 'sms'
  readonly kind: string
  readonly to: string
  readonly country: string | null
  readonly route: string | null
  readonly state: State
  readonly made: Date
  readonly accepted: Date | null
  readonly delivered: Date | null
  readonly entered: Date | null
  readonly failed: Date | null
  readonly cost: number
  readonly reasons: readonly Reason[]
  readonly legs: readonly ShownLeg[]
}

const HERE = '/deliveries'

/** The messages of one page, the newest first. */
export const deliveryList = (
  language: Language,
  currency: string,
  shown: readonly ShownDelivery[],
): Html =>
  shown.length === 0
    ? html`<p>${textsOf(language).deliveries.empty}</p>`
    : html`<ol class="events" role="list">
        ${shown.map((each) => entry(language, currency, each))}
      </ol>`

function entry(language: Language, currency: string, delivery: ShownDelivery): Html {
  const { id, by, kind, country, route, state, made, cost, to, reasons, legs } = delivery
  const t = textsOf(language).deliveries
  const about = [html`<span>${kindText(language, by, country)}</span>`, ltr(to)]
  if (route !== null) about.push(html`<bdi>${route}</bdi>`)
  about.push(...timeTaken(language, delivery))
  if (cost > 0) about.push(money(language, currency, cost))
  const wasLeft = legs.length > 1 || legs.some(({ became }) => became !== 'accepted')
  return html`<li>
    <div>
      <h3>${messageName(language, kind)} ${stateMark(language, state)}</h3>
      <p class="detail">
        ${about.map((each, index) => html`<span>${index > 0 && '· '}${each}</span> `)}
      </p>
      ${
        reasons.length > 0 &&
        html`<p class="detail">${t.reason}: ${reasonText(language, reasons)}</p>`
      }
      ${wasLeft && way(language, legs)}
      <p class="hint"><a href="${HERE}/message?id=${id}">${moment(language, made)}</a></p>
    </div>
  </li>`
}

export function stateMark(language: Language, state: State): Html {
  const look = { entered: 'on', delivered: 'on', accepted: '', underway: '', failed: 'off' }
  return html`<span class="state ${look[state]}">${textsOf(language).deliveries.states[state]}</span>`
}

/** How long it was on its way, as far as is known: nothing, or one. */
export function timeTaken(language: Language, delivery: ShownDelivery): Html[] {
  const { made, accepted, delivered } = delivery
  const { took } = textsOf(language).deliveries
  const after = (at: Date): Html => span(language, at.getTime() - made.getTime())
  if (delivered) return [took.delivered({ time: after(delivered) })]
  return accepted ? [took.accepted({ time: after(accepted) })] : []
}

/** The routes that had it, in turn, and what became of it there. */
const way = (language: Language, legs: readonly ShownLeg[]): Html =>
  html`<ol class="way" aria-label="${textsOf(language).deliveries.way}">
    ${legs.map((leg) => html`<li><bdi>${leg.route}</bdi>: ${legText(language, leg)}</li>`)}
  </ol>`

export function legText(language: Language, { became, isLate, reasons }: ShownLeg): Html {
  const t = textsOf(language).deliveries
  const why = reasons.length > 0 && html` · ${reasonText(language, reasons)}`
  return html`${t.legs[became]}${isLate && ` · ${t.late}`}${why}`
}
