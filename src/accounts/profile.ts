import type { App } from '../app.ts'
import { change, note } from '../sign-in/change.ts'
import type { Visit } from '../sign-in/visit.ts'
import { updateProfile } from '../store/accounts.ts'
import { readProfile, type Problems, type Typed } from './new-account.ts'

/** What a person changes about themselves; the number is not proven by this and gets no codes. */
export async function changeProfile(
  app: App,
  visit: Visit,
  accountId: string,
  typed: Omit<Typed, 'email' | 'password'>,
): Promise<{ readonly problems: Problems } | null> {
  const read = readProfile(typed)
  if ('problems' in read) return read
  await change(app, visit, async (change) => {
    await updateProfile(change.db, accountId, read.profile)
    await note(change, 'profile_changed', { accountId })
  })
  return null
}
