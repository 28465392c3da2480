import { html } from 'hono/html'
import type { Html } from './layout.ts'

/** A table that is moved by itself where the screen is narrower. */
export const wideTable = (name: string, head: readonly string[], rows: readonly Html[]): Html =>
  html`<div class="wide" role="region" aria-label="${name}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${head.map((each) => html`<th scope="col">${each}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
