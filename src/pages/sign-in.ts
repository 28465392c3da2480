import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { emailField, noticeBox, passwordField, problemBox, PROBLEM_ID, titleOf } from './parts.ts'
import { forget, passkeyForm, type UnknownPasskey } from './passkey-form.ts'
import { textsOf } from './texts/all.ts'

type SignInProps = {
  readonly login: string
  /** Where the person was going. */
  readonly to: string | null
  readonly problem: string | null
  readonly notice: string | null
  readonly hasPasskeys: boolean
  /** A passkey that was shown and is none of ours any more. */
  readonly unknown: UnknownPasskey | null
}

export function signInPage(
  frame: Frame,
  { login, to, problem, notice, hasPasskeys, unknown }: SignInProps,
): Html {
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
          more: { autofocus: login === '', autocomplete: 'username webauthn' },
        })}
        ${passwordField(frame.language, {
          name: 'password',
          label: labels.password,
          describedBy,
          more: { autocomplete: 'current-password', autofocus: login !== '' },
        })}
        <button class="main">${signIn.submit}</button>
      </form>
      ${hasPasskeys && passkeySignIn(frame, to)} ${unknown !== null && forget(unknown)}
      <p class="ways"><a href="/sign-in/forgot">${signIn.forgot}</a></p>`,
  )
}

/** Offered as a button, and by the browser itself beside the login. */
const passkeySignIn = ({ language }: Frame, to: string | null): Html =>
  html`<div class="or">
    ${passkeyForm(language, {
      action: '/sign-in/passkey',
      submit: textsOf(language).signIn.passkey,
      does: 'get',
      options: { from: '/sign-in/passkey' },
      fields: to === null ? null : html`<input type="hidden" name="to" value="${to}" />`,
      look: 'second',
    })}
  </div>`
