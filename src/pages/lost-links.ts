import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import type { Html } from './layout.ts'
import { textsOf } from './texts/all.ts'

/** For somebody who has given the password, and has nothing left to show. */
export function lostLinks(language: Language): Html {
  const t = textsOf(language).lost
  return html`<ul class="others">
    <li><a href="/sign-in/lost">${t.link}</a></li>
    <li><a href="/sign-in/pass">${t.passLink}</a></li>
  </ul>`
}
