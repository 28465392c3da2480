import { html } from 'hono/html'
import type { Language } from '../lib/language.ts'
import type { Html } from './layout.ts'
import { moment } from './moment.ts'
import { attributes, buttonForm, inputField, ltr, problemBox, PROBLEM_ID } from './parts.ts'
import { textsOf } from './texts/all.ts'

/** Where asking for a code stands. */
export type CodeFormProps = {
  readonly way: 'email' | 'recovery'
  /** How long the code is. */
  readonly digits: number
  readonly maskedTo: string
  /** A message with a code is on its way, or has arrived. */
  readonly sent: boolean
  readonly minutesLeft: number
  /** Seconds until the code can be sent again. */
  readonly resendIn: number
  readonly canResend: boolean
  /** The account has recovery codes. */
  readonly otherWay: boolean
  /** Why a code by mail does not do; then only a recovery code is asked for. */
  readonly noMail:
    | { readonly why: 'reset'; readonly until: Date }
    | { readonly why: 'disabled' }
    | null
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
  /** What else is asked with the code. */
  readonly extra: Html | null
}

/** Asks for a code: at sign-in and before a change, always in the same way. */
export function codeForm(language: Language, step: CodeFormProps, place: Place): Html {
  const t = textsOf(language).code
  const isEmail = step.way === 'email'
  return html`<h1>${place.title}</h1>
    <div class="sheet">
    ${problemBox(step.problem)} ${place.lead !== null && html`<p>${place.lead}</p>`}
    ${whyNoMail(language, step)}
    ${isEmail ? whereItWent(language, step) : html`<p>${t.recoveryLead}</p>`}
    <form method="post" action="${place.action}">
      ${!isEmail && html`<input type="hidden" name="with" value="recovery" />`}
      ${place.extra} ${isEmail ? emailCodeField(language, step) : recoveryCodeField(language, step)}
      <button class="main">${t.submit}</button>
    </form>
    <section class="ways" aria-label="${t.otherWays}">
      ${isEmail && sendAgain(language, step, place.send)} ${otherWay(language, step, place.action)}
      ${buttonForm(place.cancel, place.cancelText, 'quiet')}
    </section></div>`
}

function whyNoMail(language: Language, { noMail }: CodeFormProps): Html | null {
  if (noMail === null) return null
  const t = textsOf(language).code
  const text =
    noMail.why === 'reset'
      ? t.mailboxShown({ until: moment(language, noMail.until) })
      : t.mailDisabled
  return html`<div class="note warning"><p>${text}</p></div>`
}

function whereItWent(
  language: Language,
  { sent, maskedTo, minutesLeft, digits }: CodeFormProps,
): Html {
  const t = textsOf(language).code
  const to = html`<strong>${ltr(maskedTo)}</strong>`
  if (!sent) return html`<p>${t.notSent({ to })}</p>`
  return html`<p>${t.sent({ to, minutes: minutesLeft, digits })}</p>`
}

// One text input without length or pattern: six boxes, numbers and limits break pasting, leading
// zeros and Arabic digits.
const codeInput = {
  type: 'text',
  autocomplete: 'one-time-code',
  autocapitalize: 'off',
  autocorrect: 'off',
  spellcheck: 'false',
  dir: 'ltr',
  required: true,
  autofocus: true,
} as const

const describedBy = ({ problem }: CodeFormProps): string | undefined =>
  problem === null ? undefined : PROBLEM_ID

function emailCodeField(language: Language, step: CodeFormProps): Html {
  const t = textsOf(language).code
  const { digits } = step
  return inputField({
    name: 'code',
    label: t.label,
    hint: html`${t.digits({ digits })} <span hidden data-script>${t.itself({ digits })}</span>`,
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

function sendAgain(language: Language, step: CodeFormProps, action: string): Html {
  const texts = textsOf(language)
  const t = texts.code
  if (!step.canResend) return html`<p class="hint">${t.noMore}</p>`
  const seconds = Math.ceil(step.resendIn)
  const wait = html`<span${attributes({ 'data-countdown': String(seconds) })}
    >${texts.duration({ wait: seconds })}</span
  >`
  return html`<form method="post" action="${action}" class="again">
    <p class="hint">${t.spam}</p>
    <button class="second">${step.sent ? t.again : t.send}</button>
    ${seconds > 0 && html`<p class="hint wait">${t.wait({ wait })}</p>`}
  </form>`
}

function otherWay(language: Language, step: CodeFormProps, path: string): Html | false | null {
  const { way, otherWay: hasRecovery, noMail } = step
  const t = textsOf(language).code
  if (noMail !== null) return null
  if (way === 'recovery') return html`<p><a href="${path}">${t.useEmail}</a></p>`
  return hasRecovery && html`<p><a href="${path}?with=recovery">${t.useRecovery}</a></p>`
}
