import { html } from 'hono/html'
import type { Html } from './layout.ts'

/** A button that begins to set up a factor of which nothing has to be said first. */
export const addForm = (
  kind: 'passkey' | 'totp' | 'email',
  text: string,
  look: 'main' | 'second',
): Html =>
  html`<form method="post" action="/account/security/add">
    <input type="hidden" name="kind" value="${kind}" />
    <button class="${look}">${text}</button>
  </form>`
