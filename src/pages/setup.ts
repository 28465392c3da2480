import { html } from 'hono/html'
import { accountFields, type Country } from './account-fields.ts'
import { layout, type Frame, type Html } from './layout.ts'
import {
  emailField,
  passwordField,
  problemBox,
  problemSummary,
  titleOf,
  type AccountValues,
  type FieldProblems,
} from './parts.ts'
import { textsOf } from './texts/all.ts'

type SetupProps = {
  readonly token: string
  readonly values: AccountValues
  readonly countries: readonly Country[]
  readonly problems: FieldProblems
  readonly problem: string | null
}

export function setupPage(frame: Frame, props: SetupProps): Html {
  const { values, countries, problems, problem } = props
  const { setup, labels, hints } = textsOf(frame.language)
  const title = setup.title({ product: frame.product })
  const isWrong = problem !== null || Object.keys(problems).length > 0
  return layout(
    frame,
    titleOf(frame.language, title, isWrong),
    html`<h1>${title}</h1>
      ${problemBox(problem)} ${problemSummary(frame.language, problems, labels)}
      <p>${setup.lead}</p>
      <form method="post" action="/setup">
        <input type="hidden" name="token" value="${props.token}" />
        ${emailField({
          name: 'email',
          label: labels.email,
          hint: hints.email,
          problem: problems.email,
          value: values.email,
        })}
        ${accountFields(frame.language, values, countries, problems)}
        ${passwordField(frame.language, {
          name: 'password',
          label: labels.password,
          hint: hints.password,
          problem: problems.password,
          more: { autocomplete: 'new-password' },
        })}
        <button class="main">${setup.submit}</button>
      </form>`,
  )
}
