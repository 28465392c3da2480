import { html } from 'hono/html'
import { browserName } from './browser.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { messageName } from './message-name.ts'
import { moment } from './moment.ts'
import { ltr } from './parts.ts'
import { textsOf } from './texts/all.ts'

/** The message it is about. */
type About = {
  readonly kind: string
  readonly purpose: string | null
  readonly at: Date
  /** Masked. */
  readonly to: string
  readonly address: string
  readonly userAgent: string
  /** Nobody had proven the address, so whoever reads it can end this one thing and no more. */
  readonly isStranger: boolean
}

/** What was ended. */
type Ended = {
  readonly attempt: boolean
  readonly sessions: number
  readonly forgotten: number
  /** Factors that were added and let nobody in any more. */
  readonly disabled: number
  /** Until when no codes are sent; `null` when they are again. */
  readonly until: Date | null
}

const adding = ['factor_added', 'pass_used', 'case_told']

/** What the link in a message leads to: what it is about, and what the button will do. */
export function notMePage(frame: Frame, { token, about }: { token: string; about: About }): Html {
  const t = textsOf(frame.language).notMe
  const added = adding.includes(about.kind) ? [t.added] : []
  const does = about.isStranger ? [t.attempt] : [t.attempt, ...added, t.sessions, t.sends, t.told]
  return layout(
    frame,
    t.title,
    html`<h1>${t.title}</h1>
      <p>${t.lead}</p>
      ${facts(frame, about)}
      <p>${t.does}</p>
      <ul>
        ${does.map((each) => html`<li>${each}</li>`)}
      </ul>
      <form method="post" action="/not-me">
        <input type="hidden" name="token" value="${token}" />
        <button class="main">${t.submit}</button>
      </form>
      <p class="hint after">${t.wasMe}</p>`,
  )
}

/** It is done, by whoever was first. */
export function notMeDonePage(
  frame: Frame,
  { about, ended }: { about: About; ended: Ended | null },
): Html {
  const t = textsOf(frame.language).notMe
  return layout(
    frame,
    t.doneTitle,
    html`<h1>${t.doneTitle}</h1>
      ${facts(frame, about)}
      ${
        about.isStranger
          ? html`<p>${t.attemptEnded}</p>`
          : [ended && whatEnded(frame, ended), newPassword(frame)]
      }`,
  )
}

const newPassword = ({ language }: Frame): Html => {
  const t = textsOf(language).notMe
  return html`<p>${t.password}</p>
    <p><a class="button main" href="/sign-in/forgot">${t.setPassword}</a></p>`
}

function whatEnded(
  { language }: Frame,
  { attempt, sessions, forgotten, disabled, until }: Ended,
): Html {
  const t = textsOf(language).notMe
  return html`<ul>
    <li>${attempt ? t.attemptEnded : t.attemptOver}</li>
    <li>${sessions > 0 ? t.signedOut({ count: sessions }) : t.nobody}</li>
    ${disabled > 0 && html`<li>${t.disabled}</li>`} ${forgotten > 0 && html`<li>${t.forgotten}</li>`}
    <li>${until ? t.sendsUntil({ date: moment(language, until) }) : t.sendsAgain}</li>
  </ul>`
}

function facts({ language }: Frame, about: About): Html {
  const { notMe: t, mails } = textsOf(language)
  const browser = browserName(about.userAgent)
  return html`<dl class="facts">
    <dt>${t.message}</dt>
    <dd>${messageName(language, about.kind, about.purpose)}</dd>
    <dt>${t.to}</dt>
    <dd>${ltr(about.to)}</dd>
    <dt>${mails.when}</dt>
    <dd>${moment(language, about.at)}</dd>
    <dt>${mails.where}</dt>
    <dd>${about.address === '' ? mails.unknown : ltr(about.address)}</dd>
    <dt>${mails.browser}</dt>
    <dd>${browser === '' ? mails.unknown : ltr(browser)}</dd>
  </dl>`
}
