import type { Language } from '../lib/language.ts'
import { textsOf } from './texts/all.ts'

type SmsProps = {
  readonly product: string
  readonly url: string
  readonly purpose: keyof ReturnType<typeof textsOf>['mails']['codeLead']
  readonly code: string
}

/**
 * A text message with a code. Its last line lets a phone fill it in on our pages and nowhere else
 * (origin-bound one-time codes, WICG).
 */
export const renderSms = (
  language: Language,
  { product, url, purpose, code }: SmsProps,
): string => {
  const lead = textsOf(language).mails.codeLead[purpose]
  return `${product}: ${code} ${lead}\n\n@${new URL(url).hostname} #${code}`
}
