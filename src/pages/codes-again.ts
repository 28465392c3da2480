import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { buttonForm } from './parts.ts'
import { setUpPlace } from './set-up-place.ts'
import { textsOf } from './texts/all.ts'

/** For somebody who comes back to the recovery codes without having confirmed them. */
export function codesAgainPage(frame: Frame): Html {
  const { codesAgain: t, door } = textsOf(frame.language)
  return layout(
    frame,
    t.title,
    html`<h1>${t.title}</h1>
      <p>${t.lead}</p>
      ${buttonForm(setUpPlace(frame).codes, t.submit, 'main')}
      <p class="ways"><a href="${setUpPlace(frame).back}">${frame.account ? t.back : door.another}</a></p>`,
    'security',
  )
}
