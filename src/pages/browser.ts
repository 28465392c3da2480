import type { Language } from '../lib/language.ts'
import { textsOf } from './texts/all.ts'

// The order counts: most browsers also name those they descend from.
const browsers: readonly [RegExp, string][] = [
  [/Edg(?:e|A|iOS)?\//, 'Edge'],
  [/OPR\/|OPiOS\//, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Version\/[\d.]+ .*Safari\//, 'Safari'],
]

const systems: readonly [RegExp, string][] = [
  [/iPhone|iPod/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/CrOS/, 'ChromeOS'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux/, 'Linux'],
]

/** Android says "Mobile" on phones only; "Tablet PC" is a Windows computer. */
const kinds: readonly [RegExp, Kind][] = [
  [/iPad|Tablet(?! PC)|Android(?!.*Mobile)|Silk\/|Kindle/, 'tablet'],
  [/iPhone|iPod|Mobile|Windows Phone/, 'phone'],
  [/Windows|Macintosh|CrOS|Linux|X11/, 'computer'],
]

export type Kind = 'computer' | 'phone' | 'tablet'

/** What a User-Agent header tells; `null` for what it does not. */
export type Browser = {
  readonly browser: string | null
  readonly system: string | null
  readonly kind: Kind | null
}

const LONGEST = 500

/** Never a word of its own: whoever sends it could write our mails. */
export function browserOf(userAgent: string): Browser {
  const text = userAgent.slice(0, LONGEST)
  return { browser: first(browsers, text), system: first(systems, text), kind: first(kinds, text) }
}

const first = <T>(list: readonly [RegExp, T][], text: string): T | null =>
  list.find(([pattern]) => pattern.test(text))?.[1] ?? null

/** "Firefox, Windows", or nothing. */
export function browserName(userAgent: string): string {
  const { browser, system } = browserOf(userAgent)
  return [browser, system].filter((each) => each !== null).join(', ')
}

/** "Firefox, Windows, computer" in a language, whatever of it is known; never nothing. */
export function deviceName(language: Language, userAgent: string): string {
  const { devices: t } = textsOf(language)
  const { browser, system, kind } = browserOf(userAgent)
  const parts = [browser, system, kind && t.kinds[kind]].filter((each) => each !== null)
  return parts.length > 0 ? parts.join(t.comma) : t.unnamed
}
