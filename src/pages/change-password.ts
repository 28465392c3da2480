import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { passwordField, problemBox, problemSummary, titleOf, type FieldProblems } from './parts.ts'
import { textsOf } from './texts/all.ts'

type ChangePasswordProps = {
  /** For the one who keeps the person's passwords. */
  readonly login: string
  readonly problems: FieldProblems
  /** The whole was refused. */
  readonly problem: string | null
}

/** Asks for the present password and the one that is to take its place. */
export function changePasswordPage(frame: Frame, props: ChangePasswordProps): Html {
  const { login, problems, problem } = props
  const { changePassword: t, labels, hints, code } = textsOf(frame.language)
  const isWrong = problem !== null || Object.keys(problems).length > 0
  const names = { current: labels.currentPassword, next: labels.newPassword }
  return layout(
    frame,
    titleOf(frame.language, t.title, isWrong),
    html`<h1>${t.title}</h1>
      <div class="sheet">
        ${problemBox(problem)} ${problemSummary(frame.language, problems, names)}
        <p>${t.lead}</p>
        <form method="post" action="/account/password">
          <input type="text" value="${login}" autocomplete="username" hidden readonly />
          ${passwordField(frame.language, {
            name: 'current',
            label: labels.currentPassword,
            problem: problems.current,
            more: { autocomplete: 'current-password', autofocus: !isWrong },
          })}
          ${passwordField(frame.language, {
            name: 'next',
            label: labels.newPassword,
            hint: hints.password,
            problem: problems.next,
            more: { autocomplete: 'new-password' },
          })}
          <button class="main">${t.submit}</button>
        </form>
        <section class="ways" aria-label="${code.otherWays}">
          <p><a href="/account/security">${code.cancel}</a></p>
        </section>
      </div>`,
    'security',
  )
}
