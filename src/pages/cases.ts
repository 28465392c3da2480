import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { moment } from './moment.ts'
import { address } from './parts.ts'
import { textsOf, type Texts } from './texts/all.ts'

export type CaseState = keyof Texts['cases']['states']

type ShownCase = {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly state: CaseState
  readonly opened: Date
  readonly from: Date
}

type CasesProps = {
  readonly isOpen: boolean
  readonly shown: readonly ShownCase[]
  /** Where the next page goes on. */
  readonly older: string | null
  readonly isNewest: boolean
}

const HERE = '/cases'

/** The address of a page of them. */
export function casesPath(isOpen: boolean, before: string | null): string {
  const query = new URLSearchParams({
    ...(!isOpen && { show: 'closed' }),
    ...(before !== null && { before }),
  }).toString()
  return query === '' ? HERE : `${HERE}?${query}`
}

/** The requests for recovery that somebody of support may look at. */
export function casesPage(frame: Frame, props: CasesProps): Html {
  const { isOpen, shown } = props
  const t = textsOf(frame.language).cases
  return layout(
    frame,
    t.title,
    html`<h1>${t.title}</h1>
      <p>${t.lead}</p>
      ${filter(frame, isOpen)}
      ${
        shown.length === 0
          ? html`<p>${isOpen ? t.noneOpen : t.noneClosed}</p>`
          : html`<ol class="events" role="list">
              ${shown.map((each) => entry(frame, each))}
            </ol>`
      }
      ${ways(frame, props)}`,
    'cases',
    'roomy',
  )
}

function filter({ language }: Frame, isOpen: boolean): Html {
  const t = textsOf(language).cases
  const link = (open: boolean, text: string): Html =>
    open === isOpen
      ? html`<a href="${casesPath(open, null)}" aria-current="true">${text}</a>`
      : html`<a href="${casesPath(open, null)}">${text}</a>`
  return html`<nav class="filter" aria-label="${t.show}">
    ${link(true, t.open)} ${link(false, t.closed)}
  </nav>`
}

function entry({ language }: Frame, { id, name, email, state, opened, from }: ShownCase): Html {
  const t = textsOf(language).cases
  return html`<li>
    <div>
      <h2><a href="${HERE}/case?id=${id}"><bdi>${name}</bdi></a> ${caseMark(language, state)}</h2>
      <p class="detail">${address(email)}</p>
      ${state === 'waiting' && html`<p class="detail">${t.from}: ${moment(language, from)}</p>`}
      <p class="hint">${t.opened}: ${moment(language, opened)}</p>
    </div>
  </li>`
}

export function caseMark(language: Language, state: CaseState): Html {
  const looks: Partial<Record<CaseState, string>> = {
    approved: 'on',
    used: 'on',
    refused: 'off',
    cancelled: 'off',
    over: 'off',
  }
  return html`<span class="state ${looks[state] ?? ''}">${textsOf(language).cases.states[state]}</span>`
}

function ways({ language }: Frame, { isOpen, older, isNewest }: CasesProps): Html | null {
  const t = textsOf(language).history
  if (older === null && isNewest) return null
  return html`<p class="between after">
    ${older !== null && html`<a href="${casesPath(isOpen, older)}" rel="next">${t.older}</a>`}
    ${!isNewest && html`<a href="${casesPath(isOpen, null)}">${t.newest}</a>`}
  </p>`
}
