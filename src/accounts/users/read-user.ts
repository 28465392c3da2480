import { parseEmail } from '../../lib/email.ts'
import type { Language } from '../../lib/language.ts'
import type { Privilege } from '../../store/tables.ts'
import { readProfile, type FieldCode } from '../new-account.ts'
import type { NewUser } from './user-change.ts'

/** What is typed about an account of somebody else. */
export type TypedUser = Readonly<
  Record<'email' | 'name' | 'country' | 'language' | 'phone', string>
>

export type UserProblems = Readonly<Partial<Record<keyof TypedUser, FieldCode>>>

/** What is known of somebody by it; or what is wrong with it, by field. Pure. */
export function readUser(
  typed: TypedUser,
): { readonly user: Omit<NewUser, 'privilege' | 'mainId'> } | { readonly problems: UserProblems } {
  const read = readProfile(typed)
  const email = parseEmail(typed.email)
  if (email && 'profile' in read) {
    const { name, country, phone } = read.profile
    const language = read.profile.language as Language
    return {
      user: { email: email.address, login: email.canonical, name, country, language, phone },
    }
  }
  const problems = 'problems' in read ? read.problems : {}
  const wrong = typed.email.trim() === '' ? 'missing' : 'bad_email'
  return { problems: { ...problems, ...(!email && { email: wrong }) } }
}

/** As a form says it: `none` is no privilege. `undefined`: there is no such one. Pure. */
export function readPrivilege(text: string): Privilege | null | undefined {
  switch (text) {
    case 'operator':
    case 'manage':
    case 'support':
      return text
    case 'none':
      return null
    default:
      return undefined
  }
}
