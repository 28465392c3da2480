import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { emailField, problemBox, PROBLEM_ID, titleOf } from './parts.ts'
import { textsOf } from './texts/all.ts'

type ForgotProps = { readonly login: string; readonly problem: string | null }

/** Asks where the link to set a new password is to go. */
export function forgotPage(frame: Frame, { login, problem }: ForgotProps): Html {
  const { forgot, labels, lost } = textsOf(frame.language)
  return layout(
    frame,
    titleOf(frame.language, forgot.title, problem !== null),
    html`<h1>${forgot.title}</h1>
      ${problemBox(problem)}
      <p>${forgot.lead}</p>
      <form method="post" action="/sign-in/forgot">
        ${emailField({
          name: 'login',
          label: labels.email,
          describedBy: problem === null ? undefined : PROBLEM_ID,
          value: login,
          more: { autofocus: true },
        })}
        <button class="main">${forgot.submit}</button>
      </form>
      <ul class="others ways">
        <li><a href="/lost">${lost.link}</a></li>
        <li><a href="/sign-in">${forgot.back}</a></li>
      </ul>`,
  )
}

/** The answer, whether or not there is such an account. */
export function forgotSentPage(frame: Frame): Html {
  const { forgot } = textsOf(frame.language)
  return layout(
    frame,
    forgot.sentTitle,
    html`<h1>${forgot.sentTitle}</h1>
      <div class="note done" role="status"><p>${forgot.sent}</p></div>
      <p>${forgot.spam}</p>
      <p class="ways"><a href="/sign-in">${forgot.back}</a></p>`,
  )
}
