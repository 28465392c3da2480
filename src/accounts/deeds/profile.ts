import { note } from '../../sign-in/change.ts'
import { updateProfile } from '../../store/accounts.ts'
import { isNumberProven } from '../../store/enrolments.ts'
import type { Doing } from './deed.ts'

export const profile: Doing<'profile'> = async (change, { account }, deed) => {
  const isNew = deed.profile.phone !== account.phone
  // Proven since it was typed.
  if (isNew && (await isNumberProven(change.db, account.id))) return { refused: 'number_proven' }
  await updateProfile(change.db, account.id, deed.profile)
  await note(change, 'profile_changed', { accountId: account.id, detail: { phone: isNew } })
  return { done: 'saved' }
}
