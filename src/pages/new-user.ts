import { html } from 'hono/html'
import { accountFields, type Country } from './account-fields.ts'
import { layout, type Frame, type Html } from './layout.ts'
import {
  emailField,
  problemBox,
  problemSummary,
  selectField,
  tickField,
  titleOf,
  type AccountValues,
  type FieldProblems,
} from './parts.ts'
import { textsOf } from './texts/all.ts'
import type { ShownUser } from './users.ts'

type NewUserProps = {
  readonly values: AccountValues & {
    readonly privilege: string
    readonly main: string
    readonly isInvited: boolean
  }
  readonly countries: readonly Country[]
  readonly privileges: readonly ShownUser['privilege'][]
  /** Any main account can be said. */
  readonly choosesMain: boolean
  readonly problems: FieldProblems
  readonly problem: string | null
}

/** What is to be known of somebody who is to have an account. */
export function newUserPage(frame: Frame, props: NewUserProps): Html {
  const { values, countries, problems, problem } = props
  const { newUser: t, user, users, labels } = textsOf(frame.language)
  const isWrong = problem !== null || Object.keys(problems).length > 0
  const names = { ...labels, privilege: users.privilege, main: users.mainAccount }
  return layout(
    frame,
    titleOf(frame.language, t.title, isWrong),
    html`<p><a href="/users">${user.back}</a></p>
      <h1>${t.title}</h1>
      ${problemBox(problem)} ${problemSummary(frame.language, problems, names)}
      <p>${t.lead}</p>
      <form method="post" action="/users/new" class="card">
        ${emailField({
          name: 'email',
          label: labels.email,
          problem: problems.email,
          value: values.email,
          more: { autocomplete: 'off' },
        })}
        ${accountFields(frame.language, values, countries, problems)} ${rights(frame, props)}
        ${tickField({
          name: 'invite',
          label: t.invite,
          hint: t.inviteWhat,
          value: 'yes',
          more: { checked: values.isInvited },
        })}
        <button class="main">${t.submit}</button>
      </form>`,
    'users',
  )
}

/** What they may do, and whose they are. */
function rights({ language }: Frame, { values, privileges, choosesMain, problems }: NewUserProps) {
  const { newUser: t, users, labels } = textsOf(language)
  return html`${selectField({
    name: 'privilege',
    label: users.privilege,
    hint: t.privilegeHint,
    problem: problems.privilege,
    value: values.privilege,
    options: privileges.map((value) => ({ value, name: users.privileges[value] })),
    more: {},
  })}
  ${
    choosesMain &&
    emailField({
      name: 'main',
      label: users.mainAccount,
      optional: labels.optional,
      hint: t.mainHint,
      problem: problems.main,
      value: values.main,
      more: { autocomplete: 'off', required: false },
    })
  }`
}
