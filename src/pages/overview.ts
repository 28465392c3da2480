import { html } from 'hono/html'
import { amountText, shareText } from './amounts.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { overviewCharts, type ShownDay } from './overview-charts.ts'
import { textsOf, type Texts } from './texts/all.ts'

type Stuck = keyof Texts['overview']['stuckKinds']

type OverviewProps = {
  readonly now: Readonly<Record<'accounts' | 'protected' | Stuck, number>>
  /** Counted at this moment, or within the last hour. */
  readonly isNow: boolean
  /** Requests for recovery. */
  readonly waiting: number
  /** The oldest first. */
  readonly days: readonly ShownDay[]
  /** Of the whole installation, not of one main account. */
  readonly isAll: boolean
}

/** For how long one may look back. */
export const OVERVIEW_DAYS = [30, 90] as const

export const overviewPath = (days: number): string =>
  days === OVERVIEW_DAYS[0] ? '/overview' : `/overview?days=${days}`

/** How the accounts are protected that somebody looks after, and who will need help. */
export function overviewPage(frame: Frame, props: OverviewProps): Html {
  const t = textsOf(frame.language).overview
  return layout(
    frame,
    t.title,
    html`<h1>${t.title}</h1>
      <p>${props.isAll ? t.leadAll : t.lead}</p>
      ${standing(frame, props)} ${stuck(frame, props)}
      ${periods(frame, props.days.length)}
      ${overviewCharts(frame.language, props.days)}`,
    'overview',
    'roomy',
  )
}

function standing({ language }: Frame, { now, waiting, isNow }: OverviewProps): Html {
  const t = textsOf(language).overview
  const { accounts, protected: safe } = now
  const share = accounts === 0 ? null : html` (<bdi>${shareText(language, safe, accounts)}</bdi>)`
  const amount = (count: number): Html => html`<bdi>${amountText(language, count)}</bdi>`
  const bare = accounts - safe
  const row = (name: string, what: Html): Html =>
    html`<div>
      <dt>${name}</dt>
      <dd>${what}</dd>
    </div>`
  return html`<section class="card">
    <h2>${t.now}</h2>
    ${!isNow && html`<p class="hint">${t.countedHourly}</p>`}
    <dl class="facts">
      ${row(t.accounts, html`<a href="/users">${amount(accounts)}</a>`)}
      ${row(t.protectedNow, html`${amount(safe)}${share}`)}
      ${row(t.unprotectedNow, linked('/users?filter=unprotected', bare, amount(bare)))}
      ${row(t.casesWaiting, linked('/cases', waiting, amount(waiting)))}
    </dl>
  </section>`
}

const linked = (href: string, count: number, what: Html): Html =>
  count === 0 ? what : html`<a href="${href}">${what}</a>`

/** Where the list of users shows them, among others. */
const filters: Readonly<Record<Stuck, string>> = {
  no_second_way: 'no_codes',
  out_of_reach: 'one_factor',
  address_unproven: 'unproven',
  not_come: 'invited',
}

function stuck({ language }: Frame, { now }: OverviewProps): Html {
  const t = textsOf(language).overview
  const kinds = (Object.keys(t.stuckKinds) as Stuck[]).filter((kind) => now[kind] > 0)
  const rows = kinds.map(
    (kind) =>
      html`<div>
        <dt>${t.stuckKinds[kind]}</dt>
        <dd>
          <a href="/users?filter=${filters[kind]}"><bdi>${amountText(language, now[kind])}</bdi></a>
        </dd>
      </div>`,
  )
  return html`<section class="card">
    <h2>${t.stuck}</h2>
    <p>${kinds.length === 0 ? t.nobodyStuck : t.stuckWhat}</p>
    ${kinds.length > 0 && html`<dl class="facts">${rows}</dl>`}
  </section>`
}

function periods({ language }: Frame, days: number): Html {
  const t = textsOf(language).overview
  const link = (count: number): Html => {
    const path = overviewPath(count)
    const text = t.lastDays({ count })
    return count === days
      ? html`<a href="${path}" aria-current="true">${text}</a>`
      : html`<a href="${path}">${text}</a>`
  }
  return html`<nav class="filter" aria-label="${t.span}">${OVERVIEW_DAYS.map(link)}</nav>`
}
