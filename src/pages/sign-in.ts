import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { emailField, noticeBox, passwordField, problemBox, PROBLEM_ID, titleOf } from './parts.ts'
import { textsOf } from './texts/all.ts'

type SignInProps = {
  readonly login: string
  /** Where the person was going. */
  readonly to: string | null
  readonly problem: string | null
  readonly notice: string | null
}

export function signInPage(frame: Frame, { login, to, problem, notice }: SignInProps): Html {
  const { signIn, labels } = textsOf(frame.language)
  const describedBy = problem === null ? undefined : PROBLEM_ID
  return layout(
    frame,
    titleOf(frame.language, signIn.title, problem !== null),
    html`<h1>${signIn.title}</h1>
      ${noticeBox(notice)} ${problemBox(problem)}
      <form method="post" action="/sign-in">
        ${to !== null && html`<input type="hidden" name="to" value="${to}" />`}
        ${emailField({
          name: 'login',
          label: labels.email,
          describedBy,
          value: login,
          more: { autofocus: login === '' },
        })}
        ${passwordField(frame.language, {
          name: 'password',
          label: labels.password,
          describedBy,
          more: { autocomplete: 'current-password', autofocus: login !== '' },
        })}
        <button class="main">${signIn.submit}</button>
      </form>
      <p class="ways"><a href="/sign-in/forgot">${signIn.forgot}</a></p>`,
  )
}
