import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { moment } from './moment.ts'
import { ltr } from './parts.ts'
import { textsOf } from './texts/all.ts'

type StopProps = {
  readonly token: string
  readonly maskedTo: string
  /** When the new address would count. */
  readonly from: Date
}

/** For whoever reads the mail to the old address, signed in or not. */
export function stopEmailPage(frame: Frame, { token, maskedTo, from }: StopProps): Html {
  const { stopEmail: t, email } = textsOf(frame.language)
  return layout(
    frame,
    t.title,
    html`<h1>${t.title}</h1>
      <div class="sheet">
        <p>${t.lead}</p>
        <dl class="facts">
          <dt>${email.to}</dt>
          <dd>${ltr(maskedTo)}</dd>
          <dt>${email.since}</dt>
          <dd>${moment(frame.language, from)}</dd>
        </dl>
        <p>${t.what}</p>
        <form method="post" action="/stop-email-change">
          <input type="hidden" name="token" value="${token}" />
          <button class="main">${t.submit}</button>
        </form>
      </div>`,
  )
}

/** The change is stopped, and what to do now. */
export function emailStoppedPage(frame: Frame): Html {
  const t = textsOf(frame.language).stopEmail
  return layout(
    frame,
    t.done,
    html`<h1>${t.done}</h1>
      <div class="sheet">
        <div class="note done" role="status"><p>${t.doneLead}</p></div>
        <p>${t.doneNext}</p>
        <p><a class="button main" href="/sign-in/forgot">${t.reset}</a></p>
        <p><a href="/sign-in">${t.signIn}</a></p>
      </div>`,
  )
}
