import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { ltr } from './parts.ts'
import { textsOf } from './texts/all.ts'

type LockOutProps = {
  readonly count: number
  readonly withCodes: number
  readonly logins: readonly string[]
  /** What is done all the same, as only we can read it. */
  readonly sealed: string
}

/** Whom a change would lock out, before it is made. */
export function deliveryLockOutPage(frame: Frame, props: LockOutProps): Html {
  const { count, withCodes, logins, sealed } = props
  const t = textsOf(frame.language).delivery
  const more = count - logins.length
  return layout(
    frame,
    t.lockTitle,
    html`<h1>${t.lockTitle}</h1>
      <div class="note warning" role="alert"><p>${t.lockLead({ count })}</p></div>
      <div class="card">
        <ul>
          ${logins.map((login) => html`<li>${ltr(login)}</li>`)}
        </ul>
        ${more > 0 && html`<p>${t.lockMore({ count: more })}</p>`}
        ${withCodes > 0 && html`<p>${t.lockCodes({ count: withCodes })}</p>`}
        <p>${t.lockWhat}</p>
        <form method="post" action="/settings/delivery/confirm" class="buttons">
          <input type="hidden" name="change" value="${sealed}" />
          <a class="button main" href="/settings/delivery">${t.back}</a>
          <button class="danger">${t.lockAnyway}</button>
        </form>
      </div>`,
    'settings',
  )
}
