import { html } from 'hono/html'
import type { Frame, Html } from './layout.ts'
import { textsOf } from './texts/all.ts'

type Part = 'delivery' | 'keys'

/** The parts of the settings, for those who have more than one of them. */
export function settingsNav({ language, account }: Frame, here: Part): Html | null {
  if (account?.privilege !== 'operator') return null
  const t = textsOf(language).keys
  const parts = [
    ['delivery', t.delivery],
    ['keys', t.title],
  ] as const
  const link = ([part, name]: (typeof parts)[number]): Html =>
    part === here
      ? html`<a href="/settings/${part}" aria-current="true">${name}</a>`
      : html`<a href="/settings/${part}">${name}</a>`
  return html`<nav class="filter" aria-label="${t.settings}">${parts.map(link)}</nav>`
}
