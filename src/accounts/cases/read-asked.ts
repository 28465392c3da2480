import { cleanLines, cleanName, lengthOf } from '../../lib/text.ts'
import type { FieldCode } from '../new-account.ts'
import type { Asked } from './sealed.ts'

const MOST_REACH = 200
const MOST_TEXT = 2000

export type AskedProblems = Readonly<Partial<Record<keyof Asked, FieldCode>>>

/** What somebody has typed who asks for recovery, or all that is wrong with it. Pure. */
export function readAsked(
  typed: Asked,
): { readonly asked: Asked } | { readonly problems: AskedProblems } {
  const reach = cleanName(typed.reach, MOST_REACH)
  const text = cleanLines(typed.text, MOST_TEXT)
  if (reach !== null && text !== null) return { asked: { reach, text } }
  return {
    problems: {
      ...(reach === null && { reach: whatIsWrong(typed.reach, MOST_REACH) }),
      ...(text === null && { text: whatIsWrong(typed.text, MOST_TEXT) }),
    },
  }
}

/** Why a text was not taken. Pure. */
export function whatIsWrong(typed: string, most: number): FieldCode {
  if (typed.trim() === '') return 'missing'
  return lengthOf(typed) > most ? 'too_long' : 'bad_text'
}
