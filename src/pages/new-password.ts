import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { buttonForm, passwordField, problemBox, problemSummary, titleOf } from './parts.ts'
import { textsOf } from './texts/all.ts'

type NewPasswordProps = {
  readonly fieldProblem: string | null
  /** The whole was refused. */
  readonly problem: string | null
} & (
  | { readonly about: 'reset'; readonly token: string }
  /** Others know the old one; `remember`: the person has ticked that this device be remembered. */
  | { readonly about: 'known'; readonly login: string; readonly remember: boolean }
)

/** Asks for a new password on the way in: by a mailed link, or because others know the old one. */
export function newPasswordPage(frame: Frame, props: NewPasswordProps): Html {
  const { newPassword, labels, hints, code } = textsOf(frame.language)
  const { title, lead } = newPassword[props.about]
  const { problem, fieldProblem } = props
  const problems = fieldProblem === null ? {} : { password: fieldProblem }
  return layout(
    frame,
    titleOf(frame.language, title, problem !== null || fieldProblem !== null),
    html`<h1>${title}</h1>
      <div class="sheet">
        ${problemBox(problem)}
        ${problemSummary(frame.language, problems, { password: labels.newPassword })}
        <p>${lead}</p>
        <form method="post" action="/sign-in/${props.about === 'reset' ? 'reset' : 'password'}">
          ${hiddenFields(props)}
          ${passwordField(frame.language, {
            name: 'password',
            label: labels.newPassword,
            hint: hints.password,
            problem: problems.password,
            more: { autocomplete: 'new-password', autofocus: fieldProblem === null },
          })}
          <button class="main">${newPassword.submit}</button>
        </form>
        ${
          props.about === 'known' &&
          html`<section class="ways" aria-label="${code.otherWays}">
            ${buttonForm('/sign-in/cancel', code.restart, 'quiet')}
          </section>`
        }
      </div>`,
  )
}

function hiddenFields(props: NewPasswordProps): Html {
  if (props.about === 'reset')
    return html`<input type="hidden" name="token" value="${props.token}" />`
  // Whose it is, for the program that keeps the person's passwords.
  return html`<input type="text" value="${props.login}" autocomplete="username" hidden readonly />
    ${props.remember && html`<input type="hidden" name="remember" value="yes" />`}`
}
