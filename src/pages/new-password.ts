import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { buttonForm, ltr, passwordField, problemBox, problemSummary, titleOf } from './parts.ts'
import { textsOf } from './texts/all.ts'

type NewPasswordProps = {
  readonly fieldProblem: string | null
  /** The whole was refused. */
  readonly problem: string | null
} & (
  | { readonly about: 'reset'; readonly token: string }
  /** The first one; `login`: what they sign in with. */
  | { readonly about: 'invitation'; readonly token: string; readonly login: string }
  /** Others know the old one, or an administrator wants another; `remember`: the person has ticked that this device be remembered. */
  | { readonly about: 'known' | 'due'; readonly login: string; readonly remember: boolean }
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
        ${props.about === 'invitation' && html`<p><strong>${ltr(props.login)}</strong></p>`}
        <form method="post" action="${actions[props.about]}">
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
          (props.about === 'known' || props.about === 'due') &&
          html`<section class="ways" aria-label="${code.otherWays}">
            ${buttonForm('/sign-in/cancel', code.restart, 'quiet')}
          </section>`
        }
      </div>`,
  )
}

const actions = {
  reset: '/sign-in/reset',
  invitation: '/invitation',
  known: '/sign-in/password',
  due: '/sign-in/password',
} as const

function hiddenFields(props: NewPasswordProps): Html {
  const token =
    'token' in props && html`<input type="hidden" name="token" value="${props.token}" />`
  if (!('login' in props)) return html`${token}`
  // Whose it is, for the program that keeps the person's passwords.
  const whose = html`<input
    type="text"
    value="${props.login}"
    autocomplete="username"
    hidden
    readonly
  />`
  if ('token' in props) return html`${token}${whose}`
  return html`${whose}
    ${props.remember && html`<input type="hidden" name="remember" value="yes" />`}`
}
