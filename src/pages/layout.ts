import { html } from 'hono/html'
import { directionOf, languages, type Language } from '../lib/language.ts'
import { languageNames, textsOf } from './texts/all.ts'

export type Html = ReturnType<typeof html>

/** An entry of the menu. */
type Place =
  | 'profile'
  | 'security'
  | 'devices'
  | 'history'
  | 'overview'
  | 'users'
  | 'cases'
  | 'policy'
  | 'events'
  | 'deliveries'
  | 'settings'

/** What is round every page, whichever it is. */
export type Frame = {
  readonly language: Language
  /** The name shown, for example "Nightlatch". */
  readonly product: string
  /** The path of this page with its query, to come back to when the language is changed. */
  readonly path: string
  /** Who is signed in. */
  readonly account: {
    readonly name: string
    readonly login: string
    readonly privilege: 'operator' | 'manage' | 'support' | null
  } | null
  /** No mail server is set, messages wait in /outbox. */
  readonly outbox: boolean
  readonly assets: { readonly style: string; readonly script: string }
}

/**
 * A whole document: `body` inside the frame. `place` is the entry of the menu we are at. One that is roomy has
 * tables and charts, and takes more of a wide screen than what is read and filled in.
 */
export const layout = (
  frame: Frame,
  title: string,
  body: Html,
  place?: Place,
  room: 'roomy' | '' = '',
): Html => {
  const t = textsOf(frame.language).layout
  return html`<!doctype html>
    <html lang="${frame.language}" dir="${directionOf(frame.language)}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title} · ${frame.product}</title>
        <link rel="icon" href="${ICON}" />
        <link rel="stylesheet" href="${frame.assets.style}" />
        <script src="${frame.assets.script}" defer></script>
      </head>
      <body class="${frame.account ? 'inside' : 'outside'} ${room}">
        <a class="skip" href="#content">${t.skip}</a>
        ${frame.outbox && banner(frame)}
        <header class="top">
          <div class="bar">
            <a class="brand" href="/">${mark}<bdi>${frame.product}</bdi></a>
            ${frame.account && signOut(frame, frame.account)}
          </div>
          ${frame.account && menu(frame, frame.account, place)}
        </header>
        <main id="content" tabindex="-1">${body}</main>
        <footer class="foot">${languageForm(frame)}</footer>
      </body>
    </html>`
}

const banner = ({ language }: Frame): Html => {
  const t = textsOf(language).layout
  return html`<aside class="banner" aria-label="${t.warning}">
    <p>${t.banner} <a href="/outbox">${t.outbox}</a></p>
  </aside>`
}

const signOut = ({ language }: Frame, account: NonNullable<Frame['account']>): Html =>
  html`<form class="who" method="post" action="/sign-out">
    <bdi class="name" title="${account.login}">${account.name}</bdi>
    <button class="quiet">${textsOf(language).layout.signOut}</button>
  </form>`

const menu = (
  { language }: Frame,
  { privilege }: NonNullable<Frame['account']>,
  place: Place | undefined,
): Html => {
  const t = textsOf(language).layout
  const entry = (name: Place, href: string): Html =>
    name === place
      ? html`<a href="${href}" aria-current="page">${t[name]}</a>`
      : html`<a href="${href}">${t[name]}</a>`
  const others = desks.filter(([, , who]) => who.includes(privilege))
  return html`<nav class="menu" aria-label="${t.menu}">
      ${entry('profile', '/account')} ${entry('security', '/account/security')}
      ${entry('devices', '/account/devices')} ${entry('history', '/account/history')}
    </nav>
    ${
      others.length > 0 &&
      html`<nav class="menu" aria-label="${t.desks}">
        ${others.map(([name, href]) => entry(name, href))}
      </nav>`
    }`
}

type Held = NonNullable<Frame['account']>['privilege']

/** Where one with a privilege looks beside what is their own: its page, and who finds it. */
const desks: readonly (readonly [Place, string, readonly Held[]])[] = [
  ['overview', '/overview', ['manage', 'operator']],
  ['users', '/users', ['manage', 'operator']],
  ['cases', '/cases', ['support', 'manage', 'operator']],
  ['policy', '/policy', ['manage', 'operator']],
  ['events', '/events', ['manage', 'operator']],
  ['deliveries', '/deliveries', ['operator']],
  ['settings', '/settings/delivery', ['operator']],
  ['settings', '/settings/keys', ['manage']],
]

const languageForm = (frame: Frame): Html =>
  html`<form
    class="languages"
    method="post"
    action="/language"
    aria-label="${textsOf(frame.language).layout.language}"
  >
    <input type="hidden" name="to" value="${frame.path}" />
    ${languages.map((language) => languageButton(language, language === frame.language))}
  </form>`

const languageButton = (language: Language, isCurrent: boolean): Html =>
  isCurrent
    ? html`<button class="quiet" name="language" value="${language}" lang="${language}" aria-current="true">
        ${languageNames[language]}
      </button>`
    : html`<button class="quiet" name="language" value="${language}" lang="${language}">
        ${languageNames[language]}
      </button>`

// A crescent round a keyhole: the night and the latch.
const MOON = 'M20.6 14.9A9.3 9.3 0 1 1 11.2 2.7a7.6 7.6 0 0 0 9.4 12.2z'
const KEYHOLE = 'M16.4 4.2a2.5 2.5 0 0 1 1.25 4.66l.75 3.34h-4l.75-3.34a2.5 2.5 0 0 1 1.25-4.66z'

const mark = html`<svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
  <path class="moon" d="${MOON}" />
  <path class="keyhole" d="${KEYHOLE}" />
</svg>`

const ICON = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#5b6ea8" d="${MOON}"/><path fill="#b58a3c" d="${KEYHOLE}"/></svg>`,
)}`
