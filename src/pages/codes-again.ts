import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { buttonForm } from './parts.ts'
import { textsOf } from './texts/all.ts'

/** For somebody who comes back to the recovery codes without having confirmed them. */
export function codesAgainPage(frame: Frame): Html {
  const t = textsOf(frame.language).codesAgain
  return layout(
    frame,
    t.title,
    html`<h1>${t.title}</h1>
      <p>${t.lead}</p>
      ${buttonForm('/account/security/codes', t.submit, 'main')}
      <p class="ways"><a href="/account/security">${t.back}</a></p>`,
    'security',
  )
}
