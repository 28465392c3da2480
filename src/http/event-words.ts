import type { App } from '../app.ts'
import type { Entry, MessageState } from '../accounts/history.ts'
import { shownRecipient } from '../accounts/shown-recipient.ts'
import type { Proof } from '../factors/factor.ts'
import type { Language } from '../lib/language.ts'
import type { Notice } from '../delivery/message.ts'
import { browserName } from '../pages/browser.ts'
import type { Happening } from '../pages/history.ts'
import { messageName, own } from '../pages/message-name.ts'
import { rulesText } from '../pages/policy-words.ts'
import { textsOf, type Texts } from '../pages/texts/all.ts'
import type { EventKind } from '../sign-in/change.ts'
import type { Purpose } from '../store/attempts.ts'

/** An entry of the history as a person reads it. Of its details only those that we know. */
export function inWords(app: Pick<App, 'placeOf'>, language: Language, entry: Entry): Happening {
  const { event, message, deviceName } = entry
  const t = wordsOf(textsOf(language))
  const { by, purpose, left, reason, phone, kind, name, what, actor, because } = event.detail
  const state = message && [stateOf(t, message), reasonOf(t, message)].filter(Boolean).join(': ')
  const details: [string, string | null][] = [
    [t.by, typeof by === 'string' && event.kind !== 'code_sent' ? factorsOf(language, by) : null],
    [t.actor, typeof actor === 'string' ? entry.by : null],
    ...policyWords(language, event),
    [t.what, typeof what === 'string' ? own(textsOf(language).delivery.done, what) : null],
    [t.purpose, typeof purpose === 'string' ? own(t.purposes, purpose) : null],
    [t.message, typeof kind === 'string' ? messageName(language, kind) : null],
    [t.to, message && shownRecipient(null, message)],
    [t.delivery, state],
    [t.reason, typeof reason === 'string' ? own(t.reasons, reason) : null],
    [t.reason, typeof because === 'string' ? because : null],
    [t.left, typeof left === 'number' ? String(left) : null],
    [t.phone, phone === true ? t.another : null],
    [t.name, typeof name === 'string' && name !== '' ? name : null],
  ]
  const unknown = event.userAgent === '' ? null : t.unknownDevice
  return {
    id: event.id,
    at: new Date(event.at),
    what: own(t.events, event.kind) ?? t.otherEvent,
    details: details.flatMap(([label, value]) => (value === null ? [] : [[label, value] as const])),
    device: deviceName ?? (browserName(event.userAgent) || unknown),
    address: event.address,
    place: app.placeOf(event.address, language),
    canBeDenied: entry.canBeDenied,
  }
}

/** What a policy said before, and says now. */
function policyWords(
  language: Language,
  { kind, detail: { from, to } }: Entry['event'],
): [string, string | null][] {
  const t = textsOf(language).history
  if (kind !== 'policy_changed' || typeof from !== 'string' || typeof to !== 'string') return []
  return [
    [t.before, rulesText(language, from) || null],
    [t.now, rulesText(language, to) || null],
  ]
}

/** Everything that can happen has words: what is missing does not compile. */
const wordsOf = ({ history }: Texts) => ({
  ...history,
  events: history.events satisfies Record<EventKind, string>,
  messageKinds: history.messageKinds satisfies Record<Notice['kind'], string>,
  purposes: history.purposes satisfies Record<Purpose, string>,
  factors: history.factors satisfies Record<Proof['by'], string>,
  states: history.states satisfies Record<MessageState, string>,
})

/** "password and code by e-mail", from `password+email`; `null` when it was done by no factor. */
function factorsOf(language: Language, by: string): string | null {
  const { factors } = textsOf(language).history
  const names = by.split('+').flatMap((each) => own(factors, each) ?? [])
  if (names.length === 0) return null
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(names)
}

const stateOf = (t: Texts['history'], { by, state }: NonNullable<Entry['message']>): string =>
  by === 'sms' && state === 'accepted' ? t.smsAccepted : t.states[state]

/** Why it has not gone out. What the mail server or the gateway says itself is for the operator. */
function reasonOf(
  { reasons }: Texts['history'],
  { by, state, reason }: NonNullable<Entry['message']>,
): string | null {
  if (reason === null || reason === 'stopped' || state === 'accepted' || state === 'expired')
    return null
  if (by === 'sms') return reasons.sms
  if (/^(EENVELOPE|EMESSAGE|not one)/.test(reason)) return reasons.refused
  if (/^(ECONN|ETIMEDOUT|ESOCKET|EDNS|ETLS|EPROTOCOL)/.test(reason)) return reasons.away
  return reason.startsWith('EAUTH') ? reasons.settings : reasons.other
}
