import { html } from 'hono/html'
import type { What } from './confirm-code.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { buttonForm, passwordField, problemBox, PROBLEM_ID, titleOf } from './parts.ts'
import { textsOf } from './texts/all.ts'

type Props = { readonly what: What | null; readonly problem: string | null }

/** Asks for the password once more, where there is nothing else to show. */
export function confirmPasswordPage(frame: Frame, { what, problem }: Props): Html {
  const { stepUp, labels, code } = textsOf(frame.language)
  return layout(
    frame,
    titleOf(frame.language, stepUp.title, problem !== null),
    html`<h1>${stepUp.title}</h1>
      <div class="sheet">
        ${problemBox(problem)} ${what !== null && html`<p>${stepUp.what[what]}</p>`}
        <form method="post" action="/account/confirm">
          ${passwordField(frame.language, {
            name: 'password',
            label: labels.password,
            hint: stepUp.password,
            describedBy: problem === null ? undefined : PROBLEM_ID,
            more: { autocomplete: 'current-password', autofocus: true },
          })}
          <button class="main">${code.submit}</button>
        </form>
        <section class="ways" aria-label="${code.otherWays}">
          ${buttonForm('/account/confirm/cancel', code.cancel, 'quiet')}
        </section>
      </div>`,
  )
}
