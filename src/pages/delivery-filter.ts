import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import { countryName } from './amounts.ts'
import type { Html } from './layout.ts'
import { textsOf } from './texts/all.ts'

/** What is looked for; '' is everything. */
export type ShownFilter = Readonly<Record<'by' | 'state' | 'route' | 'country', string>>

const HERE = '/deliveries'

/** The address of a page of it: `before` is the id of a message; `null` is the newest. */
export function deliveriesPath(days: number, filter: ShownFilter, before: string | null): string {
  const wanted = Object.entries(filter).filter(([, value]) => value !== '')
  const query = new URLSearchParams({
    ...(days !== USUAL_DAYS && { days: String(days) }),
    ...Object.fromEntries(wanted),
    ...(before !== null && { before }),
  }).toString()
  return query === '' ? HERE : `${HERE}?${query}`
}

export const USUAL_DAYS = 7

/** What to look for: the choices there are, one of each chosen. */
export function filterForm(
  language: Language,
  days: number,
  filter: ShownFilter,
  choices: { readonly routes: readonly string[]; readonly countries: readonly string[] },
): Html {
  const t = textsOf(language).deliveries
  const of = (texts: Readonly<Record<string, string>>) => Object.entries(texts)
  const countries = choices.countries.map((code) => [code, countryName(language, code)] as const)
  const { compare } = new Intl.Collator(language)
  return html`<search>
    <form method="get" action="${HERE}#messages" class="find">
      <div class="choose">
      ${days !== USUAL_DAYS && html`<input type="hidden" name="days" value="${String(days)}" />`}
      ${choice(t.all, t.filter.by, 'by', filter.by, of(t.by))}
      ${choice(t.all, t.filter.state, 'state', filter.state, of(t.states))}
      ${choice(
        t.all,
        t.filter.route,
        'route',
        filter.route,
        choices.routes.map((name) => [name, name]),
      )}
      ${choice(
        t.all,
        t.filter.country,
        'country',
        filter.country,
        countries.toSorted(([, a], [, b]) => compare(a, b)),
      )}
      <button class="second">${t.filter.submit}</button>
      </div>
    </form>
  </search>`
}

const choice = (
  all: string,
  label: string,
  name: keyof ShownFilter,
  chosen: string,
  options: readonly (readonly [value: string, text: string])[],
): Html =>
  html`<div>
    <label for="field-${name}">${label}</label>
    <select id="field-${name}" name="${name}">
      <option value="">${all}</option>
      ${options.map(([value, text]) =>
        value === chosen
          ? html`<option value="${value}" selected>${text}</option>`
          : html`<option value="${value}">${text}</option>`,
      )}
    </select>
  </div>`
