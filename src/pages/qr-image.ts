import { html } from 'hono/html'
import { qrCode } from '../lib/qr.ts'
import type { Html } from './layout.ts'

/** A QR code, dark on white in every light, since not every camera reads the other way round. */
export function qrImage(text: string, label: string): Html {
  const { size, path } = qrCode(text)
  return html`<svg
    class="qr"
    viewBox="0 0 ${size} ${size}"
    role="img"
    aria-label="${label}"
    shape-rendering="crispEdges"
  >
    <rect class="light" width="${size}" height="${size}" />
    <path class="dark" d="${path}" />
  </svg>`
}
