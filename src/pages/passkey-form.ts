import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import type { Html } from './layout.ts'
import { attributes } from './parts.ts'
import { textsOf } from './texts/all.ts'

type PasskeyForm = {
  readonly action: string
  readonly submit: string
  /** What the browser does: makes one or shows one, by what is in `options`. */
  readonly does: 'create' | 'get'
  /** JSON; or, where it is not made before it is asked for, where the browser gets it. */
  readonly options: { readonly json: string } | { readonly from: string }
  /** What goes along beside. */
  readonly fields?: Html | null
  readonly look?: 'main' | 'second'
}

/**
 * A form that the browser fills in by itself, with a passkey. Without JavaScript it says so and is
 * no more than that.
 */
export function passkeyForm(language: Language, props: PasskeyForm): Html {
  const t = textsOf(language).passkey
  const { options, does } = props
  const data = attributes({
    'data-passkey': does,
    'data-options': 'json' in options ? options.json : undefined,
    'data-options-from': 'from' in options ? options.from : undefined,
    'data-failed': t.failed,
    'data-exists': t.exists,
    'data-unsupported': t.unsupported,
  })
  return html`<form method="post" action="${props.action}"${data}>
      <input type="hidden" name="code" value="" />
      ${props.fields}
      <p class="hint" role="status" data-said></p>
      <button class="${props.look ?? 'main'}" hidden data-script>${props.submit}</button>
    </form>
    ${'json' in options && html`<noscript><p class="hint">${t.noScript}</p></noscript>`}`
}

/** As the browser calls it. */
export type UnknownPasskey = { readonly rpId: string; readonly credentialId: string }

/** Tells the browser that this passkey is none any more, so that it offers it no longer. */
export const forget = (unknown: UnknownPasskey): Html =>
  html`<template data-passkey-unknown="${JSON.stringify(unknown)}"></template>`
