import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import {
  areaField,
  inputField,
  passwordField,
  problemBox,
  problemSummary,
  selectField,
  titleOf,
  type FieldProblems,
} from './parts.ts'
import { receiptCard } from './receipt-card.ts'
import { textsOf, type Texts } from './texts/all.ts'

/** What can be typed about a route, by the names of the fields. */
export type RouteValues = Readonly<Record<RouteField, string>>

export type RouteField =
  | 'name'
  | 'host'
  | 'port'
  | 'security'
  | 'user'
  | 'tls'
  | 'systemId'
  | 'systemType'
  | 'from'
  | 'recipe'
  | 'countries'
  | 'prices'

type RouteFormProps = {
  /** `smtp`, `smpp`, `own`, or the name of a recipe. */
  readonly kind: string
  /** What the recipe calls itself. */
  readonly title: string | null
  /** The one that is changed, and which version of it; `null`: a new one. */
  readonly route: { readonly id: string; readonly version: string; readonly name: string } | null
  readonly values: RouteValues
  /** The secrets of the recipe, by name. */
  readonly secrets: readonly string[]
  readonly problems: FieldProblems
  /** What is wrong with the recipe. */
  readonly recipeProblem: Html | null
  readonly problem: string | null
  /** Where its gateway sends receipts; `null` while it is not linked, or where there are none. */
  readonly receipts: string | null
}

/** How a gateway is reached. What is secret is typed here, and never shown again. */
export function routeFormPage(frame: Frame, props: RouteFormProps): Html {
  const t = textsOf(frame.language).delivery
  const { kind, route, problems, problem } = props
  const made = props.title ?? ownKind(t, kind)
  const title = route ? t.changeTitle({ name: route.name }) : t.newTitle({ kind: made })
  const isWrong = problem !== null || Object.keys(problems).length > 0
  return layout(
    frame,
    titleOf(frame.language, title, isWrong),
    html`<h1>${title}</h1>
      ${problemBox(problem)} ${problemSummary(frame.language, problems, labelsOf(t, props))}
      ${props.recipeProblem && html`<div class="note problem"><p>${props.recipeProblem}</p></div>`}
      <div class="card">
        <form method="post" action="/settings/delivery/route">
          <input type="hidden" name="kind" value="${kind}" />
          <input type="hidden" name="id" value="${route?.id ?? ''}" />
          <input type="hidden" name="version" value="${route?.version ?? ''}" />
          ${line(frame, props, 'name', { hint: t.nameHint, isNeeded: true, dir: 'auto' })}
          ${fieldsOf(frame, props)} ${kind !== 'smtp' && whereAndPrice(frame, props)}
          <div class="buttons">
            <button class="main">${t.save}</button>
            <a class="button quiet" href="/settings/delivery">${t.back}</a>
          </div>
        </form>
      </div>
      ${receiptCard(frame.language, props.receipts)}
      ${props.title !== null && route === null && copyLink(frame, kind)}`,
    'settings',
  )
}

const ownKind = ({ kinds }: Texts['delivery'], kind: string): string =>
  kind === 'smtp' || kind === 'smpp' ? kinds[kind] : kinds.own

const secretField = (index: number): string => `secret${index + 1}`

const labelsOf = (t: Texts['delivery'], { secrets }: RouteFormProps): Record<string, string> => {
  const named = secrets.map((name, index) => [secretField(index), name] as const)
  const { name, host, port, security, user, tls, systemId, systemType, from, recipe } = t
  const own = { name, host, port, security, user, tls, systemId, systemType, from, recipe }
  const { countries, prices, secret: password } = t
  return { ...own, countries, prices, password, ...Object.fromEntries(named) }
}

