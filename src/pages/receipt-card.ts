import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import type { Html } from './layout.ts'
import { copyButton } from './parts.ts'
import { textsOf } from './texts/all.ts'

/** Where a gateway sends its receipts, to be told by hand where we cannot send it along. */
export function receiptCard(language: Language, address: string | null): Html | null {
  if (address === null) return null
  const { delivery: t, recovery } = textsOf(language)
  return html`<section class="card">
    <h2>${t.receiptsAt}</h2>
    <p>${t.receiptsAtWhat}</p>
    <p id="receipts" class="key" dir="ltr"><code>${address}</code></p>
    <div class="keep">
      ${copyButton('receipts', t.copyAddress, recovery.copied, t.notCopied)}
      <p class="hint" role="status" data-said></p>
    </div>
  </section>`
}
