import type { App } from '../app.ts'
import { parseEmail } from '../lib/email.ts'
import { isLanguage } from '../lib/language.ts'
import { normalizePassword } from '../lib/password-rules.ts'
import { aboutNumber, isCountry, parsePhone } from '../lib/phone.ts'
import { newId } from '../lib/random.ts'
import { cleanName, foldCase } from '../lib/text.ts'
import type { Account, Profile } from '../store/accounts.ts'
import { newPasswordProblem } from './new-password.ts'

/** What is typed about an account, before anybody has looked at it. */
export type Typed = Readonly<
  Record<'email' | 'name' | 'country' | 'language' | 'phone' | 'password', string>
>

/** What is wrong with it, by field. */
export type FieldCode =
  | 'missing'
  | 'too_long'
  | 'too_short'
  | 'bad_text'
  | 'bad_email'
  | 'bad_country'
  | 'bad_language'
  | 'bad_phone'
  | 'phone_country'
  | 'phone_yours'
  | 'password_short'
  | 'password_long'
  | 'password_common'
  | 'password_context'
  | 'password_same'
  | 'password_wrong'
  | 'no_such_main'
  | 'taken'
  | 'email_taken'
  | 'email_yours'
export type Problems = Readonly<Partial<Record<keyof Typed, FieldCode>>>

/**
 * The part a person may change later on their own. `own` is the number they have: it may have been proven
 * to be theirs, and be at home in another country than they are.
 */
export function readProfile(
  typed: Omit<Typed, 'email' | 'password'>,
  own: string | null = null,
): { readonly profile: Profile } | { readonly problems: Problems } {
  const problems: Partial<Record<keyof Typed, FieldCode>> = {}
  const name = cleanName(typed.name)
  if (name === null) problems.name = typed.name.trim() === '' ? 'missing' : 'bad_text'
  if (!isCountry(typed.country)) problems.country = typed.country ? 'bad_country' : 'missing'
  if (!isLanguage(typed.language)) problems.language = typed.language ? 'bad_language' : 'missing'

  let phone: string | null = null
  if (typed.phone.trim() !== '' && !problems.country) {
    const parsed = parsePhone(typed.phone, typed.country)
    if ('e164' in parsed) phone = parsed.e164
    else if (own !== null && isNumber(typed.phone, own)) phone = own
    else problems.phone = parsed.problem
  }
  if (name === null || Object.keys(problems).length > 0) return { problems }
  return { profile: { name, country: typed.country, language: typed.language, phone } }
}

function isNumber(text: string, e164: string): boolean {
  const parsed = parsePhone(text, aboutNumber(e164).country ?? '')
  return 'e164' in parsed && parsed.e164 === e164
}

/**
 * An account as it is kept, its password hashed; or everything that is wrong with what was typed.
 * `null`: too many hashes are waiting. Writes nothing.
 */
export async function readAccount(
  app: App,
  typed: Typed,
  privilege: Account['privilege'],
): Promise<{ readonly account: Account } | { readonly problems: Problems } | null> {
  const read = readProfile(typed)
  const email = parseEmail(typed.email)
  const wrong = newPasswordProblem(app, typed, typed.password)
  if (!email || wrong || 'problems' in read) {
    const problems: Partial<Record<keyof Typed, FieldCode>> = {
      ...('problems' in read ? read.problems : {}),
    }
    if (!email) problems.email = typed.email.trim() === '' ? 'missing' : 'bad_email'
    if (wrong) problems.password = wrong
    return { problems }
  }

  const passwordHash = await app.passwords.hash(normalizePassword(typed.password))
  if (passwordHash === null) return null
  const now = app.now()
  return {
    account: {
      ...read.profile,
      id: newId(app.random, now),
      login: email.canonical,
      email: email.address,
      passwordHash,
      privilege,
      createdAt: now,
      passwordResetAt: null,
      passwordKnownAt: null,
      preferredFactor: null,
      bothSince: null,
      ...nothingWanted,
      mainId: null,
      nameFolded: foldCase(read.profile.name),
    },
  }
}

/** Of a new account: nothing has happened to it yet. */
export const nothingWanted = {
  disabledAt: null,
  emailProvenAt: null,
  passwordDueAt: null,
  invitedAt: null,
  wantedCode: null,
  wantedPhone: null,
  wantedAt: null,
} satisfies Partial<Account>
