import { directionOf, type Language } from '../lib/language.ts'
import { partsOf } from '../lib/sms-text.ts'
import { isolate, oneLine } from './isolate.ts'
import { textsOf, type Texts } from './texts/all.ts'

type SmsProps = {
  readonly product: string
  readonly url: string
  readonly purpose: keyof Texts['sms']['what']
  readonly code: string
}

/** To try a route out: what is usual in it, and no code. */
export const renderTestSms = (language: Language, { product }: Pick<SmsProps, 'product'>): string =>
  textsOf(language).delivery.testText({ product })

/**
 * A text message with a code. Its last line lets a phone fill it in on our pages and nowhere else
 * (origin-bound one-time codes, WICG). What it is for is left out where it would need one part more, and
 * so is the name of the product: the last line says whose code it is.
 */
export const renderSms = (
  language: Language,
  { product, url, purpose, code }: SmsProps,
): string => {
  const t = textsOf(language).sms
  // Only where it is needed: in English one such mark halves what a message holds.
  const name = directionOf(language) === 'rtl' ? isolate(product) : oneLine(product)
  const what = t.what[purpose]
  const texts = [
    { product: name, what },
    { product: name, what: '' },
    { product: '', what },
    { product: '', what: '' },
  ].map((said) => `${t.code({ ...said, code })}\n\n@${new URL(url).hostname} #${code}`)
  const most = Math.max(t.parts, partsOf(texts.at(-1)!))
  return texts.find((text) => partsOf(text) <= most)!
}
