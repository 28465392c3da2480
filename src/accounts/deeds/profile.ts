import { note } from '../../sign-in/change.ts'
import { updateProfile } from '../../store/accounts.ts'
import type { Doing } from './deed.ts'

export const profile: Doing<'profile'> = async (change, { account }, deed) => {
  await updateProfile(change.db, account.id, deed.profile)
  const isNew = deed.profile.phone !== account.phone
  await note(change, 'profile_changed', { accountId: account.id, detail: { phone: isNew } })
  return { done: 'saved' }
}
