import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { moment } from './moment.ts'
import { address, noticeBox, problemBox, titleOf } from './parts.ts'
import { textsOf, type Texts } from './texts/all.ts'
import { bulkForm } from './users-bulk.ts'
import { usersFilterForm, usersPath, type ShownUserFilter } from './users-filter.ts'

/** An account as the list has it. */
export type ShownUser = {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly privilege: keyof Texts['users']['privileges']
  /** The main account that owns it; `null`: it is one. */
  readonly main: { readonly id: string; readonly login: string } | null
  readonly code: keyof Texts['users']['codes']
  readonly codeWaits: boolean
  readonly factors: readonly string[]
  readonly codesLeft: number
  readonly lastSeen: Date | null
  readonly states: readonly (keyof Texts['users']['states'])[]
}

type UsersProps = {
  readonly wanted: ShownUserFilter
  /** The address of the main account whose people alone are shown. */
  readonly main: string | null
  /** Those of several main accounts are shown. */
  readonly hasMains: boolean
  readonly count: number
  /** It was counted so far. */
  readonly most: number
  readonly users: readonly ShownUser[]
  /** Where this page goes on after, and the next one. */
  readonly after: string | null
  readonly next: string | null
  readonly notice: string | null
  readonly problem: string | null
}

/** Everybody somebody looks after. */
export function usersPage(frame: Frame, props: UsersProps): Html {
  const { wanted, main, users, notice, problem } = props
  const t = textsOf(frame.language).users
  return layout(
    frame,
    titleOf(frame.language, t.title, problem !== null),
    html`<h1>${t.title}</h1>
      ${noticeBox(notice)} ${problemBox(problem)}
      <p>${t.lead}</p>
      <p class="buttons">
        <a class="button second" href="/users/new">${t.add}</a>
        <a class="button second" href="/users/import">${textsOf(frame.language).importing.toImport}</a>
      </p>
      ${usersFilterForm(frame.language, wanted, main)}
      <p class="hint" id="count">
        ${users.length === 0 ? t.none : counted(t, props)}
        ${usersPath(wanted, null) !== '/users' && html`<a href="/users">${t.showAll}</a>`}
      </p>
      ${users.length > 0 && table(frame, props)} ${pages(t, props)}
      ${users.length > 0 && bulkForm(frame.language, wanted, props.after)}`,
    'users',
    'roomy',
  )
}

const counted = (t: Texts['users'], { count, most }: UsersProps): string =>
  count > most ? t.more({ most: most.toLocaleString('en') }) : t.count({ count })

/** A table; on a narrow screen its rows stand as cards, and each cell says what it is. */
function table({ language }: Frame, props: UsersProps): Html {
  const t = textsOf(language).users
  const head = [t.tick, t.name, t.privilege, t.code, t.lastSeen, t.state]
  return html`<table class="people" role="table" aria-labelledby="count">
    <thead role="rowgroup">
      <tr role="row">
        ${head.map((each) => html`<th scope="col" role="columnheader">${each}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${props.users.map((user) => row(language, user, props.hasMains))}
    </tbody>
  </table>`
}

function row(language: Frame['language'], user: ShownUser, hasMains: boolean): Html {
  const t = textsOf(language).users
  const { id, name, email, lastSeen } = user
  const cell = (label: string, content: unknown): Html =>
    html`<td role="cell" data-label="${label}"><div>${content}</div></td>`
  return html`<tr role="row">
    <td role="cell" class="box">
      <input
        type="checkbox"
        name="id"
        value="${id}"
        form="bulk"
        aria-label="${t.tickOne({ name })}"
      />
    </td>
    <th scope="row" role="rowheader">
      <a href="/users/user?id=${id}"><bdi>${name}</bdi></a>
      <span class="hint">${address(email)}</span>
    </th>
    ${cell(t.privilege, html`${t.privileges[user.privilege]} ${hasMains && mainOf(t, user)}`)}
    ${cell(t.code, html`${codeText(t, user)} <span class="hint">${factors(language, user)}</span>`)}
    ${cell(t.lastSeen, lastSeen === null ? t.never : moment(language, lastSeen))}
    ${cell(t.state, marks(t, user.states))}
  </tr>`
}

const mainOf = (t: Texts['users'], { main }: ShownUser): Html =>
  html`<span class="hint">${
    main === null
      ? t.isMain
      : html`<a href="/users?main=${main.id}" aria-label="${t.mainAccount}: ${main.login}"
          >${address(main.login)}</a
        >`
  }</span>`

export const codeText = (
  t: Texts['users'],
  { code, codeWaits }: Pick<ShownUser, 'code' | 'codeWaits'>,
): string => (codeWaits ? `${t.codes[code]} (${t.waits})` : t.codes[code])

/** "authenticator app, code by e-mail, 8 recovery codes". */
function factors(language: Frame['language'], user: ShownUser): string {
  const { users: t, security } = textsOf(language)
  const kinds: Readonly<Record<string, string>> = security.kinds
  const names = [...new Set(user.factors)].flatMap((kind) => kinds[kind] ?? [])
  const codes = user.codesLeft > 0 ? [t.codesLeft({ left: user.codesLeft })] : []
  const all = [...names, ...codes]
  return all.length === 0
    ? t.noFactors
    : new Intl.ListFormat(language, { type: 'unit', style: 'short' }).format(all)
}

const looks = {
  disabled: 'off',
  locked: 'off',
  invited: '',
  password_due: '',
  unproven: '',
  fine: 'on',
}

export const marks = (t: Texts['users'], states: ShownUser['states']): Html[] => {
  const shown = states.length === 0 ? (['fine'] as const) : states
  return shown.map((state) => html`<span class="state ${looks[state]}">${t.states[state]}</span> `)
}

function pages(t: Texts['users'], { wanted, after, next }: UsersProps): Html | null {
  if (after === null && next === null) return null
  return html`<nav class="pages" aria-label="${t.pages}">
    ${after !== null && html`<a class="button second" href="${usersPath(wanted, null)}">${t.first}</a>`}
    ${next !== null && html`<a class="button second" rel="next" href="${usersPath(wanted, next)}">${t.next}</a>`}
  </nav>`
}
