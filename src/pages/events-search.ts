import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import type { Html } from './layout.ts'
import { inputField } from './parts.ts'
import { textsOf, type Texts } from './texts/all.ts'

/** What is looked for; '' is everything. */
export type ShownSearch = Readonly<Record<'account' | 'kind' | 'from' | 'to' | 'address', string>>

type Code = keyof Texts['events']['problems']

/** What is wrong with it, by field; `export`: no file can be made now. */
export type EventsProblems = Readonly<Partial<Record<keyof ShownSearch | 'export', Code>>>

export const EVENTS = '/events'

/** The address of a page of it: `before` is the id of an event; `null` is the newest. */
export function eventsPath(said: ShownSearch, before: string | null): string {
  const wanted = Object.entries(said).filter(([, value]) => value !== '')
  const query = new URLSearchParams({
    ...Object.fromEntries(wanted),
    ...(before !== null && { before }),
  }).toString()
  return query === '' ? EVENTS : `${EVENTS}?${query}`
}

/** Every kind of event, by its group, and what an operator is told of. */
export function searchForm(
  language: Language,
  said: ShownSearch,
  problems: EventsProblems,
  isAll: boolean,
): Html {
  const t = textsOf(language).events
  const line = (name: 'account' | 'address', hint: string): Html =>
    inputField({
      name,
      label: t[name],
      hint,
      value: said[name],
      problem: problemAt(problems, name, t),
      more: {
        type: 'text',
        dir: 'ltr',
        autocapitalize: 'off',
        autocomplete: 'off',
        spellcheck: 'false',
      },
    })
  const day = (name: 'from' | 'to'): Html =>
    inputField({
      name,
      label: t[name],
      value: said[name],
      problem: problemAt(problems, name, t),
      more: { type: 'date', max: '9999-12-30' },
    })
  return html`<search>
    <form method="get" action="${EVENTS}" class="find">
      <div class="choose">${line('account', t.accountHint)} ${line('address', t.addressHint)}</div>
      <div class="choose">
        ${kinds(language, said.kind, isAll)} ${day('from')} ${day('to')}
        <button class="second">${t.submit}</button>
      </div>
    </form>
  </search>`
}

const problemAt = (
  problems: EventsProblems,
  name: keyof ShownSearch,
  t: Texts['events'],
): string | undefined => {
  const code = problems[name]
  return code && t.problems[code]
}

function kinds(language: Language, chosen: string, isAll: boolean): Html {
  const { events: t, history } = textsOf(language)
  const option = (value: string, text: string): Html =>
    value === chosen
      ? html`<option value="${value}" selected>${text}</option>`
      : html`<option value="${value}">${text}</option>`
  const { all: _, ...groups } = history.groups
  const { compare } = new Intl.Collator(language)
  const each = Object.entries(history.events).toSorted(([, a], [, b]) => compare(a, b))
  return html`<div class="field">
    <label for="field-kind">${t.kind}</label>
    <select id="field-kind" name="kind">
      ${option('', t.all)}
      ${Object.entries(groups).map(([name, text]) => option(name, t.allOf({ group: text })))}
      ${isAll && option('alarms', t.allOf({ group: t.alarmGroup }))}
      ${each.map(([name, text]) => option(name, text))}
    </select>
  </div>`
}
