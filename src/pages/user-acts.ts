import { html } from 'hono/html'
import type { Frame, Html } from './layout.ts'
import { emailField } from './parts.ts'
import { textsOf } from './texts/all.ts'
import { idField, USER, type UserProps } from './user-props.ts'

/** What helps somebody, and what keeps others out. What cannot be undone stands last. */
export function actCards(frame: Frame, props: UserProps): Html {
  const t = textsOf(frame.language).user
  const { user } = props
  const act = (name: string, title: string, what: string, look: 'second' | 'danger'): Html =>
    html`<h3>${title}</h3>
      <p>${what}</p>
      <form method="post" action="${USER}/${name}">
        ${idField(props)}
        <button class="${look}">${title}</button>
      </form>`
  return html`<section class="card">
      <h2>${t.act}</h2>
      ${!user.hasPassword && !user.isDisabled && act('invite', t.invite, t.inviteWhat, 'second')}
      ${user.hasPassword && act('password-due', t.passwordDue, t.passwordDueWhat, 'second')}
      ${act('sign-out', t.signOut, t.signOutWhat, 'second')}
      ${!user.isDisabled && act('disable', t.disable, t.disableWhat, 'danger')}
      ${user.isDisabled && act('enable', t.enable, t.enableWhat, 'second')}
    </section>
    ${deletion(frame, props)}`
}

function deletion({ language }: Frame, props: UserProps): Html {
  const t = textsOf(language).user
  return html`<section class="card">
    <h2>${t.delete}</h2>
    <p>${t.deleteWhat}</p>
    <form method="post" action="${USER}/delete">
      ${idField(props)}
      ${emailField({
        name: 'login',
        label: t.deleteConfirm,
        problem: props.problems.login,
        value: '',
        more: { autocomplete: 'off' },
      })}
      <button class="danger">${t.delete}</button>
    </form>
  </section>`
}
