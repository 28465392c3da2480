import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { inputField, problemBox, titleOf } from './parts.ts'
import { passkeyForm } from './passkey-form.ts'
import { setUpPlace, setUpWaysOut } from './set-up-place.ts'
import { textsOf } from './texts/all.ts'

type SetUpPasskeyProps = {
  /** What the browser is asked to make, as JSON. */
  readonly options: string
  readonly name: string
  readonly nameProblem: string | undefined
  readonly problem: string | null
}

/** Has the browser make a passkey. */
export function setUpPasskeyPage(frame: Frame, props: SetUpPasskeyProps): Html {
  const { setUpPasskey: t, setUpApp, code, labels } = textsOf(frame.language)
  const { problem, nameProblem } = props
  const fields = html`<input type="hidden" name="with" value="passkey" />
    ${inputField({
      name: 'name',
      label: setUpApp.name,
      optional: labels.optional,
      hint: t.nameHint,
      problem: nameProblem,
      value: props.name,
      more: { type: 'text', autocomplete: 'off' },
    })}`
  return layout(
    frame,
    titleOf(frame.language, t.title, problem !== null || nameProblem !== undefined),
    html`<h1>${t.title}</h1>
      <div class="sheet">
        ${problemBox(problem)}
        <p>${t.what}</p>
        ${passkeyForm(frame.language, {
          action: setUpPlace(frame).code,
          submit: t.submit,
          does: 'create',
          options: { json: props.options },
          fields,
        })}
        <div class="ways">${setUpWaysOut(frame, code.cancel)}</div>
      </div>`,
    'security',
  )
}
