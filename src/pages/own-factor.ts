import { html } from 'hono/html'
import { inGroups } from './groups.ts'
import type { Frame, Html } from './layout.ts'
import { moment } from './moment.ts'
import { ltr } from './parts.ts'
import { renameForm } from './rename-form.ts'
import { textsOf } from './texts/all.ts'

/** A factor of the person, as the list has it. */
export type ShownFactor = {
  readonly id: string
  readonly kind: 'passkey' | 'totp' | 'sms' | 'email'
  /** '' for one without a name. */
  readonly name: string
  readonly since: Date
  readonly lastUsed: Date | null
  readonly isDisabled: boolean
  readonly isAllowed: boolean
  readonly isSynced: boolean
  readonly card: string | null
}

/** What there is to say about codes by text message. */
export type Numbers = {
  /** Why the number gets none now: nothing serves it, its country is not listed, or for the moment. */
  readonly mute: 'no_route' | 'country' | 'stopped' | null
  /** Another number could get them. */
  readonly offersSms: boolean
}

type Wrong = { readonly factor: string; readonly name: string; readonly problem: string } | null

/** What a code goes to is called by its address, and by nothing else. */
const isSent = ({ kind }: ShownFactor): boolean => kind === 'email' || kind === 'sms'

/** One way to sign in, what is known of it, and what can be done with it. */
export function ownFactorCard(
  frame: Frame,
  factor: ShownFactor,
  wrong: Wrong,
  numbers: Numbers,
): Html {
  const { language } = frame
  const t = textsOf(language).security
  const { id, kind, isDisabled, isAllowed } = factor
  const name = factor.name === '' ? t.kinds[kind] : factor.name
  return html`<li class="item">
    <h3>
      ${isSent(factor) || factor.name === '' ? t.kinds[kind] : html`<bdi>${factor.name}</bdi>`}
      ${isDisabled && isAllowed && html`<span class="state">${t.disabledFactor}</span>`}
      ${!isAllowed && html`<span class="state">${t.forbidden}</span>`}
    </h3>
    ${facts(frame, factor)} ${isAllowed ? isDisabled && bindAnew(frame, factor) : html`<p>${t.forbiddenWhat}</p>`}
    ${kind === 'sms' && isAllowed && number(frame, numbers)}
    ${!isSent(factor) && nameForm(frame, factor, wrong?.factor === id ? wrong : null)}
    <form method="post" action="/account/security/remove">
      <input type="hidden" name="factor" value="${id}" />
      <button class="danger" aria-label="${t.removeOne({ name })}">${t.remove}</button>
    </form>
  </li>`
}

function facts(frame: Frame, factor: ShownFactor): Html {
  const { language } = frame
  const t = textsOf(language).security
  const { kind, name, since, lastUsed, isSynced, card } = factor
  return html`<dl class="facts">
    ${!isSent(factor) && name !== '' && fact(t.made, t.kinds[kind])}
    ${kind === 'email' && fact(textsOf(language).labels.email, ltr(name))}
    ${kind === 'sms' && fact(textsOf(language).labels.phone, ltr(name))}
    ${fact(t.added, moment(language, since))}
    ${!isSent(factor) && fact(t.lastUsed, lastUsed ? moment(language, lastUsed) : t.never)}
    ${kind === 'passkey' && fact(t.synced, isSynced ? t.isSynced : t.notSynced)}
    ${card !== null && fact(t.cardNumber, ltr(inGroups(card, ' ')))}
  </dl>`
}

const fact = (what: string, is: Html | string): Html =>
  html`<dt>${what}</dt>
    <dd>${is}</dd>`

const number = ({ language }: Frame, { mute, offersSms }: Numbers): Html => {
  const t = textsOf(language).security
  const why = mute === 'country' ? t.muteCountry : t.muteNumber
  const another = html`<p>
    <a class="button second" href="/account/security/sms">${t.anotherNumber}</a>
  </p>`
  return html`${mute !== null && html`<div class="note warning"><p>${why}</p></div>`}
    ${offersSms && another}`
}

/** Too many wrong codes in a row. */
const bindAnew = ({ language }: Frame, { id }: ShownFactor): Html => {
  const t = textsOf(language).security
  return html`<div class="note warning"><p>${t.disabledWhat}</p></div>
    <form method="post" action="/account/security/bind-anew">
      <input type="hidden" name="factor" value="${id}" />
      <button class="main">${t.bindAnew}</button>
    </form>`
}

function nameForm({ language }: Frame, { id, kind, name }: ShownFactor, wrong: Wrong): Html {
  const { security: t, devices } = textsOf(language)
  return renameForm({
    action: '/account/security/name',
    id,
    fields: html`<input type="hidden" name="factor" value="${id}" />`,
    texts: {
      rename: t.rename,
      renameOne: t.renameOne({ name: name === '' ? t.kinds[kind] : name }),
      name: devices.name,
      hint: t.nameHint,
      save: t.saveName,
    },
    value: wrong?.name ?? name,
    placeholder: t.kinds[kind],
    problem: wrong?.problem ?? null,
  })
}
