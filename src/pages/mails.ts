import { directionOf, type Language } from '../lib/language.ts'
import { alarmWords, type AlarmProps } from './alarm-words.ts'
import { browserName } from './browser.ts'
import { areFew } from './few-codes.ts'
import { isolate, oneLine } from './isolate.ts'
import { mailDocument } from './mail-document.ts'
import { messageName } from './message-name.ts'
import { momentText } from './moment.ts'
import { textsOf, type Texts } from './texts/all.ts'

export type Mail = { readonly subject: string; readonly text: string; readonly html: string }

/** What happened, as far as the words depend on it. */
type Occasion =
  | {
      readonly kind: 'code'
      readonly purpose: keyof Texts['mails']['codeLead']
      readonly code: string
      readonly minutes: number
    }
  | { readonly kind: 'recovery_code_used'; readonly left: number }
  | { readonly kind: 'factor_disabled'; readonly by: Factor }
  | {
      readonly kind: 'factor_added' | 'factor_removed'
      readonly by: Factor
      readonly called: string
    }
  | { readonly kind: 'passkey_went_back'; readonly called: string }
  | { readonly kind: Plain }
  | { readonly kind: 'password_reset'; readonly token: string; readonly minutes: number }
  | {
      readonly kind: 'email_change'
      readonly to: string
      readonly from: string
      readonly token: string
    }
  | { readonly kind: 'reported'; readonly login: string; readonly what: string }
  | {
      readonly kind: 'delivery_changed'
      readonly what: keyof Texts['delivery']['done']
      readonly called: string
      readonly login: string
      readonly isOwn: boolean
    }
  | {
      readonly kind: 'account_changed'
      readonly what: keyof Texts['mails']['account_changed']['what']
      readonly login: string
      readonly reason?: string
    }
  | { readonly kind: 'account_deleted'; readonly login: string }
  | {
      readonly kind: 'invitation'
      readonly token: string
      readonly until: string
      readonly login: string
    }
  | {
      readonly kind: 'policy_changed'
      readonly main: string | null
      readonly login: string
      readonly isOwn: boolean
    }
  | { readonly kind: 'protection_due'; readonly from: string }
  | { readonly kind: 'case_opened'; readonly from: string; readonly token: string }
  | {
      readonly kind: 'case_told'
      readonly what: keyof Texts['mails']['case_told']['what']
      readonly token: string | null
    }
  | { readonly kind: 'test' }
  | { readonly kind: 'alarm'; readonly alarm: AlarmProps; readonly login: string | null }

type Factor = 'passkey' | 'totp' | 'sms' | 'email'

/** Those that always say the same. */
type Plain =
  | 'protected'
  | 'unprotected'
  | 'pass_used'
  | 'recovery_codes_renewed'
  | 'device_trust_ended'
  | 'password_changed'
  | 'password_known'
  | 'second_step_failures'
  | 'new_device'
  | 'session_ended'
  | 'email_changed'
  | 'email_not_changed'
  | 'key_made'

export type MailProps = Occasion & {
  readonly name: string
  readonly product: string
  /** Where the product is reached. */
  readonly url: string
  /** ISO 8601. */
  readonly at: string
  readonly address: string
  readonly userAgent: string
  /** The token of the page on which one says "this was not me". */
  readonly notMe: string
}

/** A text, or a text with the address of a page under it. */
export type Paragraph = string | { readonly text: string; readonly url: string }

/** The text of a mail: paragraphs before the code, the code, paragraphs after it. */
type Words = {
  readonly subject: string
  readonly before: readonly Paragraph[]
  readonly code: string | null
  readonly after: readonly Paragraph[]
}

