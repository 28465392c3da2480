import { html } from 'hono/html'
import { areFew } from './few-codes.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { moment } from './moment.ts'
import { buttonForm, ltr, noticeBox, problemBox, titleOf } from './parts.ts'
import { textsOf } from './texts/all.ts'

type Protection = {
  readonly since: Date
  readonly recoveryLeft: number
  /** Codes by mail must be proven anew before they count. */
  readonly isMailDisabled: boolean
}

type SecurityProps = {
  readonly email: string
  /** The name of the country. */
  readonly country: string
  readonly phone: string | null
  readonly protection: Protection | null
  readonly notice: string | null
  /** Where the person was going. */
  readonly goOn: string | null
  readonly problem: string | null
}

export function securityPage(frame: Frame, props: SecurityProps): Html {
  const { protection, notice, problem } = props
  const t = textsOf(frame.language).security
  return layout(
    frame,
    titleOf(frame.language, t.title, problem !== null),
    html`<h1>${t.title}</h1>
      ${noticeBox(notice)} ${goOnLink(props.goOn, t.goOn)} ${problemBox(problem)}
      ${protection?.isMailDisabled && mailDisabled(frame)}
      ${protection ? whenOn(frame, protection) : whenOff(frame, props)} ${password(frame)}
      ${protection && switchOff(frame)}`,
    'security',
  )
}

function whenOff(frame: Frame, { email, country, phone }: SecurityProps): Html {
  const { security: t, labels } = textsOf(frame.language)
  return html`<section class="card">
    <h2>${t.protection} <span class="state">${t.off}</span></h2>
    <p>${t.what}</p>
    <p>${t.check}</p>
    <dl class="facts">
      <dt>${labels.email}</dt>
      <dd>${ltr(email)}</dd>
      <dt>${labels.country}</dt>
      <dd>${country}</dd>
      <dt>${labels.phone}</dt>
      <dd>${phone === null ? labels.none : ltr(phone)}</dd>
    </dl>
    <p><a href="/account">${t.correct}</a></p>
    ${buttonForm('/account/security/protect', t.protect, 'main')}
  </section>`
}

function whenOn(frame: Frame, { since, recoveryLeft, isMailDisabled }: Protection): Html {
  const t = textsOf(frame.language).security
  const says = isMailDisabled ? t.sinceRecovery : t.since
  return html`<section class="card">
      <h2>${t.protection} <span class="state on">${t.on}</span></h2>
      <p>${says({ date: moment(frame.language, since) })}</p>
      <p class="hint">${t.weak}</p>
    </section>
    <section class="card">
      <h2>${t.recovery}</h2>
      <p>${t.recoveryWhat}</p>
      ${
        areFew(recoveryLeft)
          ? html`<div class="note warning">
            <p>${t.few({ left: recoveryLeft })}</p>
          </div>`
          : html`<p>${t.left({ left: recoveryLeft })}</p>`
      }
      ${buttonForm('/account/security/recovery-codes', t.renew, 'second')}
    </section>`
}

/** What weakens the account stands last. */
const switchOff = ({ language }: Frame): Html => {
  const t = textsOf(language).security
  return html`<section class="card">
    <h2>${t.unprotectTitle}</h2>
    <p>${t.unprotectWhat}</p>
    ${buttonForm('/account/security/unprotect', t.unprotect, 'danger')}
  </section>`
}

/** Too many wrong codes in a row: the one thing to do here, so it stands first. */
const mailDisabled = ({ language }: Frame): Html => {
  const t = textsOf(language).security
  return html`<section class="card">
    <h2>${t.mailDisabled} <span class="state">${t.off}</span></h2>
    <p>${t.mailDisabledWhat}</p>
    ${buttonForm('/account/security/bind-anew', t.bindAnew, 'main')}
  </section>`
}

const password = ({ language }: Frame): Html => {
  const { security: t, labels } = textsOf(language)
  return html`<section class="card">
    <h2>${labels.password}</h2>
    <p>${t.passwordWhat}</p>
    <p><a class="button second" href="/account/password">${t.changePassword}</a></p>
  </section>`
}

const goOnLink = (path: string | null, text: string): Html | null =>
  path === null ? null : html`<p><a class="button main" href="${path}">${text}</a></p>`
