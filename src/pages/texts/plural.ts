import type { Language } from '../../lib/language.ts'

/** The forms a counted noun takes. All six in Arabic, so that none is forgotten. */
type Forms = {
  readonly en: { readonly one: string; readonly other: string }
  readonly 'zh-CN': { readonly other: string }
  readonly ar: Readonly<Record<Intl.LDMLPluralRule, string>>
}

/** Makes a function from a count to its text; `#` stands for the count, in Western digits. */
export function plural<L extends Language>(
  language: L,
  forms: Forms[L],
): (count: number) => string {
  const rules = new Intl.PluralRules(language)
  const texts = new Map<string, string>(Object.entries(forms))
  return (count) => (texts.get(rules.select(count)) ?? forms.other).replace('#', String(count))
}

type Units = Readonly<Record<'seconds' | 'minutes' | 'hours', (count: number) => string>>

/** Makes a function from seconds to "40 seconds", "3 minutes" or "2 hours"; never too short. */
export const durations =
  ({ seconds, minutes, hours }: Units) =>
  (wait: number): string => {
    if (wait <= 90) return seconds(Math.max(1, Math.ceil(wait)))
    return wait <= 90 * 60 ? minutes(Math.ceil(wait / 60)) : hours(Math.ceil(wait / 3600))
  }
