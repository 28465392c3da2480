import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import { amountText } from './amounts.ts'
import { chart, key } from './chart.ts'
import type { Html } from './layout.ts'
import { dayOrHour } from './moment.ts'
import { textsOf, type Texts } from './texts/all.ts'
import { wideTable } from './wide-table.ts'

type Way = keyof Texts['overview']['ways']

/** A day, and how it went. */
export type ShownDay = {
  readonly date: Date
  readonly protected: number
  readonly unprotected: number
  readonly signIns: Readonly<Record<Way, number>>
  readonly refusals: number
}

/** What is drawn as one bar: its name, its look, and how much of it there was. */
type Part = {
  readonly name: string
  readonly look: 'good' | 'open' | 'bad' | 'cost'
  readonly of: (day: ShownDay) => number
}

type Drawing = {
  readonly title: string
  readonly name: string
  readonly parts: readonly Part[]
  /** What the table says, where it says more. */
  readonly columns?: readonly Pick<Part, 'name' | 'of'>[]
}

/** Protection, sign-ins and refusals over time: each drawn, and as a table. */
export function overviewCharts(language: Language, days: readonly ShownDay[]): Html {
  const t = textsOf(language).overview
  const drawings: readonly Drawing[] = [
    {
      title: t.protection,
      name: t.protectionChart,
      parts: [
        { name: t.parts.protected, look: 'good', of: (day) => day.protected },
        { name: t.parts.unprotected, look: 'bad', of: (day) => day.unprotected },
      ],
    },
    {
      title: t.signIns,
      name: t.signInsChart,
      parts: groups.map(({ look, ways }) => ({
        name: joined(
          language,
          ways.map((way) => t.ways[way]),
        ),
        look,
        of: ({ signIns }) => ways.reduce((sum, way) => sum + signIns[way], 0),
      })),
      columns: groups
        .flatMap(({ ways }) => ways)
        .map((way) => ({ name: t.ways[way], of: ({ signIns }) => signIns[way] })),
    },
    {
      title: t.refusals,
      name: t.refusalsChart,
      parts: [{ name: t.refusals, look: 'bad', of: (day) => day.refusals }],
    },
  ]
  return html`${drawings.map((each) => drawn(language, days, each))}`
}

/** What is alike looks alike; the table tells each apart. */
const groups: readonly { readonly look: Part['look']; readonly ways: readonly Way[] }[] = [
  { look: 'good', ways: ['passkey', 'totp'] },
  { look: 'cost', ways: ['sms', 'email'] },
  { look: 'open', ways: ['device', 'recovery', 'other'] },
  { look: 'bad', ways: ['password'] },
]

const joined = (language: Language, names: readonly string[]): string =>
  new Intl.ListFormat(language, { type: 'disjunction' }).format(names)

function drawn(language: Language, days: readonly ShownDay[], drawing: Drawing): Html {
  const { title, name, parts, columns = parts } = drawing
  const t = textsOf(language).overview
  const nameOf = ({ date }: ShownDay) => dayOrHour(language, date, false)
  const amounts = days.map((day) => ({
    parts: parts.map(({ of }) => of(day)),
    title: [
      nameOf(day),
      ...columns.map((each) => `${each.name}: ${amountText(language, each.of(day))}`),
    ].join('\n'),
  }))
  const highest = Math.max(...amounts.map((day) => day.parts.reduce((sum, part) => sum + part, 0)))
  if (highest === 0) return html`<section><h2>${title}</h2><p>${t.nothing}</p></section>`
  return html`<section>
    <h2>${title}</h2>
    <p class="keys">
      ${parts.map((part) => key(part.look, part.name))}
      <span class="hint">${t.highest} <bdi>${amountText(language, highest)}</bdi></span>
    </p>
    ${chart(language, { name, columns: amounts, looks: parts.map(({ look }) => look) })}
    <p class="between hint">
      <span>${nameOf(days[0]!)}</span><span>${nameOf(days.at(-1)!)}</span>
    </p>
    <details>
      <summary>${t.asTable}</summary>
      ${wideTable(
        title,
        [t.day, ...columns.map((each) => each.name)],
        days.toReversed().map(
          (day) =>
            html`<tr>
              <th scope="row">${nameOf(day)}</th>
              ${columns.map(({ of }) => html`<td>${amountText(language, of(day))}</td>`)}
            </tr>`,
        ),
      )}
    </details>
  </section>`
}
