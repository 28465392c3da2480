import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import type { Html } from './layout.ts'
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
      <button
        type="button"
        class="second"
        hidden
        data-copy="receipts"
        data-copied="${recovery.copied}"
        data-failed="${t.notCopied}"
      >
        ${t.copyAddress}
      </button>
      <p class="hint" role="status" data-said></p>
    </div>
  </section>`
}
