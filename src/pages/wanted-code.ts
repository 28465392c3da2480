import { html } from 'hono/html'
import { addForm } from './add-factor.ts'
import type { Frame, Html } from './layout.ts'
import { buttonForm, ltr } from './parts.ts'
import { textsOf, type Texts } from './texts/all.ts'

export type ShownWanted = {
  readonly code: keyof Texts['wantedCode']['codes']
  /** What is to be proven next; `null`: all of it counts. */
  readonly missing: 'email' | 'sms' | 'app' | null
  /** The number it is to go to, in international form, where an administrator has said one. */
  readonly phone: string | null
  /** It can be done now. */
  readonly canBegin: boolean
}

/** What an administrator wants to be asked at sign-in, and how to prove it. */
export function wantedCode(
  { language }: Frame,
  { code, missing, phone, canBegin }: ShownWanted,
  isProtected: boolean,
): Html {
  const t = textsOf(language).wantedCode
  return html`<section class="card">
    <h2>${t.title}</h2>
    <p>${t.codes[code]}</p>
    <p>${missing === null ? t.counts : t.waits}</p>
    ${phone !== null && html`<p>${t.number({ phone: html`<strong class="number">${ltr(phone)}</strong>` })}</p>`}
    ${missing !== null && canBegin && begin(missing, t.begin[missing], isProtected)}
  </section>`
}

/** In the usual ways in which a factor is set up. */
function begin(missing: 'email' | 'sms' | 'app', text: string, isProtected: boolean): Html {
  if (missing === 'email')
    return isProtected
      ? addForm('email', text, 'main')
      : buttonForm('/account/security/protect', text, 'main')
  return html`<p><a class="button main" href="/account/security/${missing}">${text}</a></p>`
}

/** In place of the button that switches protection off. */
export const keptOn = ({ language }: Frame): Html => {
  const t = textsOf(language)
  return html`<section class="card">
    <h2>${t.security.unprotectTitle}</h2>
    <p>${t.wantedCode.kept}</p>
  </section>`
}
