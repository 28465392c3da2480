import { directionOf, type Language } from '../lib/language.ts'
import { browserName } from './browser.ts'
import { areFew } from './few-codes.ts'
import { isolate, oneLine } from './isolate.ts'
import { mailDocument } from './mail-document.ts'
import { momentText } from './moment.ts'
import { textsOf, type Texts } from './texts/all.ts'

export type Mail = { readonly subject: string; readonly text: string; readonly html: string }

/** What happened, as far as the words depend on it. */
type Occasion =
  | {
      readonly kind: 'code'
      readonly purpose: 'sign-in' | 'protect' | 'unprotect' | 'recovery-codes'
      readonly code: string
      readonly minutes: number
    }
  | { readonly kind: 'recovery_code_used'; readonly left: number }
  | { readonly kind: 'protected' | 'unprotected' }
  | { readonly kind: 'recovery_codes_renewed' | 'device_trust_ended' }

export type MailProps = Occasion & {
  readonly name: string
  readonly product: string
  /** Where the product is reached. */
  readonly url: string
  /** ISO 8601. */
  readonly at: string
  readonly address: string
  readonly userAgent: string
}

/** The text of a mail: paragraphs before the code, the code, paragraphs after it. */
type Words = {
  readonly subject: string
  readonly before: readonly string[]
  readonly code: string | null
  readonly after: readonly string[]
}

/** A mail with a text and an HTML part that say the same. The subject never holds the code. */
export function renderMail(language: Language, props: MailProps): Mail {
  const t = textsOf(language).mails
  const { subject, before, code, after } = wordsOf(t, props)
  const facts: readonly (readonly [string, string])[] = [
    [t.when, momentText(language, new Date(props.at))],
    [t.where, oneLine(props.address) || t.unknown],
    [t.browser, oneLine(browserName(props.userAgent)) || t.unknown],
  ]
  const hello = t.hello({ name: isolate(props.name) })
  const footer = t.footer({ product: isolate(props.product), url: urlOf(props) })
  const text = [
    hello,
    ...before,
    ...(code === null ? [] : [`    ${code}`]),
    ...after,
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

function wordsOf(t: Texts['mails'], props: MailProps): Words {
  const product = oneLine(props.product)
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
        ],
      }
    case 'recovery_code_used': {
      const { subject, lead, few, notYou } = t.recovery_code_used
      const { left } = props
      return {
        subject: subject({ product }),
        before: [lead({ left }), ...(areFew(left) ? [few] : []), notYou],
        code: null,
        after: [],
      }
    }
    case 'protected':
    case 'unprotected':
    case 'recovery_codes_renewed':
    case 'device_trust_ended': {
      const { subject, lead, notYou } = t[props.kind]
      return { subject: subject({ product }), before: [lead, notYou], code: null, after: [] }
    }
    default:
      return props satisfies never
  }
}

// Not isolated: the mark that ends an isolate would become part of the link in some mail programs.
const urlOf = ({ url }: MailProps): string => oneLine(url).replace(/\/$/, '')
