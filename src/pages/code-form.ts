import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import { codeInput } from './code-input.ts'
import { isolate } from './isolate.ts'
import type { Html } from './layout.ts'
import { messageLine, type Hope, type Told } from './message-line.ts'
import { moment } from './moment.ts'
import { attributes, buttonForm, inputField, ltr, problemBox, PROBLEM_ID } from './parts.ts'
import { passkeyForm } from './passkey-form.ts'
import { textsOf } from './texts/all.ts'

export type Way = 'passkey' | 'totp' | 'sms' | 'email' | 'recovery'

/** Where asking stands. */
export type CodeFormProps = {
  /** How it is asked now, and the other ways there are. */
  readonly way: Way
  readonly others: readonly Way[]
  /** How long a code is, or the longest of those that will do. */
  readonly digits: number
  /** Where the code goes, or went: an address, a number, or both; '' for what is none of them. */
  readonly maskedTo: string
  readonly maskedPhone: string
  /** No text message can go to the number now, whichever way is shown. */
  readonly isMute: boolean
  /** A message with a code is on its way, or has arrived. */
  readonly sent: boolean
  readonly minutesLeft: number
  /** What became of the messages with the code, and whether there may be more to tell later. */
  readonly told: Told
  readonly isLive: boolean
  /** Seconds until the code can be sent again. */
  readonly resendIn: number
  readonly canResend: boolean
  /** Why a sent code does not do; then only a recovery code is asked for. */
  readonly noMail:
    | { readonly why: 'reset'; readonly until: Date }
    | { readonly why: 'disabled' | 'sms_disabled' }
    | null
  /** What the browser is asked for a passkey, as JSON. */
  readonly options: string | null
  /** What the authenticator apps that will do are called; '' for one without a name. */
  readonly apps: readonly string[]
  readonly problem: string | null
}

type Place = {
  readonly title: string
  readonly lead: string | null
  /** Where the answer goes; the page itself has the same path. */
  readonly action: string
  readonly send: string
  readonly cancel: string
  readonly cancelText: string
  /** What else is asked with the answer. */
  readonly extra: Html | null
  /** Another way out of it. */
  readonly more?: Html
  /** Where a code may be typed, and nowhere else: said where people sign in. */
  readonly host: string | null
  /** Where somebody goes who has none of it. */
  readonly lost?: Html
}

/** Asks for a code or a passkey: at sign-in and before a change, always in the same way. */
export function codeForm(language: Language, step: CodeFormProps, place: Place): Html {
  const t = textsOf(language).code
  const { host } = place
  return html`<h1>${place.title}</h1>
    <div class="sheet">
    ${problemBox(step.problem)} ${place.lead !== null && html`<p>${place.lead}</p>`}
    ${whyNoMail(language, step)} ${asking(language, step, place)}
    <section class="ways" aria-label="${t.otherWays}">
      ${isSent(step) && !isSilent(step) && sendAgain(language, step, place.send)}
      ${step.others.length > 0 && otherWays(language, step, place.action)}
      ${place.lost}
      ${host !== null && html`<p class="hint">${t.phishing({ host: ltr(host) })}</p>`}
      ${place.more} ${buttonForm(place.cancel, place.cancelText, 'quiet')}
    </section></div>`
}

function asking(language: Language, step: CodeFormProps, { action, extra }: Place): Html {
  const t = textsOf(language).code
  const { way } = step
  const fields = html`<input type="hidden" name="with" value="${way}" />${extra}`
  switch (way) {
    case 'passkey': {
      const options = { json: step.options ?? '{}' }
      const form = { action, submit: t.passkeySubmit, does: 'get', options, fields } as const
      return html`<p>${t.passkeyLead}</p>
        ${passkeyForm(language, form)}`
    }
    case 'totp':
      return codeAsked(language, appLead(language, step), action, [
        fields,
        digitsField(language, step, textsOf(language).code.totpDigits),
      ])
    case 'email':
    case 'sms':
      // Without a code there is nothing to type: the one thing to do is to ask for it.
      if (!step.sent) return whereItWent(language, step, action)
      return codeAsked(language, whereItWent(language, step, action), action, [
        fields,
        sentCodeField(language, step),
      ])
    case 'recovery':
      return codeAsked(language, html`<p>${t.recoveryLead}</p>`, action, [
        fields,
        recoveryCodeField(language, step),
      ])
    default:
      return way satisfies never
  }
}

const codeAsked = (language: Language, lead: Html, action: string, fields: readonly Html[]): Html =>
  html`${lead}
    <form method="post" action="${action}">
      ${fields}
      <button class="main">${textsOf(language).code.submit}</button>
    </form>`

