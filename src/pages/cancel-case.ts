import { html } from 'hono/html'
import { browserName } from './browser.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { moment } from './moment.ts'
import { buttonForm, ltr } from './parts.ts'
import { textsOf } from './texts/all.ts'

type CancelProps = {
  readonly token: string
  readonly at: Date
  readonly from: Date
  readonly address: string
  readonly userAgent: string
}

/** For whoever reads the mail about a case, signed in or not. */
export function cancelCasePage(frame: Frame, props: CancelProps): Html {
  const { lost: t, cases, mails } = textsOf(frame.language)
  const browser = browserName(props.userAgent)
  return layout(
    frame,
    t.cancelTitle,
    html`<h1>${t.cancelTitle}</h1>
      <div class="sheet">
        <p>${t.cancelLead}</p>
        <dl class="facts">
          <dt>${cases.opened}</dt>
          <dd>${moment(frame.language, props.at)}</dd>
          <dt>${cases.from}</dt>
          <dd>${moment(frame.language, props.from)}</dd>
          <dt>${mails.where}</dt>
          <dd>${ltr(props.address)}</dd>
          <dt>${mails.browser}</dt>
          <dd>${browser === '' ? mails.unknown : ltr(browser)}</dd>
        </dl>
        <p>${t.cancelWhat}</p>
        <form method="post" action="/lost/cancel">
          <input type="hidden" name="token" value="${props.token}" />
          <button class="main">${t.cancelSubmit}</button>
        </form>
        <p class="hint after">${t.wasMe}</p>
      </div>`,
  )
}

/** It is cancelled, and what to do now. */
export function caseCancelledPage(frame: Frame, knewPassword: boolean): Html {
  const t = textsOf(frame.language).lost
  return layout(
    frame,
    t.doneTitle,
    html`<h1>${t.doneTitle}</h1>
      <div class="sheet">
        <div class="note done" role="status"><p>${t.doneLead}</p></div>
        ${
          knewPassword &&
          html`<p>${t.donePassword}</p>
            <p><a class="button main" href="/sign-in/forgot">${t.setPassword}</a></p>`
        }
        <p><a href="/sign-in">${t.signIn}</a></p>
      </div>`,
  )
}

/** Said to somebody who is in, while support is asked to let somebody in. */
export function openCaseNote(frame: Frame, since: Date | null): Html | null {
  if (since === null) return null
  const t = textsOf(frame.language).lost
  return html`<section class="note warning" aria-label="${t.openTitle}">
    <p>${t.open({ since: moment(frame.language, since) })}</p>
    ${buttonForm('/account/case/cancel', t.openCancel, 'second')}
  </section>`
}
