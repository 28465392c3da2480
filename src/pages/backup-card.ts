import { html } from 'hono/html'
import { inGroups } from './groups.ts'
import { layout, type Frame, type Html } from './layout.ts'
import { moment } from './moment.ts'
import { ltr } from './parts.ts'
import { qrImage } from './qr-image.ts'
import { textsOf } from './texts/all.ts'

/** An authenticator app's key, on paper. */
export type Card = {
  readonly key: string
  /** What tells whether the key was copied rightly. */
  readonly check: string
  readonly uri: string
  readonly number: string
  /** Whose it is: the login. */
  readonly login: string
  readonly made: Date
}

/** What stands on a backup card: account, key, number, date, and whatever `codes` is. */
export function backupCard(frame: Frame, card: Card, codes: Html | string): Html {
  const { card: t, setUpApp } = textsOf(frame.language)
  return html`<section class="card backup" aria-label="${t.title}">
    <h2>${t.title} · <bdi>${frame.product}</bdi></h2>
    <div class="sides">
      ${qrImage(card.uri, setUpApp.picture)}
      <dl class="facts">
        <dt>${t.account}</dt>
        <dd>${ltr(card.login)}</dd>
        <dt>${t.number}</dt>
        <dd>${ltr(inGroups(card.number, ' '))}</dd>
        <dt>${t.made}</dt>
        <dd>${moment(frame.language, card.made)}</dd>
        <dt>${t.key}</dt>
        <dd class="key" dir="ltr"><code>${inGroups(card.key, ' ')}</code></dd>
        <dt>${t.check}</dt>
        <dd>
          ${ltr(card.check)}
          <span class="hint">${t.checkWhat}</span>
        </dd>
      </dl>
    </div>
    <h3>${t.codes}</h3>
    ${codes}
  </section>`
}

/** Shows the card of an app that was just connected, this once. */
export function backupCardPage(frame: Frame, card: Card): Html {
  const t = textsOf(frame.language).card
  return layout(
    frame,
    t.title,
    html`<h1 class="screen">${t.title}</h1>
      <div class="note done screen" role="status"><p>${t.added}</p></div>
      <p class="screen">${t.lead}</p>
      ${backupCard(frame, card, html`<p>${t.codesElsewhere}</p>`)}
      <div class="keep screen">
        <button type="button" class="second" hidden data-print>${t.print}</button>
        <a class="button main" href="/account/security?notice=factor_added">${t.done}</a>
      </div>`,
    'security',
  )
}