/** A mail with a text and an HTML part that say the same. The subject never holds the code. */
export function renderMail(language: Language, props: MailProps): Mail {
  const t = textsOf(language).mails
  const { subject, before, code, after } = wordsOf(language, t, props)
  const facts: readonly (readonly [string, string])[] = [
    ...factorIn(language, t, props),
    [t.when, momentText(language, new Date(props.at))],
    ...placeIn(t, props),
  ]
  const hello = t.hello({ name: isolate(props.name) })
  const footer = t.footer({ product: isolate(props.product), url: urlOf(props) })
  const text = [
    hello,
    ...before.map(plainText),
    ...(code === null ? [] : [`    ${code}`]),
    ...after.map(plainText),
    facts.map(([label, value]) => `${label}: ${isolate(value)}`).join('\n'),
    `-- \n${footer}`,
  ].join('\n\n')
  const document = mailDocument({
    language,
    direction: directionOf(language),
    subject,
    before: [hello, ...before],
    code,
    after,
    facts,
    footer,
  })
  return { subject, text: `${text}\n`, html: document }
}

/** From where it was caused. What the server found by itself comes from nowhere. */
const placeIn = (
  t: Texts['mails'],
  { kind, address, userAgent }: MailProps,
): readonly (readonly [string, string])[] =>
  kind === 'alarm' || kind === 'protection_due'
    ? []
    : [
        [t.where, oneLine(address) || t.unknown],
        [t.browser, oneLine(browserName(userAgent)) || t.unknown],
      ]

/** Which second step it is about, and what the person calls it. */
function factorIn(
  language: Language,
  t: Texts['mails'],
  props: MailProps,
): readonly (readonly [string, string])[] {
  if (!('by' in props) && props.kind !== 'passkey_went_back') return []
  const { history, labels } = textsOf(language)
  const { factors } = history
  const kind = factors['by' in props ? props.by : 'passkey']
  const called = 'called' in props ? oneLine(props.called) : ''
  // A number beside other words would turn round in Arabic.
  if ('by' in props && props.by === 'sms' && called !== '')
    return [
      [t.factor, kind],
      [labels.phone, called],
    ]
  return [[t.factor, called === '' ? kind : `${kind} (${called})`]]
}

