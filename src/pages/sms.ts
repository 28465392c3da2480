import type { Language } from '../lib/language.ts'
import { textsOf } from './texts/all.ts'

type SmsProps = {
  readonly product: string
  readonly url: string
  readonly purpose: keyof ReturnType<typeof textsOf>['mails']['codeLead']
  readonly code: string
}

/** To try a route out: what is usual in it, and no code. */
export const renderTestSms = (language: Language, { product }: Pick<SmsProps, 'product'>): string =>
  textsOf(language).delivery.testText({ product })

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
