import { html } from 'hono/html'
import type { Frame, Html } from './layout.ts'
import { inputField, problemSummary, selectField, tickField, type FieldProblems } from './parts.ts'
import type { Kind, Much, Numbered } from './policy-words.ts'
import { textsOf, type Texts } from './texts/all.ts'

/** The form as it was typed; boxes are `yes` or not there. */
export type PolicyValues = Readonly<Record<Numbered | 'protection' | 'requiredFrom', string>> &
  Readonly<Partial<Record<Box, string | undefined>>>

type Box = (typeof useNames)[Kind] | (typeof strongNames)[Much] | 'measure' | 'advised'

export type PolicyFormProps = {
  /** The main account; '' is the installation. */
  readonly owner: string
  readonly version: number
  readonly values: PolicyValues
  /** What may be used here at all. */
  readonly kinds: readonly Kind[]
  /** Who can have much to say there. */
  readonly privileges: readonly Much[]
  readonly problems: FieldProblems
}

const useNames = {
  passkey: 'usePasskey',
  totp: 'useTotp',
  sms: 'useSms',
  email: 'useEmail',
} as const

export const strongNames = {
  operator: 'strongOperator',
  manage: 'strongManage',
  support: 'strongSupport',
} as const

/** Who must have what, and since when. */
export function policyForm(frame: Frame, props: PolicyFormProps): Html {
  const { language } = frame
  const { policy: t, history } = textsOf(language)
  const { values, problems, kinds, privileges } = props
  const box = (name: Box, label: string, hint?: string): Html =>
    tickField({
      name,
      label,
      value: 'yes',
      ...(hint !== undefined && { hint }),
      more: { checked: values[name] === 'yes' },
    })
  const numbers = (some: readonly Numbered[]) => some.map((name) => numberField(frame, props, name))
  const protections = Object.entries(t.protections).map(([value, name]) => ({ value, name }))
  return html`<section class="card">
    <h2>${t.form}</h2>
    ${problemSummary(language, problems, labelsOf(t))}
    <form method="post" action="/policy">
      ${hidden(props, {})}
      ${values.advised === 'yes' && html`<input type="hidden" name="advised" value="yes" />`}
      ${selectField({
        name: 'protection',
        label: t.rules.protection,
        hint: t.protectionHint,
        problem: problems['protection'],
        value: values.protection,
        options: protections,
        more: { required: true },
      })}
      ${inputField({
        name: 'requiredFrom',
        label: t.rules.requiredFrom,
        hint: t.requiredFromHint,
        problem: problems['requiredFrom'],
        value: values.requiredFrom,
        more: { type: 'date', dir: 'ltr' },
      })}
      ${group(
        'strong',
        t.strong,
        t.strongHint,
        problems['strongManage'],
        privileges.map((each) => box(strongNames[each], t.privileges[each])),
      )}
      ${group(
        'what',
        t.what,
        t.whatHint,
        problems['usePasskey'],
        kinds.map((kind) => box(useNames[kind], history.factors[kind])),
      )}
      ${group(
        'times',
        t.times,
        t.timesHint,
        undefined,
        numbers(['rememberDays', 'idleMinutes', 'sessionHours']),
      )}
      ${group('cases', t.cases, t.timesHint, undefined, numbers(['caseKnownHours', 'caseHours']))}
      ${box('measure', t.measure, t.measureHint)}
      <button class="main">${t.goOn}</button>
    </form>
  </section>`
}

/** What a form says beside what is seen: whose it is, in place of which version, and more. */
export const hidden = (
  { owner, version }: Pick<PolicyFormProps, 'owner' | 'version'>,
  more: Readonly<Record<string, string | undefined>>,
): Html =>
  html`${Object.entries({ main: owner, version: String(version), ...more }).map(([name, value]) =>
    value === undefined ? null : html`<input type="hidden" name="${name}" value="${value}" />`,
  )}`

const labelsOf = (t: Texts['policy']): Record<string, string> => ({
  ...t.rules,
  strongManage: t.strong,
  usePasskey: t.what,
})

function group(
  name: string,
  legend: string,
  hint: string,
  problem: string | undefined,
  fields: readonly Html[],
): Html {
  return html`<fieldset aria-describedby="${name}-hint">
    <legend>${legend}</legend>
    <p class="hint" id="${name}-hint">${hint}</p>
    ${problem && html`<p class="why">${problem}</p>`} ${fields}
  </fieldset>`
}

function numberField(
  { language }: Frame,
  { values, problems }: PolicyFormProps,
  name: Numbered,
): Html {
  const t = textsOf(language).policy
  return inputField({
    name,
    label: t.rules[name],
    hint: t[`${name}Hint`],
    problem: problems[name],
    value: values[name],
    more: { type: 'text', inputmode: 'numeric', dir: 'ltr', autocomplete: 'off' },
  })
}
