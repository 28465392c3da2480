import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import { amountText, moneyText, shareText } from './amounts.ts'
import { chart, key } from './chart.ts'
import { kindText, money, span } from './delivery-words.ts'
import type { Html } from './layout.ts'
import { dayOrHour } from './moment.ts'
import { textsOf } from './texts/all.ts'

/** How many messages went so far, in how long, for how much (millionths), and what that bought. */
export type ShownLine = {
  readonly by: string
  readonly country: string | null
  /** `null`: none has taken them. */
  readonly route: string | null
  readonly sent: number
  readonly accepted: number
  readonly delivered: number
  readonly entered: number
  readonly signIns: number
  readonly cost: number
  readonly medianMs: number | null
}

/** What became of the messages of a day or an hour. */
export type ShownSlice = {
  readonly from: number
  readonly accepted: number
  readonly underway: number
  readonly failed: number
  readonly cost: number
}

type Over = { readonly slices: readonly ShownSlice[]; readonly isByHour: boolean }

const looks = { accepted: 'good', underway: 'open', failed: 'bad' } as const
const parts = ['accepted', 'underway', 'failed'] as const

/** Messages over time, drawn and as a table; and what they cost, where they cost anything. */
export function overTime(language: Language, currency: string, over: Over): Html {
  const t = textsOf(language).deliveries
  const nameOf = ({ from }: ShownSlice) => dayOrHour(language, new Date(from), over.isByHour)
  const sums = over.slices.map((slice) => ({
    parts: parts.map((part) => slice[part]),
    title: [
      nameOf(slice),
      ...parts.map((part) => `${t.parts[part]}: ${amountText(language, slice[part])}`),
    ].join('\n'),
  }))
  const costs = over.slices.map((slice) => ({
    parts: [slice.cost],
    title: `${nameOf(slice)}\n${t.cost}: ${moneyText(language, currency, slice.cost)}`,
  }))
  const mostOf = (amount: (slice: ShownSlice) => number) => Math.max(...over.slices.map(amount))
  const dearest = mostOf(({ cost }) => cost)
  const highest = mostOf((slice) => parts.reduce((sum, part) => sum + slice[part], 0))
  const top = (amount: Html): Html => html`<span class="hint">${t.highest({ amount })}</span>`
  const ends = html`<p class="between hint">
    <span>${nameOf(over.slices[0]!)}</span><span>${nameOf(over.slices.at(-1)!)}</span>
  </p>`
  return html`<h2>${t.overTime}</h2>
    <p class="keys">
      ${parts.map((part) => key(looks[part], t.parts[part]))}
      ${top(html`<bdi>${amountText(language, highest)}</bdi>`)}
    </p>
    ${chart(language, { name: t.chart, columns: sums, looks: parts.map((part) => looks[part]) })}
    ${ends}
    ${
      dearest > 0 &&
      html`<p class="keys">${key('cost', t.costChart)} ${top(money(language, currency, dearest))}</p>
        ${chart(language, { name: t.costChart, columns: costs, looks: ['cost'] })} ${ends}`
    }
    <details>
      <summary>${t.asTable}</summary>
      ${sliceTable(language, currency, over, nameOf)}
    </details>`
}

function sliceTable(
  language: Language,
  currency: string,
  { slices }: Over,
  nameOf: (slice: ShownSlice) => string,
): Html {
  const t = textsOf(language).deliveries
  const row = (slice: ShownSlice): Html =>
    html`<tr>
      <th scope="row">${nameOf(slice)}</th>
      ${parts.map((part) => html`<td>${amountText(language, slice[part])}</td>`)}
      <td>${money(language, currency, slice.cost)}</td>
    </tr>`
  const head = [t.when, ...parts.map((part) => t.parts[part]), t.cost]
  return table(t.overTime, head, slices.map(row))
}

/** What went where and by whom, a line each, under a line for everything of a kind. */
export function figuresTable(
  language: Language,
  currency: string,
  {
    lines,
    totals,
    most,
  }: { lines: readonly ShownLine[]; totals: readonly ShownLine[]; most: number },
): Html {
  const t = textsOf(language).deliveries
  const rows = totals.flatMap((total) => [
    html`<tr class="total">
      <th scope="row">${kindText(language, total.by, null)}</th>
      <td>${t.all}</td>
      ${cells(language, currency, total)}
    </tr>`,
    ...lines
      .filter(({ by }) => by === total.by)
      .map(
        (line) =>
          html`<tr>
            <th scope="row">${kindText(language, line.by, line.country)}</th>
            <td>${line.route === null ? t.noRoute : html`<bdi>${line.route}</bdi>`}</td>
            ${cells(language, currency, line)}
          </tr>`,
      ),
  ])
  return html`<h2>${t.figures}</h2>
    <p>${t.figuresLead}</p>
    ${table(t.figures, Object.values(t.columns), rows)}
    <p class="hint">${t.sample({ most: amountText(language, most) })}</p>`
}

function cells(language: Language, currency: string, line: ShownLine): Html[] {
  const { by, sent, accepted, delivered, entered, medianMs, cost, signIns } = line
  const isKnown = by === 'sms'
  const share = (amount: number): Html =>
    html`<td>
      ${amountText(language, amount)}
      ${sent > 0 && html`<span class="share"><bdi>${shareText(language, amount, sent)}</bdi></span>`}
    </td>`
  return [
    html`<td>${amountText(language, sent)}</td>`,
    share(accepted),
    isKnown ? share(delivered) : NOTHING,
    isKnown ? share(entered) : NOTHING,
    medianMs === null ? NOTHING : html`<td>${span(language, medianMs)}</td>`,
    isKnown ? html`<td>${money(language, currency, cost)}</td>` : NOTHING,
    signIns > 0 ? html`<td>${money(language, currency, cost / signIns)}</td>` : NOTHING,
  ]
}

const NOTHING = html`<td>–</td>`

/** A table that is moved by itself where the screen is narrower. */
const table = (name: string, head: readonly string[], rows: readonly Html[]): Html =>
  html`<div class="wide" role="region" aria-label="${name}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${head.map((each) => html`<th scope="col">${each}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
