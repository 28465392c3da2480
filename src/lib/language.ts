/** The languages we speak. One more is one file in `pages/texts` and its name here. */
export const languages = ['en', 'zh-CN', 'ar'] as const satisfies readonly string[]

export type Language = (typeof languages)[number]

export const isLanguage = (text: string): text is Language =>
  languages.some((language) => language === text)

/** The way lines run, for `dir` on a page. */
export const directionOf = (language: Language): 'ltr' | 'rtl' =>
  language === 'ar' ? 'rtl' : 'ltr'

// Browsers send a handful of wishes; a header longer than this is not from a browser.
const LONGEST = 1000

const WISH = /^([a-z]{1,8})(?:-[a-z0-9]{1,8})*(?:\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i

/**
 * The language to answer in, from `Accept-Language` (RFC 9110, section 12.5.4). Only the first
 * part of a tag counts, so zh-TW reads zh-CN and ar-EG reads ar. What cannot be read is passed
 * over; when nothing is left, the answer is `fallback`.
 */
export function negotiate(acceptLanguage: string | undefined, fallback: Language): Language {
  if (!acceptLanguage || acceptLanguage.length > LONGEST) return fallback
  const wishes = acceptLanguage.split(',').flatMap(wishOf)
  const best = Math.max(0, ...wishes.map((wish) => wish.weight))
  return wishes.find((wish) => wish.weight === best && best > 0)?.language ?? fallback
}

function wishOf(text: string): { language: Language; weight: number }[] {
  const [, primary, weight = '1'] = WISH.exec(text.trim()) ?? []
  const language = languages.find((each) => each.split('-')[0] === primary?.toLowerCase())
  return language ? [{ language, weight: Number(weight) }] : []
}
