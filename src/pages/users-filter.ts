import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import type { Html } from './layout.ts'
import { ltr } from './parts.ts'
import { textsOf, type Texts } from './texts/all.ts'

/** What is looked for; '' is everything. `main` is the id of a main account. */
export type ShownUserFilter = Readonly<
  Record<'find' | 'filter' | 'privilege' | 'main' | 'sort', string>
>

export const USERS = '/users'

/** The address of a page of it, after a place; `null` is the first. */
export function usersPath(wanted: ShownUserFilter, after: string | null): string {
  const set = Object.entries(wanted).filter(
    ([name, value]) => value !== '' && !(name === 'sort' && value === 'name'),
  )
  const query = new URLSearchParams({
    ...Object.fromEntries(set),
    ...(after !== null && { after }),
  }).toString()
  return query === '' ? USERS : `${USERS}?${query}`
}

/** The form to look for accounts; `main`: the main account whose people are shown, and its address. */
export function usersFilterForm(
  language: Language,
  wanted: ShownUserFilter,
  main: string | null,
): Html {
  const t = textsOf(language).users
  return html`<search>
    <form method="get" action="${USERS}" class="find">
      <label for="field-find">${t.find}</label>
      <p class="hint" id="field-find-hint">${t.findHint}</p>
      <div class="beside">
        <input
          type="search"
          id="field-find"
          name="find"
          value="${wanted.find}"
          dir="auto"
          autocomplete="off"
          aria-describedby="field-find-hint"
        />
        <button class="second">${t.submit}</button>
      </div>
      <div class="choose">
        ${choice('filter', t.filter, wanted.filter, t.everybody, t.filters)}
        ${choice('privilege', t.privilege, wanted.privilege, t.anyPrivilege, t.privileges)}
        ${choice('sort', t.sort, wanted.sort, null, t.sorts)}
      </div>
      ${main !== null && mainField(t, wanted, main)}
    </form>
  </search>`
}

const mainField = (t: Texts['users'], wanted: ShownUserFilter, main: string): Html =>
  html`<p>
    <input type="hidden" name="main" value="${wanted.main}" />
    ${t.anyMain}: ${ltr(main)}.
    <a href="${usersPath({ ...wanted, main: '' }, null)}">${t.stopMain}</a>
  </p>`

const choice = (
  name: string,
  label: string,
  chosen: string,
  all: string | null,
  texts: Readonly<Record<string, string>>,
): Html =>
  html`<div>
    <label for="field-${name}">${label}</label>
    <select id="field-${name}" name="${name}">
      ${all !== null && html`<option value="">${all}</option>`}
      ${Object.entries(texts).map(([value, text]) =>
        value === chosen
          ? html`<option value="${value}" selected>${text}</option>`
          : html`<option value="${value}">${text}</option>`,
      )}
    </select>
  </div>`
