import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { moment } from './moment.ts'
import {
  areaField,
  emailField,
  inputField,
  problemBox,
  problemSummary,
  titleOf,
  type FieldProblems,
} from './parts.ts'
import { textsOf } from './texts/all.ts'

type LostProps = {
  /** As it was typed; `null` where the password was given, and it is known who asks. */
  readonly login: string | null
  readonly reach: string
  readonly text: string
  readonly problems: FieldProblems
  readonly problem: string | null
}

/** Asks where somebody can be reached who has lost everything, and what happened. */
export function lostPage(frame: Frame, props: LostProps): Html {
  const { lost: t, labels } = textsOf(frame.language)
  const { login, problem, problems } = props
  const isWrong = problem !== null || Object.keys(problems).length > 0
  return layout(
    frame,
    titleOf(frame.language, t.title, isWrong),
    html`<h1>${t.title}</h1>
      ${problemBox(problem)} ${problemSummary(frame.language, problems, { reach: t.reach, text: t.text })}
      <p>${t.lead}</p>
      <p>${t.first}</p>
      <form method="post" action="${login === null ? '/sign-in/lost' : '/lost'}">
        ${login !== null && emailField({ name: 'login', label: labels.email, value: login })}
        ${inputField({
          name: 'reach',
          label: t.reach,
          hint: t.reachHint,
          problem: problems['reach'],
          value: props.reach,
          more: { type: 'text', autocomplete: 'off', dir: 'auto', required: true },
        })}
        ${areaField({
          name: 'text',
          label: t.text,
          hint: t.textHint,
          problem: problems['text'],
          value: props.text,
          more: { rows: '6', dir: 'auto', required: true },
        })}
        <p class="hint">${t.told}</p>
        <button class="main">${t.submit}</button>
      </form>
      <p class="ways">
        <a href="${login === null ? '/sign-in/second' : '/sign-in'}">${t.back}</a>
      </p>`,
  )
}

/** It is asked. `from`: when support can decide, where the password was given. */
export function lostSentPage(frame: Frame, from: Date | null): Html {
  const t = textsOf(frame.language).lost
  return layout(
    frame,
    t.sentTitle,
    html`<h1>${t.sentTitle}</h1>
      <div class="note done" role="status">
        <p>${from === null ? t.sent : t.sentFrom({ from: moment(frame.language, from) })}</p>
      </div>
      <p>${t.sentNext}</p>
      <p>${t.waits}</p>
      <p class="ways"><a href="/sign-in">${t.signIn}</a></p>`,
  )
}
