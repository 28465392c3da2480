import { note } from '../../sign-in/change.ts'
import { setPassword } from '../new-password.ts'
import type { Doing } from './deed.ts'

export const password: Doing<'password'> = async (change, { account, sessionId }, deed) => {
  const next = { passwordHash: deed.passwordHash, passwordResetAt: null }
  // The present password was checked when this deed was made: it must be the same one still.
  const before = { ...account, passwordHash: deed.replaces }
  if (!(await setPassword(change, before, next, { sessionId }))) return { refused: 'attempt_over' }
  await note(change, 'password_changed', { accountId: account.id })
  return { done: 'password_changed' }
}
