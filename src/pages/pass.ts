import { html } from 'hono/html'
import { codeInput } from './code-input.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { inputField, problemBox, PROBLEM_ID, titleOf } from './parts.ts'
import { textsOf } from './texts/all.ts'

/** Asks for the pass that support gave. */
export function passPage(frame: Frame, problem: string | null): Html {
  const t = textsOf(frame.language).lost
  return layout(
    frame,
    titleOf(frame.language, t.passTitle, problem !== null),
    html`<h1>${t.passTitle}</h1>
      <div class="sheet">
        ${problemBox(problem)}
        <p>${t.passLead}</p>
        <form method="post" action="/sign-in/pass">
          ${inputField({
            name: 'pass',
            label: t.passLabel,
            hint: t.passHint,
            describedBy: problem === null ? undefined : PROBLEM_ID,
            more: { ...codeInput, autocomplete: 'off', inputmode: 'numeric', class: 'code' },
          })}
          <button class="main">${t.passSubmit}</button>
        </form>
        <p class="ways"><a href="/sign-in/second">${t.back}</a></p>
      </div>`,
  )
}

/** Shows support a pass, this once, to be told to the person. */
export function passGivenPage(frame: Frame, { pass, path }: { pass: string; path: string }): Html {
  const t = textsOf(frame.language).cases
  return layout(
    frame,
    t.passTitle,
    html`<h1>${t.passTitle}</h1>
      <div class="note done" role="status"><p>${t.passLead}</p></div>
      <p class="key" dir="ltr"><code>${pass}</code></p>
      <p class="ways"><a href="${path}">${t.back}</a></p>`,
    'cases',
  )
}