function wordsOf(language: Language, t: Texts['mails'], props: MailProps): Words {
  const product = oneLine(props.product)
  const notMe = { text: t.notMe, url: linkTo(props, 'not-me', props.notMe) }
  switch (props.kind) {
    case 'code':
      return {
        subject: t.codeSubject({ product }),
        before: [t.codeLead[props.purpose]],
        code: props.code,
        after: [
          t.codeLives({ minutes: props.minutes }),
          t.codeOnlyAt({ url: urlOf(props) }),
          t.codeNotYou[props.purpose],
          notMe,
        ],
      }
    case 'recovery_code_used': {
      const { subject, lead, few, notYou } = t.recovery_code_used
      const { left } = props
      return {
        subject: subject({ product }),
        before: [lead({ left }), ...(areFew(left) ? [few] : []), notYou, notMe],
        code: null,
        after: [],
      }
    }
    case 'password_reset': {
      const { subject, lead, link } = t.password_reset
      const text = link({ minutes: props.minutes })
      const page = { text, url: linkTo(props, 'sign-in/reset', props.token) }
      return { subject: subject({ product }), before: [lead, page, notMe], code: null, after: [] }
    }
    case 'email_change': {
      const { subject, lead, link } = t.email_change
      const from = momentText(language, new Date(props.from))
      const page = { text: link, url: linkTo(props, 'stop-email-change', props.token) }
      const said = lead({ to: isolate(props.to), from })
      return { subject: subject({ product }), before: [said, page, notMe], code: null, after: [] }
    }
    case 'reported': {
      const { subject, lead, notYou } = t.reported
      const what = isolate(messageName(language, props.what))
      const said = lead({ login: isolate(props.login), what })
      return { subject: subject({ product }), before: [said, notYou], code: null, after: [] }
    }
    case 'delivery_changed': {
      const { subject, lead, notYou } = t.delivery_changed
      const done = textsOf(language).delivery.done[props.what]
      const what = [done, props.called && `(${isolate(props.called)})`].filter(Boolean).join(' ')
      const said = lead({ login: isolate(props.login), what })
      const before = [said, notYou, ...(props.isOwn ? [notMe] : [])]
      return { subject: subject({ product }), before, code: null, after: [] }
    }
    case 'account_changed': {
      const { subject, lead, what, because, notYou } = t.account_changed
      const said = lead({ login: isolate(props.login), what: what[props.what] })
      const why = props.reason === undefined ? [] : [because({ reason: isolate(props.reason) })]
      return {
        subject: subject({ product }),
        before: [said, ...why, notYou],
        code: null,
        after: [],
      }
    }
    case 'account_deleted': {
      const { subject, lead, notYou } = t.account_deleted
      const said = lead({ login: isolate(props.login) })
      return { subject: subject({ product }), before: [said, notYou], code: null, after: [] }
    }
    case 'invitation': {
      const { subject, lead, link, notYou } = t.invitation
      const said = lead({ login: isolate(props.login), product: isolate(product) })
      const text = link({ until: momentText(language, new Date(props.until)) })
      const page = { text, url: linkTo(props, 'invitation', props.token) }
      return { subject: subject({ product }), before: [said, page, notYou], code: null, after: [] }
    }
    case 'policy_changed': {
      const { subject, lead, ofMain, notYou } = t.policy_changed
      const login = isolate(props.login)
      const said =
        props.main === null ? lead({ login }) : ofMain({ login, main: isolate(props.main) })
      const before = [said, notYou, ...(props.isOwn ? [notMe] : [])]
      return { subject: subject({ product }), before, code: null, after: [] }
    }
    case 'protection_due': {
      const { subject, lead, link } = t.protection_due
      const said = lead({ from: momentText(language, new Date(props.from)) })
      const page = { text: link, url: `${urlOf(props)}/account/security` }
      return { subject: subject({ product }), before: [said, page], code: null, after: [] }
    }
    case 'case_opened': {
      const { subject, lead, link } = t.case_opened
      const said = lead({ from: momentText(language, new Date(props.from)) })
      const page = { text: link, url: linkTo(props, 'lost/cancel', props.token) }
      return { subject: subject({ product }), before: [said, page], code: null, after: [] }
    }
    case 'case_told': {
      const { subject, what, link, notYou } = t.case_told
      const page =
        props.token === null
          ? notYou
          : { text: link, url: linkTo(props, 'lost/cancel', props.token) }
      const before = [what[props.what], page, ...(props.what === 'used' ? [notMe] : [])]
      return { subject: subject({ product }), before, code: null, after: [] }
    }
    case 'test': {
      const { subject, lead } = t.test
      return { subject: subject({ product }), before: [lead], code: null, after: [] }
    }
    case 'alarm': {
      const { lead, todo, isOnSettings } = alarmWords(language, t.alarms, props.alarm, props.login)
      const page = { text: todo, url: `${urlOf(props)}/settings/delivery` }
      const before = [...lead, isOnSettings ? page : todo]
      const subject = t.alarms[props.alarm.kind].subject({ product })
      return { subject, before, code: null, after: [] }
    }
    case 'protected':
    case 'unprotected':
    case 'pass_used':
    case 'recovery_codes_renewed':
    case 'device_trust_ended':
    case 'password_changed':
    case 'password_known':
    case 'second_step_failures':
    case 'factor_disabled':
    case 'factor_added':
    case 'factor_removed':
    case 'passkey_went_back':
    case 'new_device':
    case 'session_ended':
    case 'email_changed':
    case 'email_not_changed':
    case 'key_made': {
      const { subject, lead, notYou } = t[props.kind]
      return { subject: subject({ product }), before: [lead, notYou, notMe], code: null, after: [] }
    }
    default:
      return props satisfies never
  }
}

// Not isolated: the mark that ends an isolate would become part of the link in some mail programs.
const urlOf = ({ url }: MailProps): string => oneLine(url).replace(/\/$/, '')

const plainText = (paragraph: Paragraph): string =>
  typeof paragraph === 'string' ? paragraph : `${paragraph.text}\n${paragraph.url}`

/** A page of ours that somebody may open who is not signed in. */
const linkTo = (props: MailProps, page: string, token: string): string =>
  `${urlOf(props)}/${page}?token=${token}`
