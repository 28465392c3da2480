import { html } from 'hono/html'
import type { Kind } from './browser.ts'
import type { Html } from './layout.ts'

const outlines: Readonly<Record<Kind, string>> = {
  computer: 'M4 5h16v11H4zM2 19h20',
  tablet: 'M5 3h14v18H5zM11 18h2',
  phone: 'M7 2h10v20H7zM11 19h2',
}

/** Says nothing that does not stand beside it in words. */
export const deviceIcon = (kind: Kind | null): Html =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d="${outlines[kind ?? 'computer']}" />
  </svg>`