function fieldsOf(frame: Frame, props: RouteFormProps): Html {
  const t = textsOf(frame.language).delivery
  switch (props.kind) {
    case 'smtp':
      return html`${host(frame, props)}
      ${choice(frame, props, 'security', [
        { value: 'starttls', name: t.securities.starttls },
        { value: 'tls', name: t.securities.tls },
        { value: 'off', name: t.securities.off },
      ])}
      ${line(frame, props, 'user')} ${password(frame, props)}`
    case 'smpp':
      return html`${host(frame, props)}
      ${choice(frame, props, 'tls', [
        { value: 'yes', name: t.tlsOn },
        { value: 'no', name: t.tlsOff },
      ])}
      ${line(frame, props, 'systemId', { isNeeded: true })} ${password(frame, props)}
      ${line(frame, props, 'systemType')} ${line(frame, props, 'from', { hint: t.fromHint })}`
    default:
      return html`${props.kind === 'own' && recipe(frame, props)}
      ${line(frame, props, 'from', { hint: t.fromHint })} ${secretFields(frame, props)}`
  }
}

const host = (frame: Frame, props: RouteFormProps): Html =>
  html`${line(frame, props, 'host', { isNeeded: true })}
  ${line(frame, props, 'port', { isNeeded: true, inputmode: 'numeric' })}`

function line(
  { language }: Frame,
  { values, problems }: RouteFormProps,
  name: RouteField,
  more: {
    readonly hint?: string
    readonly isNeeded?: boolean
    readonly inputmode?: string
    readonly dir?: string
  } = {},
): Html {
  const t = textsOf(language).delivery
  const { hint, isNeeded = false, inputmode, dir = 'ltr' } = more
  return inputField({
    name,
    label: t[name],
    problem: problems[name],
    value: values[name],
    ...(hint && { hint }),
    ...(!isNeeded && { optional: textsOf(language).labels.optional }),
    more: {
      type: 'text',
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
      dir,
      inputmode,
      required: isNeeded,
    },
  })
}

const choice = (
  { language }: Frame,
  { values, problems }: RouteFormProps,
  name: 'security' | 'tls',
  options: readonly { readonly value: string; readonly name: string }[],
): Html =>
  selectField({
    name,
    label: textsOf(language).delivery[name],
    problem: problems[name],
    value: values[name],
    options,
    more: { required: true },
  })

function password(frame: Frame, { route, problems }: RouteFormProps): Html {
  const t = textsOf(frame.language).delivery
  return passwordField(frame.language, {
    name: 'password',
    label: t.secret,
    problem: problems['password'],
    ...(route && { hint: t.keeps }),
    more: { required: false, autocomplete: 'off', dir: 'ltr' },
  })
}

function secretFields(frame: Frame, { route, secrets, problems }: RouteFormProps): Html {
  const t = textsOf(frame.language).delivery
  const fields = secrets.map((name, index) =>
    passwordField(frame.language, {
      name: secretField(index),
      label: name,
      problem: problems[secretField(index)],
      ...(route && { hint: t.keeps }),
      more: { required: false, autocomplete: 'off', dir: 'ltr' },
    }),
  )
  return secrets.length === 0
    ? html``
    : html`<fieldset>
        <legend>${t.secrets}</legend>
        ${fields}
      </fieldset>`
}

function recipe({ language }: Frame, { values, secrets, problems }: RouteFormProps): Html {
  const t = textsOf(language).delivery
  const later = secrets.length === 0 ? ` ${t.secretsLater}` : ''
  return areaField({
    name: 'recipe',
    label: t.recipe,
    hint: t.recipeHint + later,
    problem: problems['recipe'],
    value: values.recipe,
    more: { rows: '16', dir: 'ltr', autocapitalize: 'off', required: true },
  })
}

function whereAndPrice(frame: Frame, props: RouteFormProps): Html {
  const t = textsOf(frame.language).delivery
  return html`${line(frame, props, 'countries', { hint: t.countriesHint })}
  ${areaField({
    name: 'prices',
    label: t.prices,
    optional: textsOf(frame.language).labels.optional,
    hint: t.pricesHint,
    problem: props.problems['prices'],
    value: props.values.prices,
    more: { rows: '4', dir: 'ltr', autocapitalize: 'off', placeholder: 'PT 0.045\n* 0.09' },
  })}`
}

const copyLink = ({ language }: Frame, kind: string): Html => {
  const query = new URLSearchParams({ kind: 'own', copy: kind }).toString()
  const href = `/settings/delivery/route?${query}`
  return html`<p><a href="${href}">${textsOf(language).delivery.copy}</a></p>`
}
