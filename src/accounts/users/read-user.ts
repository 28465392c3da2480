import { parseEmail } from '../../lib/email.ts'
import { isLanguage } from '../../lib/language.ts'
import { readProfile, type Problems, type Typed } from '../new-account.ts'
import type { NewUser } from './user-change.ts'

type Read = Omit<NewUser, 'privilege' | 'mainId'>

/** What is said of somebody, or what is wrong with it. `own` is the number they have. Pure. */
export function readUser(
  typed: Omit<Typed, 'password'>,
  own: string | null = null,
): { readonly user: Read } | { readonly problems: Problems } {
  const read = readProfile(typed, own)
  const email = parseEmail(typed.email)
  if (!email || 'problems' in read) {
    const wrong = typed.email.trim() === '' ? 'missing' : 'bad_email'
    return {
      problems: {
        ...('problems' in read ? read.problems : {}),
        ...(email ? {} : { email: wrong }),
      },
    }
  }
  const { name, country, language, phone } = read.profile
  if (!isLanguage(language)) return { problems: { language: 'bad_language' } }
  const user = { email: email.address, login: email.canonical, name, country, language, phone }
  return { user }
}
