import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import { amountText, shareText } from './amounts.ts'
import { kindText, money, span } from './delivery-words.ts'
import type { Html } from './layout.ts'
import { textsOf } from './texts/all.ts'
import { wideTable } from './wide-table.ts'

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
    ${wideTable(t.figures, Object.values(t.columns), rows)}
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
