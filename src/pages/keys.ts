import { html } from 'hono/html'
import { newKeyForm, type NewKeyProps } from './key-form.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { moment } from './moment.ts'
import { copyButton, ltr, noticeBox, problemBox, titleOf } from './parts.ts'
import { settingsNav } from './settings-nav.ts'
import { textsOf, type Texts } from './texts/all.ts'

export type ShownKey = {
  readonly id: string
  readonly name: string
  readonly scopes: readonly (keyof Texts['keys']['scopes'])[]
  /** The address of the main account whose people it is for; `null`: it is for all. */
  readonly main: string | null
  /** `null`: whoever made it is gone. */
  readonly maker: string | null
  readonly made: Date
  readonly expires: Date | null
  readonly lastUsed: Date | null
  readonly state: keyof Texts['keys']['states']
  /** It waits to be shown to the one who looks. */
  readonly canBeShown: boolean
}

type KeysProps = {
  readonly keys: readonly ShownKey[]
  readonly form: NewKeyProps
  readonly notice: string | null
  readonly problem: string | null
}

/** The keys that programs show, and a form for another one. */
export function keysPage(frame: Frame, { keys, form, notice, problem }: KeysProps): Html {
  const t = textsOf(frame.language).keys
  const isWrong = problem !== null || Object.keys(form.problems).length > 0
  return layout(
    frame,
    titleOf(frame.language, t.title, isWrong),
    html`<h1>${t.title}</h1>
      ${settingsNav(frame, 'keys')} ${noticeBox(notice)} ${problemBox(problem)}
      <p>${t.lead}</p>
      <section class="card">
        <h2>${t.list}</h2>
        ${keys.length === 0 && html`<p>${t.none}</p>`}
        <ul class="routes">
          ${keys.map((key) => item(frame, key))}
        </ul>
      </section>
      ${newKeyForm(frame, form)}`,
    'settings',
  )
}

function item({ language }: Frame, key: ShownKey): Html {
  const t = textsOf(language).keys
  const { id, name } = key
  const may = key.scopes.map((scope) => t.scopes[scope])
  const facts: readonly (readonly [string, Html | string])[] = [
    [t.state, t.states[key.state]],
    [t.may, new Intl.ListFormat(language, { type: 'unit' }).format(may)],
    [t.reach, key.main === null ? t.all : html`${t.ofMain} ${ltr(key.main)}`],
    [t.maker, key.maker === null ? t.gone : html`<bdi>${key.maker}</bdi>`],
    [t.made, moment(language, key.made)],
    [t.expires, key.expires === null ? t.never : moment(language, key.expires)],
    [t.lastUsed, key.lastUsed === null ? t.notUsed : moment(language, key.lastUsed)],
  ]
  const button = (path: string, look: string, text: string, label: string): Html =>
    html`<form method="post" action="${path}">
      <input type="hidden" name="key" value="${id}" />
      <button class="${look}" aria-label="${label}">${text}</button>
    </form>`
  return html`<li class="item">
    <h3><bdi>${name}</bdi></h3>
    <dl class="facts">
      ${facts.map(
        ([what, is]) =>
          html`<dt>${what}</dt>
            <dd>${is}</dd>`,
      )}
    </dl>
    <div class="buttons">
      ${key.canBeShown && button('/settings/keys/show', 'main', t.show, t.showOne({ name }))}
      ${button('/settings/keys/end', 'danger', t.end, t.endOne({ name }))}
    </div>
  </li>`
}

/** The key itself, this once. */
export function shownKeyPage(
  frame: Frame,
  { name, shown }: { readonly name: string; readonly shown: string },
): Html {
  const { keys: t, recovery } = textsOf(frame.language)
  return layout(
    frame,
    t.shownTitle,
    html`<h1>${t.shownTitle}</h1>
      <section class="card">
        <h2><bdi>${name}</bdi></h2>
        <p>${t.shownLead}</p>
        <p id="key" class="key" dir="ltr"><code>${shown}</code></p>
        <div class="keep">
          ${copyButton('key', t.copy, recovery.copied, t.notCopied)}
          <p class="hint" role="status" data-said></p>
        </div>
      </section>
      <p><a href="/settings/keys">${t.back}</a></p>`,
    'settings',
  )
}
