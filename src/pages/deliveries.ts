import { html } from 'hono/html'
import { alarmList, type ShownAlarm } from './alarms.ts'
import { budgetCard } from './budget.ts'
import { figuresTable, type ShownLine } from './delivery-figures.ts'
import { deliveriesPath, filterForm, type ShownFilter } from './delivery-filter.ts'
import { deliveryList, type ShownDelivery } from './delivery-list.ts'
import { overTime, type ShownSlice } from './delivery-over-time.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { textsOf } from './texts/all.ts'

/** What stands above the newest messages. */
export type Overview = {
  readonly budgets: Parameters<typeof budgetCard>[2]
  readonly alarms: readonly { readonly at: Date; readonly alarm: ShownAlarm }[]
  readonly slices: readonly ShownSlice[]
  readonly lines: readonly ShownLine[]
  readonly totals: readonly ShownLine[]
  /** As many messages of each kind, in each slice, tell how long they take. */
  readonly most: number
}

type DeliveriesProps = {
  readonly days: number
  readonly filter: ShownFilter
  readonly currency: string
  readonly shown: readonly ShownDelivery[]
  /** Where the next page goes on. */
  readonly older: string | null
  readonly routes: readonly string[]
  readonly countries: readonly string[]
  /** `null` on the pages with older messages. */
  readonly overview: Overview | null
}

const PERIODS = [1, 7, 30]

/** What was sent: how it went as a whole, and each message. */
export function deliveriesPage(frame: Frame, props: DeliveriesProps): Html {
  const { language } = frame
  const { days, filter, currency, shown, overview } = props
  const t = textsOf(language).deliveries
  return layout(
    frame,
    t.title,
    html`<h1>${t.title}</h1>
      <p>${t.lead}</p>
      ${periods(frame, props)} ${overview && above(frame, props, overview)}
      <h2 id="messages">${t.list}</h2>
      ${filterForm(language, days, filter, props)} ${deliveryList(language, currency, shown)}
      ${ways(frame, props)}`,
    'deliveries',
    'roomy',
  )
}

function periods({ language }: Frame, { days, filter }: DeliveriesProps): Html {
  const t = textsOf(language).deliveries
  const all = PERIODS.includes(days) ? PERIODS : [...PERIODS, days].toSorted((a, b) => a - b)
  const link = (count: number): Html => {
    const path = deliveriesPath(count, filter, null)
    const text = t.lastDays({ count })
    return count === days
      ? html`<a href="${path}" aria-current="true">${text}</a>`
      : html`<a href="${path}">${text}</a>`
  }
  return html`<nav class="filter" aria-label="${t.span}">${all.map(link)}</nav>`
}

function above({ language }: Frame, { days, currency }: DeliveriesProps, it: Overview): Html {
  const t = textsOf(language).deliveries
  const figures = html`<section>
    ${overTime(language, currency, { slices: it.slices, isByHour: days === 1 })}
    ${figuresTable(language, currency, it)}
  </section>`
  return html`${budgetCard(language, currency, it.budgets)}
    <section>${alarmList(language, it.alarms)}</section>
    ${it.totals.length === 0 ? html`<p>${t.nothing}</p>` : figures}`
}

function ways(
  { language }: Frame,
  { days, filter, older, overview }: DeliveriesProps,
): Html | null {
  const t = textsOf(language).history
  const isNewest = overview !== null
  if (older === null && isNewest) return null
  return html`<p class="between after">
    ${
      older !== null &&
      html`<a href="${deliveriesPath(days, filter, older)}" rel="next">${t.older}</a>`
    }
    ${!isNewest && html`<a href="${deliveriesPath(days, filter, null)}">${t.newest}</a>`}
  </p>`
}
