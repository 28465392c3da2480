import { parseEmail } from '../../lib/email.ts'
import { isLanguage } from '../../lib/language.ts'
import { readProfile, type Problems, type Typed } from '../new-account.ts'
import type { NewUser } from './user-change.ts'

/**
 * Somebody who is to have an account, as they were typed; or everything that is wrong with it. `own` is the number that
 * is theirs already. Pure.
 */
export function readUser(
  typed: Omit<Typed, 'password'>,
  about: Pick<NewUser, 'privilege' | 'mainId'>,
  own: string | null = null,
): { readonly user: NewUser } | { readonly problems: Problems } {
  const read = readProfile(typed, own)
  const email = parseEmail(typed.email)
  const missing = typed.email.trim() === '' ? 'missing' : 'bad_email'
  if (!email || 'problems' in read) {
    const problems = 'problems' in read ? read.problems : {}
    return { problems: email ? problems : { ...problems, email: missing } }
  }
  const { language, ...profile } = read.profile
  if (!isLanguage(language)) return { problems: { language: 'bad_language' } }
  return {
    user: { ...profile, ...about, language, email: email.address, login: email.canonical },
  }
}
