import { html } from 'hono/html'
import { languages } from '../lib/language.ts'
import type { Frame, Html } from './layout.ts'
import { emailField, inputField, ltr, selectField } from './parts.ts'
import { languageNames, textsOf } from './texts/all.ts'
import { idField, USER, type UserProps } from './user-props.ts'
import { codeText } from './users.ts'

/** Name, address, country and language. */
export function profileCard({ language }: Frame, props: UserProps): Html {
  const { user: t, labels } = textsOf(language)
  const { values, problems, countries } = props
  return html`<section class="card">
    <h2>${t.profile}</h2>
    <form method="post" action="${USER}">
      ${idField(props)}
      ${inputField({
        name: 'name',
        label: labels.name,
        problem: problems.name,
        value: values.name,
        more: { type: 'text', required: true, dir: 'auto', autocomplete: 'off' },
      })}
      ${emailField({
        name: 'email',
        label: labels.email,
        hint: t.emailHint,
        problem: problems.email,
        value: values.email,
        more: { autocomplete: 'off' },
      })}
      ${selectField({
        name: 'country',
        label: labels.country,
        problem: problems.country,
        value: values.country,
        empty: labels.chooseCountry,
        options: countries.map(({ code, name }) => ({ value: code, name })),
        more: { required: true },
      })}
      ${selectField({
        name: 'language',
        label: labels.language,
        problem: problems.language,
        value: values.language,
        options: languages.map((each) => ({ value: each, name: languageNames[each], lang: each })),
        more: { required: true },
      })}
      <button class="main">${t.save}</button>
    </form>
  </section>`
}

/** Only what may be given; nothing where that is no choice. */
export function privilegeCard({ language }: Frame, props: UserProps): Html | null {
  const { user: t, users, newUser } = textsOf(language)
  if (props.privileges.length < 2) return null
  return html`<section class="card">
    <h2>${t.privilegeTitle}</h2>
    <form method="post" action="${USER}/privilege">
      ${idField(props)}
      ${selectField({
        name: 'privilege',
        label: users.privilege,
        hint: newUser.privilegeHint,
        value: props.user.privilege,
        options: props.privileges.map((value) => ({ value, name: users.privileges[value] })),
        more: {},
      })}
      <button class="second">${t.save}</button>
    </form>
  </section>`
}

/** Off, e-mail, SMS, both or an app, and the number. */
export function codeCard({ language }: Frame, props: UserProps): Html {
  const { user: t, users, labels } = textsOf(language)
  const { user, values, problems } = props
  return html`<section class="card">
    <h2>${t.code}</h2>
    <p>${t.codeWhat}</p>
    <p>${t.codeNow}: <strong>${codeText(users, user)}</strong></p>
    <form method="post" action="${USER}/login-code">
      ${idField(props)}
      ${selectField({
        name: 'code',
        label: users.code,
        value: values.code,
        options: Object.entries(users.codes).map(([value, name]) => ({ value, name })),
        more: {},
      })}
      ${inputField({
        name: 'phone',
        label: t.phone,
        optional: labels.optional,
        hint: html`${t.phoneHint} ${textsOf(language).hints.phone({ example: ltr('+44\u00a07700\u00a0900123') })}`,
        problem: problems.phone,
        value: values.phone,
        more: { type: 'tel', dir: 'ltr', autocomplete: 'off' },
      })}
      <button class="main">${t.saveCode}</button>
    </form>
  </section>`
}
