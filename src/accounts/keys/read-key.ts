import { cleanName, lengthOf } from '../../lib/text.ts'
import type { FieldCode } from '../new-account.ts'
import { lives, scopes, type Scope } from './key.ts'

/** What is wanted of a new key. `days`: until it ends by itself; `null`: never. */
export type NewKey = {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly mainId: string | null
  readonly days: number | null
}

export type TypedKey = {
  readonly name: string
  readonly scopes: readonly string[]
  /** '' is never. */
  readonly days: string
}

export type KeyProblems = Readonly<Partial<Record<'name' | 'scope' | 'days' | 'main', FieldCode>>>

const LONGEST = 50

/** A key as it was typed, or what is wrong with it. Pure. */
export function readKey(
  typed: TypedKey,
): { readonly key: Omit<NewKey, 'mainId'> } | { readonly problems: KeyProblems } {
  const name = cleanName(typed.name, LONGEST)
  const wanted = scopes.filter((scope) => typed.scopes.includes(scope))
  const days = lives.find((each) => String(each ?? '') === typed.days)
  const problems: Record<string, FieldCode> = {}
  if (name === null) problems['name'] = whyNot(typed.name.trim())
  if (wanted.length === 0) problems['scope'] = 'missing'
  if (days === undefined) problems['days'] = 'missing'
  if (name === null || days === undefined || wanted.length === 0) return { problems }
  return { key: { name, scopes: wanted, days } }
}

const whyNot = (typed: string): FieldCode =>
  typed === '' ? 'missing' : lengthOf(typed) > LONGEST ? 'too_long' : 'bad_text'
