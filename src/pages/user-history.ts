import { html } from 'hono/html'
import { happeningText, type Happening } from './history.ts'
import type { Frame, Html } from './layout.ts'
import { textsOf } from './texts/all.ts'

/** The newest of what happened in an account, for those who look after it. */
export function userHistory(frame: Frame, happenings: readonly Happening[]): Html {
  const { user: t, history } = textsOf(frame.language)
  return html`<section>
    <h2 class="after">${t.history}</h2>
    <p>${happenings.length === 0 ? history.empty : t.historyWhat}</p>
    <ol class="events" role="list">
      ${happenings.map((each) => html`<li>${happeningText(frame, each, 'h3')}</li>`)}
    </ol>
  </section>`
}
