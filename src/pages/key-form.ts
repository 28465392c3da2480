import { html } from 'hono/html'
import type { Frame, Html } from './layout.ts'
import { attributes, inputField, problemSummary, selectField, type FieldProblems } from './parts.ts'
import { textsOf } from './texts/all.ts'

export type NewKeyProps = {
  /** As it was typed. `days` '' is never. */
  readonly values: {
    readonly name: string
    readonly days: string
    readonly main: string
    readonly scopes: readonly string[]
  }
  readonly problems: FieldProblems
}

/** The form of a key to be made. */
export function newKeyForm(frame: Frame, { values, problems }: NewKeyProps): Html {
  const { keys: t, labels } = textsOf(frame.language)
  const names = { name: t.name, scope: t.may, days: t.lasts, main: t.main }
  return html`<section class="card">
    <h2>${t.add}</h2>
    ${problemSummary(frame.language, problems, names)}
    <form method="post" action="/settings/keys">
      ${inputField({
        name: 'name',
        label: t.name,
        hint: t.nameHint,
        problem: problems['name'],
        value: values.name,
        more: { type: 'text', dir: 'auto', autocomplete: 'off', required: true },
      })}
      ${scopeTicks(frame, values.scopes, problems['scope'])}
      ${selectField({
        name: 'days',
        label: t.lasts,
        problem: problems['days'],
        value: values.days,
        options: (['30', '90', '365'] as const)
          .map((days): { value: string; name: string } => ({ value: days, name: t.lives[days] }))
          .concat({ value: '', name: t.lives.none }),
        more: {},
      })}
      ${
        frame.account?.privilege === 'operator' &&
        inputField({
          name: 'main',
          label: t.main,
          optional: labels.optional,
          hint: t.mainHint,
          problem: problems['main'],
          value: values.main,
          more: { type: 'text', inputmode: 'email', dir: 'ltr', autocomplete: 'off' },
        })
      }
      <button class="main">${t.submit}</button>
    </form>
  </section>`
}

function scopeTicks(
  { language }: Frame,
  ticked: readonly string[],
  problem: string | undefined,
): Html {
  const t = textsOf(language).keys
  return html`<fieldset
    id="field-scope"
    class="${problem === undefined ? '' : 'wrong'}"
    ${attributes({ 'aria-describedby': problem && 'field-scope-why' })}
  >
    <legend>${t.may}</legend>
    ${problem && html`<p class="why" id="field-scope-why">${problem}</p>`}
    ${Object.entries(t.scopes).map(([scope, text]) => {
      const box = attributes({ value: scope, id: scope, checked: ticked.includes(scope) })
      return html`<div class="tick">
        <input type="checkbox" name="scope"${box} />
        <label for="${scope}">${text}</label>
      </div>`
    })}
  </fieldset>`
}