function appLead(language: Language, { apps }: CodeFormProps): Html {
  const t = textsOf(language).code
  const names = apps.filter((name) => name !== '').map(isolate)
  const list = new Intl.ListFormat(language, { type: 'disjunction' }).format(names)
  return html`<p>${t.totpLead} ${names.length > 1 && t.totpNames({ names: list })}</p>`
}

function whyNoMail(language: Language, { noMail }: CodeFormProps): Html | null {
  if (noMail === null) return null
  const t = textsOf(language).code
  const text =
    noMail.why === 'reset'
      ? t.mailboxShown({ until: moment(language, noMail.until) })
      : noMail.why === 'disabled'
        ? t.mailDisabled
        : t.sms.disabled
  return html`<div class="note warning"><p>${text}</p></div>`
}

const isSent = ({ way }: CodeFormProps): boolean => way === 'email' || way === 'sms'

/** There is no use in asking for a code in this way now. */
const isSilent = ({ way, isMute }: CodeFormProps): boolean => way === 'sms' && isMute

function whereItWent(language: Language, step: CodeFormProps, path: string): Html {
  const t = textsOf(language).code
  const { sent, maskedTo, maskedPhone, minutesLeft: minutes, digits } = step
  const to = html`<strong>${ltr(maskedTo)}</strong>`
  const phone = html`<strong class="number">${ltr(maskedPhone)}</strong>`
  const line = sent && messageLine(language, hopeOf(step), step, path)
  if (isSilent(step) && !sent)
    return html`<div class="note warning"><p>${t.sms.mute({ phone })}</p></div>`
  if (maskedPhone === '')
    return html`<p>${sent ? t.sent({ to, minutes, digits }) : t.notSent({ to })}</p>
      ${line}`
  if (maskedTo === '')
    return html`<p>${sent ? t.sms.sent({ phone, minutes }) : t.sms.notSent({ phone })}</p>
      ${line}`
  return html`<p>
      ${sent ? t.sms.bothSent({ to, phone, minutes }) : t.sms.bothNotSent({ to, phone })}
    </p>
    ${line}`
}

const hopeOf = ({ others, canResend }: CodeFormProps): Hope => ({
  hasOthers: others.length > 0,
  canResend,
})

const describedBy = ({ problem }: CodeFormProps): string | undefined =>
  problem === null ? undefined : PROBLEM_ID

function sentCodeField(language: Language, step: CodeFormProps): Html {
  const t = textsOf(language).code
  const { digits } = step
  const itself = html`<span hidden data-script>${t.itself({ digits })}</span>`
  return digitsField(language, step, html`${t.digits({ digits })} ${itself}`)
}

function digitsField(language: Language, step: CodeFormProps, hint: Html | string): Html {
  const { digits } = step
  return inputField({
    name: 'code',
    label: textsOf(language).code.label,
    hint,
    describedBy: describedBy(step),
    more: {
      ...codeInput,
      inputmode: 'numeric',
      class: digits === 6 ? 'code six' : 'code six long',
      'data-submit-at': String(digits),
    },
  })
}

function recoveryCodeField(language: Language, step: CodeFormProps): Html {
  const t = textsOf(language).code
  return inputField({
    name: 'code',
    label: t.recoveryLabel,
    hint: t.recoveryHint,
    describedBy: describedBy(step),
    more: { ...codeInput, inputmode: 'text', class: 'code' },
  })
}

/** Nobody has to look for what is known to be there. */
const hasArrived = ({ told }: CodeFormProps): boolean =>
  Object.values(told).some(({ state }) => state === 'delivered')

function sendAgain(language: Language, step: CodeFormProps, action: string): Html {
  const texts = textsOf(language)
  const t = texts.code
  if (!step.canResend) return html`<p class="hint">${t.noMore}</p>`
  const seconds = Math.ceil(step.resendIn)
  const wait = html`<span${attributes({ 'data-countdown': String(seconds) })}
    >${texts.duration({ wait: seconds })}</span
  >`
  return html`<form method="post" action="${action}" class="again">
    <input type="hidden" name="with" value="${step.way}" />
    ${step.sent && !hasArrived(step) && html`<p class="hint">${step.maskedTo === '' ? t.sms.late : t.spam}</p>`}
    <button class="${step.sent ? 'second' : 'main'}">${step.sent ? t.again : t.send}</button>
    ${seconds > 0 && html`<p class="hint wait">${t.wait({ wait })}</p>`}
  </form>`
}

function otherWays(language: Language, { others, isMute }: CodeFormProps, path: string): Html {
  const t = textsOf(language).code
  return html`<ul class="others">
    ${others.map(
      (way) =>
        html`<li>
          <a href="${path}?with=${way}">${t.use[way]}</a>
          <p class="hint">${way === 'sms' && isMute ? t.sms.muteWay : t.needs[way]}</p>
        </li>`,
    )}
  </ul>`
}
