import { html } from 'hono/html'
import {
  EVENTS,
  eventsPath,
  searchForm,
  type EventsProblems,
  type ShownSearch,
} from './events-search.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { moment } from './moment.ts'
import { address as loginOf, ltr, problemBox, titleOf } from './parts.ts'
import { textsOf } from './texts/all.ts'

/** Something that happened, in words, with whom it is about and who did it. */
export type ShownEvent = {
  readonly id: string
  readonly at: Date
  readonly what: string
  readonly details: readonly (readonly [label: string, value: string])[]
  readonly device: string | null
  readonly address: string
  readonly place: string | null
  /** Without a login: the account is gone. `null`: it is about none. */
  readonly account: { readonly id: string; readonly login: string | null } | null
  /** Somebody else, who did it. */
  readonly actor: string | null
  readonly isErased: boolean
}

type EventsProps = {
  readonly said: ShownSearch
  readonly problems: EventsProblems
  readonly shown: readonly ShownEvent[]
  /** Where the next page goes on. */
  readonly older: string | null
  readonly isNewest: boolean
  /** Of the whole installation, not of one main account. */
  readonly isAll: boolean
}

/** What happened in the accounts that somebody looks after. */
export function eventsPage(frame: Frame, props: EventsProps): Html {
  const { said, problems, shown, isAll } = props
  const t = textsOf(frame.language).events
  const isBad = Object.keys(problems).length > 0
  return layout(
    frame,
    titleOf(frame.language, t.title, isBad),
    html`<h1>${t.title}</h1>
      ${problemBox(problems.export ? t.problems[problems.export] : null)}
      <p>${isAll ? t.lead : t.leadCompany}</p>
      ${searchForm(frame.language, said, problems, isAll)}
      ${
        !isBad &&
        html`<section aria-label="${t.found}">
          ${list(frame, props)} ${ways(frame, props)} ${shown.length > 0 && files(frame, said)}
        </section>`
      }`,
    'events',
    'roomy',
  )
}

function list(frame: Frame, { shown, older, said }: EventsProps): Html {
  const t = textsOf(frame.language).events
  if (shown.length === 0) return html`<p>${older === null ? t.empty : t.further}</p>`
  return html`<ol class="events" role="list">
    ${shown.map((each) => entry(frame, said, each))}
  </ol>`
}

function entry({ language }: Frame, said: ShownSearch, event: ShownEvent): Html {
  const { at, what, details, device, address, place, actor, isErased } = event
  const t = textsOf(language).events
  const from = device === null ? [] : [html`<bdi>${device}</bdi>`]
  if (address !== '') from.push(ltr(address))
  if (place !== null) from.push(html`<bdi>${place}</bdi>`)
  return html`<li>
    <div>
      <h2>${what}</h2>
      <p class="detail">${t.whose}: ${whose(language, said, event.account)}</p>
      ${actor !== null && html`<p class="detail">${t.actor}: ${loginOf(actor)}</p>`}
      ${details.map(([label, value]) => html`<p class="detail">${label}: <bdi>${value}</bdi></p>`)}
      ${isErased && html`<p class="detail">${t.erased}</p>`}
      <p class="hint">
        ${moment(language, at)}${from.map((each) => html` <span>· ${each}</span>`)}
      </p>
    </div>
  </li>`
}

function whose(
  language: Frame['language'],
  said: ShownSearch,
  account: ShownEvent['account'],
): Html {
  const t = textsOf(language).events
  if (account === null) return html`${t.nobody}`
  const { id, login } = account
  const href = eventsPath({ ...said, account: login ?? id }, null)
  const name = login === null ? html`${t.gone({ id })}` : loginOf(login)
  return html`<a href="${href}">${name}</a>`
}

function ways({ language }: Frame, { said, older, isNewest }: EventsProps): Html | null {
  const t = textsOf(language).events
  if (older === null && isNewest) return null
  return html`<p class="between after">
    ${older !== null && html`<a href="${eventsPath(said, older)}" rel="next">${t.older}</a>`}
    ${!isNewest && html`<a href="${eventsPath(said, null)}">${t.newest}</a>`}
  </p>`
}

function files({ language }: Frame, said: ShownSearch): Html {
  const t = textsOf(language).events
  return html`<section class="card">
    <h2>${t.export}</h2>
    <p>${t.exportWhat}</p>
    <form method="post" action="${EVENTS}/export" class="keep">
      ${Object.entries(said).map(
        ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
      )}
      <button class="second" name="format" value="csv">${t.csv}</button>
      <button class="second" name="format" value="json">${t.json}</button>
    </form>
  </section>`
}
