import { html } from 'hono/html'
import { layout, type Frame, type Html } from './layout.ts'
import { addForm } from './add-factor.ts'
import { qrImage } from './qr-image.ts'
import { textsOf } from './texts/all.ts'

type App = { readonly name: string; readonly ios: string | null; readonly android: string | null }

type AppsProps = { readonly apps: readonly App[] }

/** Says what an authenticator app is, and where to get one. */
export function appsPage(frame: Frame, { apps }: AppsProps): Html {
  const t = textsOf(frame.language).apps
  return layout(
    frame,
    t.title,
    html`<h1>${t.title}</h1>
      <p>${t.what}</p>
      ${addForm('totp', t.next, 'main')}
      <h2 class="after">${t.which}</h2>
      <ul class="apps">
        ${apps.map((app) => appCard(frame, app))}
      </ul>
      <p class="ways"><a href="/account/security">${t.back}</a></p>`,
    'security',
  )
}

function appCard({ language }: Frame, { name, ios, android }: App): Html {
  const t = textsOf(language).apps
  const place = (system: string, url: string | null): Html | null =>
    url === null
      ? null
      : html`<div class="store">
          ${qrImage(url, t.scan({ name, system }))}
          <a href="${url}" rel="noreferrer noopener">${system}</a>
        </div>`
  return html`<li class="card">
    <h3><bdi>${name}</bdi></h3>
    <div class="stores">${place(t.ios, ios)} ${place(t.android, android)}</div>
  </li>`
}
