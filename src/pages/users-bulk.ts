import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import type { Html } from './layout.ts'
import { selectField } from './parts.ts'
import { textsOf } from './texts/all.ts'
import type { ShownUserFilter } from './users-filter.ts'

/** What is done with several accounts at once. Its boxes stand in the list, and belong to it by its id. */
export function bulkForm(language: Language, wanted: ShownUserFilter, after: string | null): Html {
  const t = textsOf(language).users
  const options = (texts: Readonly<Record<string, string>>) =>
    Object.entries(texts).map(([value, name]) => ({ value, name }))
  return html`<section class="card">
    <h2>${t.bulk}</h2>
    <p>${t.bulkWhat}</p>
    <form method="post" action="/users/login-code" id="bulk">
      ${filterFields(wanted)}
      ${after !== null && html`<input type="hidden" name="after" value="${after}" />`}
      ${selectField({
        name: 'which',
        label: t.which,
        value: 'ticked',
        options: options(t.whichOnes),
        more: {},
      })}
      ${selectField({
        name: 'code',
        label: t.code,
        value: 'email',
        options: options(t.codes),
        more: {},
      })}
      <button class="main">${t.preview}</button>
    </form>
  </section>`
}

/** What was looked for, carried along. */
export const filterFields = (wanted: ShownUserFilter): Html[] =>
  Object.entries(wanted)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)
