import { html } from 'hono/html'
import type { Frame, Html } from './layout.ts'
import { moment } from './moment.ts'
import { attributes, inputField, ltr, problemSummary, type FieldProblems } from './parts.ts'
import { textsOf, type Texts } from './texts/all.ts'

type Country = {
  readonly code: string
  readonly name: string
  /** Accounts there. */
  readonly count: number
  readonly isTicked: boolean
}

/** The rules as they are typed. */
export type RulesProps = {
  readonly countries: readonly Country[]
  readonly values: Readonly<Record<RuleField, string>>
  readonly version: string
  readonly problems: FieldProblems
}

const numbers = ['messagesDay', 'moneyDay', 'accountMessagesDay', 'accountMoneyDay'] as const
type RuleField = (typeof numbers)[number] | 'currency'

/** A prefix to which nothing goes any more. */
export type StoppedRow = {
  readonly prefix: string
  readonly country: string
  readonly sent: number
  readonly entered: number
  readonly since: Date
}

/** Where text messages may go, and how many. */
export function rulesForm(frame: Frame, props: RulesProps, isFixed: boolean): Html {
  const { countries, values, version, problems } = props
  const t = textsOf(frame.language).delivery
  if (isFixed) return rulesFacts(frame, props)
  const near = countries.filter(({ count, isTicked }) => count > 0 || isTicked)
  const far = countries.filter((each) => !near.includes(each))
  return html`<section class="card">
    <h2>${t.rules}</h2>
    ${problemSummary(frame.language, problems, labelsOf(t))}
    <form method="post" action="/settings/delivery/rules">
      <input type="hidden" name="version" value="${version}" />
      <fieldset id="field-countries" aria-describedby="countries-hint">
        <legend>${t.where}</legend>
        <p class="hint" id="countries-hint">${t.whereHint}</p>
        <div class="ticks">${near.map((country) => tick(frame, country))}</div>
        <details>
          <summary>${t.others}</summary>
          <div class="ticks">${far.map((country) => tick(frame, country))}</div>
        </details>
      </fieldset>
      ${inputField({
        name: 'currency',
        label: t.currency,
        hint: t.currencyHint,
        problem: problems['currency'],
        value: values.currency,
        more: { type: 'text', dir: 'ltr', autocomplete: 'off', required: true },
      })}
      <fieldset aria-describedby="caps-hint">
        <legend>${t.caps}</legend>
        <p class="hint" id="caps-hint">${t.capsHint}</p>
        ${numbers.map((name) => numberField(frame, props, name))}
      </fieldset>
      <button class="main">${t.saveRules}</button>
    </form>
  </section>`
}

const labelsOf = (t: Texts['delivery']): Record<string, string> =>
  Object.fromEntries([
    ['countries', t.where],
    ['currency', t.currency],
    ...numbers.map((name) => [name, t[name]] as const),
  ])

const isMoney = (name: RuleField): boolean => name.endsWith('oneyDay')

function numberField({ language }: Frame, props: RulesProps, name: RuleField): Html {
  const t = textsOf(language).delivery
  return inputField({
    name,
    label: t[name],
    problem: props.problems[name],
    value: props.values[name],
    ...(isMoney(name) && { hint: t.noCap }),
    more: {
      type: 'text',
      inputmode: isMoney(name) ? 'decimal' : 'numeric',
      dir: 'ltr',
      autocomplete: 'off',
      required: !isMoney(name),
    },
  })
}

function tick({ language }: Frame, { code, name, count, isTicked }: Country): Html {
  const t = textsOf(language).delivery
  const box = attributes({ value: code, id: `country-${code}`, checked: isTicked })
  return html`<div class="tick">
    <input type="checkbox" name="country"${box} />
    <label for="country-${code}">
      ${name} ${count > 0 && html`<span class="optional">(${t.people({ count })})</span>`}
    </label>
  </div>`
}

/** The same where a file says it. */
function rulesFacts({ language }: Frame, { countries, values }: RulesProps): Html {
  const t = textsOf(language).delivery
  const names = countries.filter(({ isTicked }) => isTicked).map(({ name }) => name)
  const listed = new Intl.ListFormat(language, { type: 'unit' }).format(names)
  return html`<section class="card">
    <h2>${t.rules}</h2>
    <dl class="facts">
      <dt>${t.where}</dt>
      <dd>${listed || textsOf(language).labels.none}</dd>
      <dt>${t.currency}</dt>
      <dd>${ltr(values.currency)}</dd>
      ${numbers.map(
        (name) =>
          html`<dt>${t[name]}</dt>
            <dd>${values[name] === '' ? t.none : ltr(values[name])}</dd>`,
      )}
    </dl>
  </section>`
}

/** Numbers that get no codes any more, and the way to let them have some again. */
export function stoppedCard({ language }: Frame, stopped: readonly StoppedRow[]): Html {
  const t = textsOf(language).delivery
  return html`<section class="card">
    <h2>${t.stopped}</h2>
    <p>${t.stoppedWhat}</p>
    ${stopped.length === 0 && html`<p>${t.stoppedNone}</p>`}
    <ul class="routes">
      ${stopped.map(
        ({ prefix, country, sent, entered, since }) =>
          html`<li class="item">
            <h3>${ltr(prefix)} <span class="optional">(${country})</span></h3>
            <p>${t.stoppedSeen({ sent, entered })} ${moment(language, since)}</p>
            <form method="post" action="/settings/delivery/release">
              <input type="hidden" name="prefix" value="${prefix}" />
              <button class="second" aria-label="${t.releaseOne({ prefix })}">${t.release}</button>
            </form>
          </li>`,
      )}
    </ul>
  </section>`
}
