import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import { amountText, moneyText } from './amounts.ts'
import { chart, key } from './chart.ts'
import { money } from './delivery-words.ts'
import type { Html } from './layout.ts'
import { dayOrHour } from './moment.ts'
import { textsOf } from './texts/all.ts'
import { wideTable } from './wide-table.ts'

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
  return wideTable(t.overTime, head, slices.map(row))
}
