import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { moment } from './moment.ts'
import {
  buttonForm,
  emailField,
  ltr,
  noticeBox,
  problemBox,
  problemSummary,
  titleOf,
} from './parts.ts'
import { textsOf } from './texts/all.ts'

type Waiting = { readonly to: string; readonly from: Date }

type EmailProps = {
  /** As it stands. */
  readonly email: string
  /** The change that waits until it counts. */
  readonly waiting: Waiting | null
  /** What was typed for another one, and what is wrong with it. */
  readonly typed: string
  readonly wrong: string | null
  readonly notice: string | null
  /** The whole was refused. */
  readonly problem: string | null
}

/** The address somebody signs in with, and how to get another one. */
export function emailPage(frame: Frame, props: EmailProps): Html {
  const { email, waiting, wrong, notice, problem } = props
  const { email: t } = textsOf(frame.language)
  const problems = wrong === null ? {} : { email: wrong }
  return layout(
    frame,
    titleOf(frame.language, t.title, problem !== null || wrong !== null),
    html`<h1>${t.title}</h1>
      ${noticeBox(notice)} ${problemBox(problem)}
      ${problemSummary(frame.language, problems, { email: t.field })}
      <section class="card">
        <h2>${t.now}</h2>
        <p><strong>${ltr(email)}</strong></p>
        <p class="hint">${t.lead}</p>
      </section>
      ${waiting && whatWaits(frame, waiting)} ${anotherOne(frame, props)}`,
    'profile',
  )
}

function whatWaits({ language }: Frame, { to, from }: Waiting): Html {
  const { email: t } = textsOf(language)
  return html`<section class="card">
    <h2>${t.waits}</h2>
    <dl class="facts">
      <dt>${t.to}</dt>
      <dd>${ltr(to)}</dd>
      <dt>${t.since}</dt>
      <dd>${moment(language, from)}</dd>
    </dl>
    <p class="hint">${t.waitsLead}</p>
    ${buttonForm('/account/email/stop', t.stop, 'second')}
  </section>`
}

function anotherOne({ language }: Frame, { typed, wrong, waiting }: EmailProps): Html {
  const { email: t } = textsOf(language)
  return html`<section class="card">
    <h2>${t.newTitle}</h2>
    <form method="post" action="/account/email">
      ${emailField({
        name: 'email',
        label: t.field,
        hint: waiting ? html`${t.how}<br />${t.restart}` : t.how,
        problem: wrong ?? undefined,
        value: typed,
        more: { autocomplete: 'email' },
      })}
      <button class="main">${t.submit}</button>
    </form>
  </section>`
}
