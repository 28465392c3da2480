import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { moment } from './moment.ts'
import { ltr, noticeBox, problemBox, titleOf } from './parts.ts'
import { textsOf, type Texts } from './texts/all.ts'

/** What may be shown; `all` is everything. */
type Group = keyof Texts['history']['groups']

/** Something that happened, in words. */
export type Happening = {
  readonly id: string
  readonly at: Date
  readonly what: string
  readonly details: readonly (readonly [label: string, value: string])[]
  /** `null`: nobody did it in a browser. */
  readonly device: string | null
  readonly address: string
  readonly place: string | null
  readonly canBeDenied: boolean
}

type HistoryProps = {
  readonly happenings: readonly Happening[]
  readonly group: Group
  /** Where the next page goes on. */
  readonly older: string | null
  readonly isNewest: boolean
  /** How much a file holds, as it is written. */
  readonly most: string
  readonly notice: string | null
  readonly problem: string | null
}

const HERE = '/account/history'

/** What happened in an account, a page of it. */
export function historyPage(frame: Frame, props: HistoryProps): Html {
  const { happenings, problem } = props
  const t = textsOf(frame.language).history
  return layout(
    frame,
    titleOf(frame.language, t.title, problem !== null),
    html`<h1>${t.title}</h1>
      ${noticeBox(props.notice)} ${problemBox(problem)}
      <p>${t.lead}</p>
      ${filter(frame, props)}
      ${
        happenings.length === 0
          ? html`<p>${t.empty}</p>`
          : html`<ol class="events" role="list">
              ${happenings.map((each) => entry(frame, each))}
            </ol>`
      }
      ${ways(frame, props)} ${files(frame, props.most)}`,
    'history',
  )
}

/** The address of a page of it: what happened before `before`, an id; `null` is the newest. */
export const pathOf = (group: Group, before: string | null): string => {
  const query = new URLSearchParams({
    ...(group !== 'all' && { show: group }),
    ...(before !== null && { before }),
  }).toString()
  return query === '' ? HERE : `${HERE}?${query}`
}

function filter({ language }: Frame, { group }: HistoryProps): Html {
  const t = textsOf(language).history
  const link = (name: Group): Html =>
    name === group
      ? html`<a href="${pathOf(name, null)}" aria-current="true">${t.groups[name]}</a>`
      : html`<a href="${pathOf(name, null)}">${t.groups[name]}</a>`
  return html`<nav class="filter" aria-label="${t.show}">
    ${(Object.keys(t.groups) as Group[]).map(link)}
  </nav>`
}

function entry(frame: Frame, happening: Happening): Html {
  const { id, canBeDenied } = happening
  const t = textsOf(frame.language).history
  return html`<li>
    ${happeningText(frame, happening, 'h2')}
    ${
      canBeDenied &&
      html`<form method="post" action="/account/history/not-me">
        <input type="hidden" name="event" value="${id}" />
        <button class="quiet">${t.notMe}</button>
      </form>`
    }
  </li>`
}

/** What happened, when and where; under a heading of this rank. */
export function happeningText(
  { language }: Frame,
  { at, what, details, device, address, place }: Happening,
  rank: 'h2' | 'h3',
): Html {
  const from = device === null ? [] : [html`<bdi>${device}</bdi>`]
  if (address !== '') from.push(ltr(address))
  if (place !== null) from.push(html`<bdi>${place}</bdi>`)
  return html`<div>
    ${rank === 'h2' ? html`<h2>${what}</h2>` : html`<h3>${what}</h3>`}
    ${details.map(([label, value]) => html`<p class="detail">${label}: <bdi>${value}</bdi></p>`)}
    <p class="hint">
      ${moment(language, at)}${from.map((each) => html` <span>· ${each}</span>`)}
    </p>
  </div>`
}

function ways({ language }: Frame, { group, older, isNewest }: HistoryProps): Html | null {
  const t = textsOf(language).history
  if (older === null && isNewest) return null
  return html`<p class="between">
    ${older !== null && html`<a href="${pathOf(group, older)}" rel="next">${t.older}</a>`}
    ${!isNewest && html`<a href="${pathOf(group, null)}">${t.newest}</a>`}
  </p>`
}

function files({ language }: Frame, most: string): Html {
  const t = textsOf(language).history
  return html`<section class="card">
    <h2>${t.files}</h2>
    <p>${t.filesWhat({ most })}</p>
    <p class="keep">
      <a class="button second" href="${HERE}.csv" download>${t.csv}</a>
      <a class="button second" href="${HERE}.json" download>${t.json}</a>
    </p>
  </section>`
}
