import { languages, type Language } from '../lib/language.ts'
import type { Html } from './layout.ts'
import { inputField, ltr, selectField, type AccountValues, type FieldProblems } from './parts.ts'
import { languageNames, textsOf } from './texts/all.ts'

export type Country = { readonly code: string; readonly name: string }

/**
 * What an account says about a person: the same questions at set-up and in the profile. Not for the number
 * where it is proven.
 */
export function accountFields(
  language: Language,
  values: AccountValues,
  countries: readonly Country[],
  problems: FieldProblems,
  hasPhone = true,
): Html[] {
  const { labels, hints } = textsOf(language)
  return [
    inputField({
      name: 'name',
      label: labels.name,
      hint: hints.name,
      problem: problems.name,
      value: values.name,
      more: { type: 'text', autocomplete: 'name', required: true, dir: 'auto' },
    }),
    selectField({
      name: 'country',
      label: labels.country,
      problem: problems.country,
      value: values.country,
      empty: labels.chooseCountry,
      options: countries.map(({ code, name }) => ({ value: code, name })),
      more: { autocomplete: 'country', required: true },
    }),
    selectField({
      name: 'language',
      label: labels.language,
      hint: hints.language,
      problem: problems.language,
      value: values.language,
      options: languages.map((each) => ({ value: each, name: languageNames[each], lang: each })),
      more: { required: true },
    }),
    ...(hasPhone
      ? [
          inputField({
            name: 'phone',
            label: labels.phone,
            optional: labels.optional,
            hint: hints.phone({ example: ltr('+44\u00a07700\u00a0900123') }),
            problem: problems.phone,
            value: values.phone,
            more: { type: 'tel', autocomplete: 'tel', dir: 'ltr' },
          }),
        ]
      : []),
  ]
}
