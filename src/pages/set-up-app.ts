import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { inGroups } from './groups.ts'
import { copyButton, inputField, problemBox, PROBLEM_ID, titleOf } from './parts.ts'
import { qrImage } from './qr-image.ts'
import { setUpPlace, setUpWaysOut } from './set-up-place.ts'
import { codeInput } from './code-input.ts'
import { textsOf } from './texts/all.ts'

type SetUpAppProps = {
  readonly key: string
  readonly uri: string
  /** As it was typed, before a code that was wrong. */
  readonly name: string
  readonly nameProblem: string | undefined
  readonly problem: string | null
}

/** Shows the key of an authenticator app to scan or to type, and asks for the first code. */
export function setUpAppPage(frame: Frame, props: SetUpAppProps): Html {
  const { setUpApp: t, code, recovery, labels } = textsOf(frame.language)
  const { problem, nameProblem } = props
  return layout(
    frame,
    titleOf(frame.language, t.title, problem !== null || nameProblem !== undefined),
    html`<h1>${t.title}</h1>
      ${problemBox(problem)}
      <section class="card scan">
        <h2>${t.scan}</h2>
        <p>${t.scanWhat}</p>
        ${qrImage(props.uri, t.picture)}
        <p class="phone"><a class="button second" href="${props.uri}">${t.open}</a></p>
        <h3>${t.typed}</h3>
        <p id="key" class="key" dir="ltr"><code>${inGroups(props.key, ' ')}</code></p>
        <p class="hint">${t.typedWhat}</p>
        <div class="keep">
          ${copyButton('key', t.copy, recovery.copied, recovery.notCopied)}
          <p class="hint" role="status" data-said></p>
        </div>
      </section>
      <section class="card">
        <h2>${t.enter}</h2>
        <form method="post" action="${setUpPlace(frame).code}">
          <input type="hidden" name="with" value="totp" />
          ${inputField({
            name: 'name',
            label: t.name,
            optional: labels.optional,
            hint: t.nameHint,
            problem: nameProblem,
            value: props.name,
            more: { type: 'text', autocomplete: 'off' },
          })}
          ${inputField({
            name: 'code',
            label: code.label,
            hint: code.totpDigits,
            describedBy: problem === null ? undefined : PROBLEM_ID,
            more: { ...codeInput, autofocus: false, inputmode: 'numeric', class: 'code six' },
          })}
          <button class="main">${t.submit}</button>
        </form>
      </section>
      <div class="ways">${setUpWaysOut(frame, code.cancel)}</div>`,
    'security',
  )
}
