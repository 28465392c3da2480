import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import { amountText } from './amounts.ts'
import { money } from './delivery-words.ts'
import type { Html } from './layout.ts'
import { textsOf } from './texts/all.ts'

/** What may be used in a day, of messages or of money (millionths), and what of it was. */
export type Share = {
  readonly what: 'messages' | 'money'
  readonly used: number
  readonly most: number
}

/** What was used today of what may be used in a day. */
export function budgetCard(
  language: Language,
  currency: string,
  budgets: readonly Share[],
): Html | null {
  if (budgets.length === 0) return null
  const t = textsOf(language).deliveries
  const say = ({ what }: Share, amount: number): Html =>
    what === 'money'
      ? money(language, currency, amount)
      : html`<bdi>${amountText(language, amount)}</bdi>`
  return html`<section class="card">
    <h2>${t.budget}</h2>
    <dl class="facts">
      ${budgets.map(
        (each) =>
          html`<dt>${t.budgets[each.what]}</dt>
            <dd>
              ${t.usedOf({ used: say(each, each.used), most: say(each, each.most) })}
              <meter
                min="0"
                max="${String(Math.max(each.most, 1))}"
                high="${String(0.8 * each.most)}"
                value="${String(Math.min(each.used, each.most))}"
                aria-label="${t.budgets[each.what]}"
              ></meter>
            </dd>`,
      )}
    </dl>
  </section>`
}
