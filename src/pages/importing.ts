import { html } from 'hono/html'
import { languages } from '../lib/language.ts'
import { layout, type Frame, type Html } from './layout.ts'
import {
  buttonForm,
  inputField,
  ltr,
  noticeBox,
  problemBox,
  selectField,
  tickField,
  titleOf,
} from './parts.ts'
import { languageNames, textsOf, type Texts } from './texts/all.ts'
import { wideTable } from './wide-table.ts'

const HERE = '/users/import'
const EXAMPLE = `login,name,country,phone,login_code
uma@example.com,Uma Reis,PT,912345678,sms
sam@example.com,Sam Hall,GB,,email`

type ImportProps = {
  readonly most: number
  readonly language: string
  readonly problem: string | null
}

/** Where a file of accounts is chosen, and where they can be had as one. */
export function importPage(frame: Frame, { most, language, problem }: ImportProps): Html {
  const t = textsOf(frame.language).importing
  const count = new Intl.NumberFormat(frame.language, { numberingSystem: 'latn' }).format(most)
  return layout(
    frame,
    titleOf(frame.language, t.title, problem !== null),
    html`<h1>${t.title}</h1>
      ${problemBox(problem)}
      <p>${t.lead}</p>
      <section class="card">
        <p>${t.columns}</p>
        <p>${t.example}:</p>
        <pre dir="ltr" tabindex="0">${EXAMPLE}</pre>
        <form method="post" action="${HERE}" enctype="multipart/form-data">
          ${tickField({ name: 'invite', label: t.invite, hint: t.inviteHint, value: 'yes', more: {} })}
          ${selectField({
            name: 'language',
            label: t.language,
            value: language,
            options: languages.map((each) => ({
              value: each,
              name: languageNames[each],
              lang: each,
            })),
            more: { required: true },
          })}
          ${inputField({
            name: 'file',
            label: t.file,
            hint: t.fileHint({ most: count }),
            more: { type: 'file', accept: '.csv,text/csv', required: true },
          })}
          <button class="main">${t.submit}</button>
        </form>
      </section>
      <section class="card">
        <p>${t.exportHint}</p>
        ${buttonForm('/users/export', t.export, 'second')}
      </section>
      <p><a href="/users">${t.back}</a></p>`,
    'users',
  )
}

type Result = keyof Texts['importing']['results']

type ImportedProps = {
  readonly id: string
  readonly state: keyof Texts['importing']['states']
  readonly done: number
  readonly all: number
  readonly counts: Readonly<Record<Result, number>>
  readonly refused: readonly {
    readonly line: number
    readonly login: string
    readonly why: string
  }[]
  readonly notice: string | null
  readonly problem: string | null
}

/** How far a file is, and what becomes of its lines. */
export function importedPage(frame: Frame, props: ImportedProps): Html {
  const { id, state, counts, notice, problem } = props
  const t = textsOf(frame.language).importing
  const isAtWork = state === 'checking' || state === 'doing'
  const hasSome = counts.made + counts.changed > 0
  return layout(
    frame,
    titleOf(frame.language, t.title, problem !== null),
    html`<h1>${t.title}</h1>
      ${noticeBox(notice)} ${problemBox(problem)}
      <section class="card" ${isAtWork && html`data-reload="2"`}>
        <p>${t.states[state]}</p>
        ${isAtWork && progress(frame, props)} ${summary(frame, props)}
        ${state === 'checked' && hasSome && idForm(`${HERE}/begin`, id, t.begin, 'main')}
        ${(state === 'checked' || state === 'done') && idForm(`${HERE}/drop`, id, t.drop, 'second')}
      </section>
      ${refusedLines(frame, props)}
      ${!isAtWork && html`<p><a href="${HERE}/lines.csv?id=${id}">${t.download}</a></p>`}
      <p><a href="/users">${t.back}</a></p>`,
    'users',
  )
}

const idForm = (action: string, id: string, text: string, look: 'main' | 'second'): Html =>
  html`<form method="post" action="${action}">
    <input type="hidden" name="id" value="${id}" />
    <button class="${look}">${text}</button>
  </form>`

function progress({ language }: Frame, { id, done, all }: ImportedProps): Html {
  const t = textsOf(language).importing
  const number = new Intl.NumberFormat(language, { numberingSystem: 'latn' })
  const said = t.of({ done: number.format(done), all: number.format(all) })
  return html`<p>
      <progress max="${Math.max(1, all)}" value="${done}" aria-label="${t.progress}"></progress>
      ${said}
    </p>
    <p><a href="${HERE}/file?id=${id}">${t.look}</a></p>`
}

function summary({ language }: Frame, { counts }: ImportedProps): Html {
  const t = textsOf(language).importing
  const results: readonly Result[] = ['made', 'changed', 'same', 'refused']
  return wideTable(
    t.summary,
    [t.result, t.number],
    results.map(
      (result) =>
        html`<tr>
          <td>${t.results[result]}</td>
          <td>${t.count({ count: counts[result] })}</td>
        </tr>`,
    ),
  )
}

function refusedLines({ language }: Frame, { counts, refused }: ImportedProps): Html | null {
  if (refused.length === 0) return null
  const t = textsOf(language).importing
  return html`<section>
    <h2>${t.refused}</h2>
    ${
      counts.refused > refused.length &&
      html`<p>${t.refusedSome({ shown: String(refused.length) })}</p>`
    }
    ${wideTable(
      t.refused,
      [t.line, t.login, t.why],
      refused.map(
        ({ line, login, why }) =>
          html`<tr>
            <td>${line}</td>
            <td>${ltr(login)}</td>
            <td>${why}</td>
          </tr>`,
      ),
    )}
  </section>`
}
