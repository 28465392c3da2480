import { html } from 'hono/html'
import type { Frame, Html } from './layout.ts'
import { ltr } from './parts.ts'
import { moment } from './moment.ts'
import { textsOf } from './texts/all.ts'
import { idField, USER, type UserFactor, type UserProps } from './user-props.ts'

/** What lets somebody in beside the password; each can be removed, for a reason. */
export function userFactors(frame: Frame, props: UserProps): Html {
  const { user: t, users } = textsOf(frame.language)
  const { factors, user } = props
  return html`<section class="card">
    <h2>${t.factors}</h2>
    <p>${factors.length === 0 ? t.noFactors : t.factorsWhat}</p>
    <ul class="factors">
      ${factors.map((factor) => item(frame, props, factor))}
    </ul>
    ${user.codesLeft > 0 && html`<p>${users.codesLeft({ left: user.codesLeft })}</p>`}
  </section>`
}

function item(frame: Frame, props: UserProps, factor: UserFactor): Html {
  const { language } = frame
  const { security: t } = textsOf(language)
  const { kind, name, since, lastUsed } = factor
  const isSent = kind === 'email' || kind === 'sms'
  return html`<li class="item">
    <h3>
      ${t.kinds[kind]}
      ${factor.isDisabled && factor.isAllowed && html`<span class="state off">${t.disabledFactor}</span>`}
      ${!factor.isAllowed && html`<span class="state">${t.forbidden}</span>`}
    </h3>
    <dl class="facts">
      ${name !== '' && fact(textsOf(language).labels.name, isSent ? ltr(name) : html`<bdi>${name}</bdi>`)}
      ${fact(t.added, moment(language, since))}
      ${fact(t.lastUsed, lastUsed ? moment(language, lastUsed) : t.never)}
    </dl>
    ${!props.isSelf && removal(frame, props, factor)}
  </li>`
}

const fact = (what: string, is: Html | string): Html =>
  html`<dt>${what}</dt>
    <dd>${is}</dd>`

/** Behind one more click, since it needs a reason. */
function removal({ language }: Frame, props: UserProps, { id, kind, name }: UserFactor): Html {
  const { security: t, user } = textsOf(language)
  const isTyped = props.values.factor === id
  const problem = isTyped ? props.problems.reason : undefined
  const label = t.removeOne({ name: name === '' ? t.kinds[kind] : name })
  // The summary of what is wrong points at the field by this name.
  const field = isTyped ? 'field-reason' : `reason-${id}`
  const described = problem === undefined ? `${field}-hint` : `${field}-why ${field}-hint`
  const inside = html`<summary aria-label="${label}">${t.remove}</summary>
    <form method="post" action="${USER}/factor">
      ${idField(props)}
      <input type="hidden" name="factor" value="${id}" />
      <div class="${problem === undefined ? 'field' : 'field wrong'}">
        <label for="${field}">${user.reason}</label>
        <p class="hint" id="${field}-hint">${user.reasonHint}</p>
        ${problem !== undefined && html`<p class="why" id="${field}-why">${problem}</p>`}
        <input
          type="text"
          id="${field}"
          name="reason"
          value="${isTyped ? props.values.reason : ''}"
          required
          dir="auto"
          autocomplete="off"
          aria-describedby="${described}"
        />
      </div>
      <button class="danger" aria-label="${label}">${t.remove}</button>
    </form>`
  return isTyped ? html`<details open>${inside}</details>` : html`<details>${inside}</details>`
}
