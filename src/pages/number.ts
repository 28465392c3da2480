import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import type { Country } from './account-fields.ts'
import { layout, type Frame, type Html } from './layout.ts'
import {
  inputField,
  ltr,
  problemBox,
  problemSummary,
  selectField,
  titleOf,
  type FieldProblems,
} from './parts.ts'
import { setUpPlace } from './set-up-place.ts'
import { textsOf, type Texts } from './texts/all.ts'

export type NumberProps = {
  /** Those that codes are sent to. */
  readonly countries: readonly Country[]
  /** As it was typed. */
  readonly country: string
  readonly phone: string
  readonly problems: FieldProblems
  /** The number that gets codes now, masked. */
  readonly own: string | null
  /** What protects better here. */
  readonly better: readonly ('passkey' | 'totp')[]
  /** The whole was refused. */
  readonly problem: string | null
}

/** Asks for the number that codes are to go to, and says what they do not protect from. */
export function numberPage(frame: Frame, props: NumberProps): Html {
  const { language } = frame
  const { number: t, labels, door } = textsOf(language)
  const { problems, own } = props
  const title = own === null ? t.title : t.anotherTitle
  const isWrong = props.problem !== null || Object.keys(problems).length > 0
  return layout(
    frame,
    titleOf(language, title, isWrong),
    html`<h1>${title}</h1>
      ${problemBox(props.problem)} ${problemSummary(language, problems, labels)}
      <p>${own === null ? t.lead : t.now({ phone: html`<strong class="number">${ltr(own)}</strong>` })}</p>
      <div class="note warning">
        <p>${t.risk} ${props.better.length > 0 && t.better({ ways: listOf(language, props) })}</p>
      </div>
      <form method="post" action="${setUpPlace(frame).number}" class="card">
        ${selectField({
          name: 'country',
          label: labels.country,
          problem: problems['country'],
          value: props.country,
          empty: labels.chooseCountry,
          options: props.countries.map(({ code, name }) => ({ value: code, name })),
          more: { autocomplete: 'country', required: true },
        })}
        ${inputField({
          name: 'phone',
          label: labels.phone,
          hint: t.hint,
          problem: problems['phone'],
          value: props.phone,
          more: { type: 'tel', autocomplete: 'tel', dir: 'ltr', required: true },
        })}
        <button class="main">${t.check}</button>
      </form>
      <p class="ways"><a href="${setUpPlace(frame).back}">${frame.account ? t.back : door.another}</a></p>`,
    'security',
  )
}

function listOf(language: Language, { better }: NumberProps): string {
  const { kinds } = textsOf(language).security
  const names = better.map((kind) => kinds[kind])
  return new Intl.ListFormat(language, { type: 'disjunction' }).format(names)
}

type CheckProps = {
  /** In international form, and in E.164. */
  readonly shown: string
  readonly phone: string
  /** ISO 3166-1 alpha-2, and what it is called. */
  readonly country: string
  readonly countryName: string
  readonly kind: keyof Texts['number']['kinds']
}

/** Shows a number back before anything is sent to it. Nothing is kept meanwhile: it is sent along. */
export function checkNumberPage(frame: Frame, props: CheckProps): Html {
  const { number: t, labels, door } = textsOf(frame.language)
  const fields = html`<input type="hidden" name="country" value="${props.country}" />
    <input type="hidden" name="phone" value="${props.phone}" />`
  return layout(
    frame,
    t.checkTitle,
    html`<h1>${t.checkTitle}</h1>
      <section class="card">
        <dl class="facts">
          <dt>${labels.phone}</dt>
          <dd class="number">${ltr(props.shown)}</dd>
          <dt>${t.kind}</dt>
          <dd>${t.kinds[props.kind]}</dd>
          <dt>${labels.country}</dt>
          <dd>${props.countryName}</dd>
        </dl>
        ${props.kind === 'fixed' && html`<div class="note warning"><p>${t.fixed}</p></div>`}
        <div class="keep">
        <form method="post" action="${setUpPlace(frame).addNumber}">
          ${fields}
          ${frame.account === null && html`<input type="hidden" name="kind" value="sms" />`}
          <button class="main">${t.send}</button>
        </form>
        <form method="post" action="${setUpPlace(frame).number}">
          ${fields}
          <input type="hidden" name="correct" value="yes" />
          <button class="second">${t.correct}</button>
        </form>
        </div>
      </section>
      <p class="ways"><a href="${setUpPlace(frame).back}">${frame.account ? t.back : door.another}</a></p>`,
    'security',
  )
}
