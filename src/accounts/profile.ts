import type { App } from '../app.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { change } from '../sign-in/change.ts'
import type { Visit } from '../sign-in/visit.ts'
import { findAccount, holdAccount } from '../store/accounts.ts'
import { isNumberProven } from '../store/enrolments.ts'
import type { SignedIn } from '../store/sessions.ts'
import { readProfile, type Problems, type Typed } from './new-account.ts'
import { doNow, whenSure, type Sure } from './step-up.ts'

/**
 * What a person changes about themselves. Another telephone number is a security change: it is kept
 * until they have shown who they are. It is not proven by this, and gets no codes; one that gets codes is
 * changed where it is proven, and not here.
 */
export async function changeProfile(
  app: App,
  visit: Visit,
  session: SignedIn,
  typed: Omit<Typed, 'email' | 'password'>,
): Promise<Sure | { readonly problems: Problems } | Refusal> {
  const before = await findAccount(app.db, session.accountId)
  const read = readProfile(typed, before?.phone)
  if ('problems' in read)
    return read.problems.phone && (await isNumberProven(app.db, session.accountId))
      ? { refused: 'number_proven' }
      : read
  return change(app, visit, async (change): Promise<Sure | Refusal> => {
    const account = await holdAccount(change.db, session.accountId)
    if (!account) return { refused: 'attempt_over' }
    const isProven = await isNumberProven(change.db, account.id)
    // The form has no number then.
    const phone = isProven ? (read.profile.phone ?? account.phone) : read.profile.phone
    if (isProven && phone !== account.phone) return { refused: 'number_proven' }
    const deed = { kind: 'profile', profile: { ...read.profile, phone } } as const
    return deed.profile.phone === account.phone
      ? doNow(change, account, session, deed)
      : whenSure(change, account, session, deed, '/account')
  })
}
