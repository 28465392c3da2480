import type { FieldCode } from '../accounts/new-account.ts'
import type { FieldProblems } from '../pages/parts.ts'
import type { Texts } from '../pages/texts/all.ts'

/** What is wrong with each field, in words. */
export const fieldTexts = (
  texts: Texts,
  problems: Readonly<Partial<Record<string, FieldCode>>>,
): FieldProblems =>
  Object.fromEntries(
    Object.entries(problems).map(([field, code]) => [field, code && texts.fields[code]]),
  )
