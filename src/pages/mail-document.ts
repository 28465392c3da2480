import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import type { Html } from './layout.ts'
import type { Paragraph } from './mails.ts'

type Parts = {
  readonly language: Language
  readonly direction: 'ltr' | 'rtl'
  readonly subject: string
  readonly before: readonly Paragraph[]
  readonly code: string | null
  readonly after: readonly Paragraph[]
  readonly facts: readonly (readonly [label: string, value: string])[]
  readonly footer: string
}

// Mail programs drop style sheets, so the little style there is stands on the elements. Without
// it the order of paragraphs still reads well.
const PAGE = 'margin:0 auto;max-width:34em;padding:24px;font:16px/1.6 system-ui,sans-serif'
const CODE = 'font:600 32px/1.4 ui-monospace,Consolas,monospace;letter-spacing:0.15em'
const SMALL = 'font-size:14px;border-top:1px solid #8888;padding-top:16px'

/** The HTML part of a mail: no images, nothing fetched from anywhere, and links that can be read. */
export function mailDocument(parts: Parts): string {
  const { language, direction, subject, before, code, after, facts, footer } = parts
  const page = html`<!doctype html>
    <html lang="${language}" dir="${direction}">
      <head>
        <meta charset="utf-8" />
        <meta name="color-scheme" content="light dark" />
        <title>${subject}</title>
      </head>
      <body>
        <div lang="${language}" dir="${direction}" style="${PAGE}">
          ${before.map(paragraph)}
          ${code !== null && html`<p style="${CODE}"><bdi dir="ltr">${code}</bdi></p>`}
          ${after.map(paragraph)}
          <div style="${SMALL}">
            <p>
              ${facts.map(([label, value]) => html`${label}: <bdi>${value}</bdi><br />`)}
            </p>
            ${paragraph(footer)}
          </div>
        </div>
      </body>
    </html>`
  if (page instanceof Promise) throw new Error('a mail never waits for anything')
  return page.toString()
}

// What `isolate` has wrapped for plain text is wrapped with an element here.
const paragraph = (said: Paragraph): Html =>
  typeof said === 'string'
    ? html`<p>${pieces(said)}</p>`
    : html`<p>${pieces(said.text)}<br /><a href="${said.url}" dir="ltr">${said.url}</a></p>`

const pieces = (text: string): (string | Html)[] =>
  text
    .split(/\u2068([^\u2069]*)\u2069/)
    .map((piece, index) => (index % 2 === 0 ? piece : html`<bdi>${piece}</bdi>`))
