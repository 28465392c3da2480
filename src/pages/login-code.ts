import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { problemBox, selectField, titleOf } from './parts.ts'
import { textsOf, type Texts } from './texts/all.ts'
import { wideTable } from './wide-table.ts'

type T = Texts['loginCode']

/** Some accounts of which the same is true: how many, and the names of the first. */
export type Some = { readonly count: number; readonly first: readonly string[] }

export type LoginCodeProps = {
  readonly code: keyof Texts['users']['codes']
  readonly count: number
  readonly fates: readonly (Some & { readonly fate: keyof T['fates'] | keyof T['barred'] })[]
  readonly stuck: readonly (Some & { readonly why: keyof T['why'] })[]
  /** What was chosen for those, by why. */
  readonly wayOut: Readonly<Partial<Record<keyof T['why'], string>>>
  /** Nobody is stuck for whom nothing was chosen. */
  readonly isReady: boolean
  /** Everything else that the form sends again. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** Where one goes who does not want it. */
  readonly back: string
  readonly problem: string | null
}

/** Who gets what by it, and who would be locked out: nothing is saved before this was seen. */
export function loginCodePage(frame: Frame, props: LoginCodeProps): Html {
  const { code, count, stuck, problem, isReady } = props
  const { loginCode: t, users } = textsOf(frame.language)
  const lead = t.lead({ code: users.codes[code], count: users.count({ count }) })
  return layout(
    frame,
    titleOf(frame.language, t.title, problem !== null),
    html`<h1>${t.title}</h1>
      ${problemBox(problem)}
      <p>${lead} ${t.nothingYet}</p>
      ${fates(frame, props)}
      <form method="post" action="/users/login-code/save" class="card">
        ${props.fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
        ${stuck.length === 0 ? html`<p>${t.nobody}</p>` : waysOut(frame, props)}
        <div class="buttons">
          <button class="main">${t.save}</button>
          ${
            !isReady &&
            html`<button class="second" formaction="/users/login-code" formnovalidate>
              ${t.again}
            </button>`
          }
        </div>
      </form>
      <p><a href="${props.back}">${t.cancel}</a></p>`,
    'users',
  )
}

function fates({ language }: Frame, props: LoginCodeProps): Html | null {
  const { loginCode: t } = textsOf(language)
  const texts = { ...t.fates, ...t.barred }
  if (props.fates.length === 0) return null
  return wideTable(
    t.fate,
    [t.fate, t.howMany, t.who],
    props.fates.map(
      (some) =>
        html`<tr>
          <th scope="row">${texts[some.fate]}</th>
          <td>${some.count}</td>
          <td>${names(language, some)}</td>
        </tr>`,
    ),
  )
}

function waysOut({ language }: Frame, { stuck, wayOut }: LoginCodeProps): Html {
  const { loginCode: t, users } = textsOf(language)
  return html`<h2>${t.stuck}</h2>
    <div class="note warning"><p>${t.stuckWhat}</p></div>
    ${stuck.map(
      (some) =>
        html`<h3>${t.why[some.why]}</h3>
          <p>${names(language, some)}</p>
          ${selectField({
            name: some.why,
            label: t.wayOut({ count: users.count({ count: some.count }) }),
            value: wayOut[some.why] ?? '',
            empty: t.choose,
            options: Object.entries(t.ways)
              // Whose address is not proven gets none by e-mail.
              .filter(([way]) => way !== 'email' || some.why !== 'address_unproven')
              .map(([value, name]) => ({ value, name })),
            more: { required: true },
          })}`,
    )}`
}

function names(language: Frame['language'], { count, first }: Some): Html {
  const { loginCode: t, users } = textsOf(language)
  const more = count - first.length
  return html`${first.map((name, index) => html`${index > 0 && ' · '}<bdi>${name}</bdi>`)}
  ${more > 0 && t.others({ count: users.count({ count: more }) })}`
}
