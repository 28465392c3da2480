import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { moment } from './moment.ts'
import { ltr } from './parts.ts'
import { textsOf } from './texts/all.ts'

type Waiting = {
  readonly at: Date
  readonly to: string
  readonly subject: string
  readonly text: string
  /** A text message: each of its lines has a direction of its own. */
  readonly isSms?: boolean
}

type OutboxProps = { readonly messages: readonly Waiting[] }

/** What would have been sent, so that a newcomer can sign in without a mail server. */
export function outboxPage(frame: Frame, { messages }: OutboxProps): Html {
  const t = textsOf(frame.language).outbox
  const newestFirst = messages.toSorted((a, b) => b.at.getTime() - a.at.getTime())
  return layout(
    frame,
    t.title,
    html`<h1>${t.title}</h1>
      <p>${t.lead}</p>
      <p class="between">
        <span>${messages.length === 0 ? t.empty : t.count({ count: messages.length })}</span>
        <a href="/outbox">${t.refresh}</a>
      </p>
      ${newestFirst.map((message) => messageCard(frame, message))}`,
  )
}

function messageCard({ language }: Frame, { at, to, subject, text, isSms }: Waiting): Html {
  const t = textsOf(language).outbox
  return html`<article class="card">
    <h2 dir="auto">${subject}</h2>
    <p class="hint">${t.to} ${ltr(to)} · ${moment(language, at)}</p>
    <pre dir="auto" class="${isSms ? 'lines' : ''}">${text}</pre>
  </article>`
}
