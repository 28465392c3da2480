import { cleanName, lengthOf } from '../lib/text.ts'
import type { FieldCode } from './new-account.ts'

const LONGEST = 50

/** What people call something of theirs, as it was typed: one line, at most 50 characters, or ''. Pure. */
export function readOwnName(
  typed: string,
): { readonly name: string } | { readonly problem: FieldCode } {
  const trimmed = typed.trim()
  if (trimmed === '') return { name: '' }
  const name = cleanName(typed, LONGEST)
  if (name !== null) return { name }
  return { problem: lengthOf(trimmed) > LONGEST ? 'too_long' : 'bad_text' }
}
