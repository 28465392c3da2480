import { html } from 'hono/html'
import { accountFields, type Country } from './account-fields.ts'
import { openCaseNote } from './cancel-case.ts'
import { layout, type Frame, type Html } from './layout.ts'
import {
  ltr,
  noticeBox,
  problemBox,
  problemSummary,
  titleOf,
  type AccountValues,
  type FieldProblems,
} from './parts.ts'
import { textsOf } from './texts/all.ts'

type ProfileProps = {
  readonly values: AccountValues
  /** The number that gets codes: it is changed under Security. */
  readonly proven: string | null
  readonly countries: readonly Country[]
  readonly problems: FieldProblems
  /** Since when somebody asks support to be let in. */
  readonly openCase?: Date | null
  readonly notice: string | null
  /** The whole was refused. */
  readonly problem: string | null
}

export function profilePage(frame: Frame, props: ProfileProps): Html {
  const { values, proven, countries, problems, notice, problem } = props
  const { profile, labels } = textsOf(frame.language)
  return layout(
    frame,
    titleOf(frame.language, profile.title, problem !== null || Object.keys(problems).length > 0),
    html`<h1>${profile.title}</h1>
      ${noticeBox(notice)} ${openCaseNote(frame, props.openCase ?? null)} ${problemBox(problem)} ${problemSummary(frame.language, problems, labels)}
      <div class="card">
        <dl class="facts">
          <dt>${labels.email}</dt>
          <dd>
            ${ltr(values.email)}
            <p class="hint">
              ${profile.emailNote} <a href="/account/email">${profile.changeEmail}</a>
            </p>
          </dd>
          ${proven !== null && provenNumber(frame, proven)}
        </dl>
        <form method="post" action="/account">
          ${accountFields(frame.language, values, countries, problems, proven === null)}
          <button class="main">${profile.submit}</button>
        </form>
      </div>`,
    'profile',
  )
}

function provenNumber({ language }: Frame, number: string): Html {
  const { profile: t, labels } = textsOf(language)
  return html`<dt>${labels.phone}</dt>
    <dd>
      ${ltr(number)}
      <p class="hint">${t.phoneNote} <a href="/account/security">${t.changePhone}</a></p>
    </dd>`
}
