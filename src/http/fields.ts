import type { Problems } from '../accounts/new-account.ts'
import type { FieldProblems } from '../pages/parts.ts'
import type { Texts } from '../pages/texts/all.ts'

/** What is wrong with each field, in words. */
export const fieldTexts = (texts: Texts, problems: Problems): FieldProblems =>
  Object.fromEntries(Object.entries(problems).map(([field, code]) => [field, texts.fields[code]]))
