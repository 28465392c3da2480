import { html } from 'hono/html'
import { amountText } from './amounts.ts'
import { chart, key } from './chart.ts'
import type { Frame, Html } from './layout.ts'
import { dayOrHour, moment } from './moment.ts'
import { textsOf } from './texts/all.ts'
import { wideTable } from './wide-table.ts'

type Reached = Readonly<
  Record<'people' | 'code' | 'open' | 'none' | 'email' | 'sms' | 'app', number>
>

type Day = Reached & { readonly from: number; readonly signIns: number }

export type MeasuredProps = {
  readonly since: Date
  /** The oldest first. */
  readonly days: readonly Day[]
  readonly all: Reached
}

const looks = { code: 'good', open: 'open', none: 'bad' } as const
const parts = ['code', 'open', 'none'] as const

/** Who would have been asked, over days, drawn and as a table. */
export function measuredCard({ language }: Frame, props: MeasuredProps): Html {
  const t = textsOf(language).policy
  const { since, days, all } = props
  const dayOf = ({ from }: Day) => dayOrHour(language, new Date(from), false)
  const columns = days.map((day) => ({
    parts: parts.map((part) => day[part]),
    title: [
      dayOf(day),
      ...parts.map((part) => `${t.parts[part]}: ${amountText(language, day[part])}`),
    ].join('\n'),
  }))
  const most = Math.max(...days.map(({ people }) => people))
  return html`<section class="card">
    <h2>${t.measured}</h2>
    <p>${t.measuredLead} ${moment(language, since)}</p>
    ${
      all.people === 0
        ? html`<p>${t.measuredNone}</p>`
        : html`<p class="keys">
              ${parts.map((part) => key(looks[part], t.parts[part]))}
              <span class="hint">${t.highest}: <bdi>${amountText(language, most)}</bdi></span>
            </p>
            ${chart(language, { name: t.chart, columns, looks: parts.map((part) => looks[part]) })}
            <p class="between hint">
              <span>${dayOf(days[0]!)}</span><span>${dayOf(days.at(-1)!)}</span>
            </p>
            <details>
              <summary>${t.asTable}</summary>
              ${table(language, props, dayOf)}
            </details>`
    }
    <p>${t.switchOn}</p>
  </section>`
}

const reached = ['email', 'sms', 'app', 'none'] as const

function table(
  language: Frame['language'],
  { days, all }: MeasuredProps,
  dayOf: (day: Day) => string,
): Html {
  const t = textsOf(language).policy
  const { columns: c } = t
  const row = (name: string, { people, ...its }: Reached, signIns: number): Html =>
    html`<tr>
      <th scope="row">${name}</th>
      ${[people, signIns, ...reached.map((each) => its[each])].map(
        (number) => html`<td>${amountText(language, number)}</td>`,
      )}
    </tr>`
  const head = [c.day, c.people, c.signIns, ...reached.map((each) => c[each])]
  const signIns = days.reduce((sum, day) => sum + day.signIns, 0)
  return wideTable(t.measured, head, [
    ...days.map((day) => row(dayOf(day), day, day.signIns)),
    row(t.all, all, signIns),
  ])
}
