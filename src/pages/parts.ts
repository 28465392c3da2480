import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import type { Html } from './layout.ts'
import { textsOf } from './texts/all.ts'

/** What a form about an account holds, as it was typed. */
export type AccountValues = {
  readonly email: string
  readonly name: string
  readonly country: string
  readonly language: string
  readonly phone: string
}

/** What is wrong with a form: the name of a field, and the text beside it. */
export type FieldProblems = Readonly<Partial<Record<string, string>>>

/** Codes, numbers and addresses run from left to right in every language. */
export const ltr = (text: string): Html => html`<bdi dir="ltr">${text}</bdi>`

/** Where somebody is reached: on one line, cut where there is no room for it. */
export const address = (text: string): Html =>
  html`<bdi dir="ltr" class="address" title="${text}">${text}</bdi>`

/** Something the person did has worked. */
export const noticeBox = (text: string | null): Html | null =>
  text === null ? null : html`<div class="note done" role="status"><p>${text}</p></div>`

export const PROBLEM_ID = 'problem'

/** The page as a whole was refused. Fields that it concerns point at it by `PROBLEM_ID`. */
export const problemBox = (text: string | null): Html | null =>
  text === null
    ? null
    : html`<div class="note problem" role="alert" id="${PROBLEM_ID}"><p>${text}</p></div>`

/** Names every wrong field, each a way to its place. It takes the focus, so it is read first. */
export function problemSummary(
  language: Language,
  problems: FieldProblems,
  labels: Readonly<Record<string, string>>,
): Html | null {
  const wrong = Object.entries(problems).filter(([, text]) => text !== undefined)
  if (wrong.length === 0) return null
  return html`<div class="note problem" role="alert" tabindex="-1" autofocus>
    <p>${textsOf(language).labels.fix}</p>
    <ul>
      ${wrong.map(
        ([name, text]) =>
          html`<li><a href="#${idOf(name)}">${labels[name] ?? name}</a>: ${text}</li>`,
      )}
    </ul>
  </div>`
}

/** The title of the document says first that something is wrong. */
export const titleOf = (language: Language, title: string, isWrong: boolean): string =>
  isWrong ? `${textsOf(language).layout.problem}: ${title}` : title

type Attributes = Readonly<Record<string, string | boolean | undefined>>

/** `true` writes the name alone; `false` and `undefined` write nothing. */
export const attributes = (all: Attributes): Html[] =>
  Object.entries(all).flatMap(([name, value]) => {
    if (value === undefined || value === false) return []
    return value === true ? [html` ${name}`] : [html` ${name}="${value}"`]
  })

type Field = {
  readonly name: string
  readonly label: string
  readonly optional?: string
  readonly hint?: Html | string
  readonly problem?: string | undefined
  /** The id of something else on the page that says more about this field. */
  readonly describedBy?: string | undefined
}

const idOf = (name: string): string => `field-${name}`

/** A label, a hint, what is wrong, and `control`, tied together for those who cannot see it. */
const labelled = (field: Field, control: Html): Html =>
  html`<div class="${field.problem === undefined ? 'field' : 'field wrong'}">
    <label for="${idOf(field.name)}">
      ${field.label} ${field.optional && html`<span class="optional">(${field.optional})</span>`}
    </label>
    ${field.hint && html`<p class="hint" id="${idOf(field.name)}-hint">${field.hint}</p>`}
    ${field.problem && html`<p class="why" id="${idOf(field.name)}-why">${field.problem}</p>`}
    ${control}
  </div>`

const ties = (field: Field): Html[] => {
  const described = [
    field.describedBy,
    field.problem && `${idOf(field.name)}-why`,
    field.hint && `${idOf(field.name)}-hint`,
  ].filter(Boolean)
  return attributes({
    id: idOf(field.name),
    name: field.name,
    'aria-describedby': described.join(' ') || undefined,
    'aria-invalid': field.problem === undefined ? undefined : 'true',
  })
}

/** One line to type into. */
export const inputField = (field: Field & { value?: string; more: Attributes }): Html =>
  labelled(field, html`<input${ties(field)}${attributes({ value: field.value, ...field.more })} />`)

/** The address somebody signs in with. */
export const emailField = (field: Field & { value: string; more?: Attributes }): Html =>
  inputField({
    ...field,
    more: {
      type: 'text',
      inputmode: 'email',
      autocomplete: 'username',
      autocapitalize: 'off',
      spellcheck: 'false',
      dir: 'ltr',
      required: true,
      ...field.more,
    },
  })

/** Several lines to type into. */
export const areaField = (field: Field & { value: string; more: Attributes }): Html =>
  labelled(
    field,
    html`<textarea${ties(field)}${attributes({ spellcheck: 'false', ...field.more })}>
${field.value}</textarea
    >`,
  )

type Option = { readonly value: string; readonly name: string; readonly lang?: string }

/** One of several; `empty` is the text while none is chosen. */
export const selectField = (
  field: Field & { value: string; empty?: string; options: readonly Option[]; more: Attributes },
): Html =>
  labelled(
    field,
    html`<select${ties(field)}${attributes(field.more)}>
      ${field.empty && html`<option value="">${field.empty}</option>`}
      ${field.options.map(({ value, name, lang }) => {
        const marks = attributes({ value, lang, selected: value === field.value })
        return html`<option${marks}>${name}</option>`
      })}
    </select>`,
  )

/** A password, with a button to look at it where there is JavaScript. */
export function passwordField(language: Language, field: Field & { more: Attributes }): Html {
  const t = textsOf(language).labels
  return labelled(
    field,
    html`<div class="reveal">
      <input type="password"${ties(field)}${attributes({ required: true, ...field.more })} />
      <button
        type="button"
        class="quiet"
        hidden
        data-reveal="${idOf(field.name)}"
        data-hide="${t.hide}"
        data-hide-label="${t.hidePassword}"
        aria-label="${t.showPassword}"
      >
        ${t.show}
      </button>
    </div>`,
  )
}

/** A box to tick. */
export const tickField = (
  field: Omit<Field, 'optional'> & { value: string; more: Attributes },
): Html =>
  html`<div class="tick">
    <input type="checkbox"${ties(field)}${attributes({ value: field.value, ...field.more })} />
    <div>
      <label for="${idOf(field.name)}">${field.label}</label>
      ${field.hint && html`<p class="hint" id="${idOf(field.name)}-hint">${field.hint}</p>`}
    </div>
  </div>`

/** A form that is one button. */
export const buttonForm = (
  action: string,
  text: string,
  look: 'main' | 'second' | 'danger' | 'quiet',
): Html =>
  html`<form method="post" action="${action}"><button class="${look}">${text}</button></form>`

/** Copies the text of the element with this id, and says so, or that it could not, beside it. */
export const copyButton = (id: string, text: string, copied: string, failed: string): Html =>
  html`<button
    type="button"
    class="second"
    hidden
    data-copy="${id}"
    data-copied="${copied}"
    data-failed="${failed}"
  >
    ${text}
  </button>`
