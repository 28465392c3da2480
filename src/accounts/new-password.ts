import type { App } from '../app.ts'
import { passwordProblem } from '../lib/password-rules.ts'
import { longestLifetimeOf } from '../sign-in/attempt.ts'
import { tell, type Change } from '../sign-in/change.ts'
import { endSessionsOf } from '../store/account-sessions.ts'
import { replacePassword, type Account } from '../store/accounts.ts'
import { endAttemptsOf } from '../store/attempts.ts'
import { forgetDevices } from '../store/devices.ts'
import { endLinksOf } from '../store/links.ts'
import type { FieldCode } from './new-account.ts'
import { stopWaiting } from './stop-change.ts'

/** What is wrong with a new password of this person; `null` when it may be set. */
export function newPasswordProblem(
  app: App,
  { email, name }: { readonly email: string; readonly name: string },
  password: string,
): FieldCode | null {
  if (password === '') return 'missing'
  const ours = [app.config.productName, new URL(app.config.publicUrl).hostname]
  return passwordProblem(password, [...ours, email, name])
}

/** What outlives a new password: the session that set it, or the attempt that is about to make one. */
type Spared = { readonly sessionId?: string; readonly attemptId?: string }

/**
 * Sets a new password, in a transaction that holds the account: whoever came in by the old one, or
 * is on the way, is out, and the address they may have asked for does not come. What is under way
 * ends first, so that no sign-in which is faster than us leaves a session behind. False when the
 * password is not `account`'s any more: nothing has changed.
 */
export async function setPassword(
  change: Change,
  account: Account,
  next: Pick<Account, 'passwordHash' | 'passwordResetAt'>,
  spared: Spared = {},
): Promise<boolean> {
  const { app, db, now } = change
  if (!(await replacePassword(db, account, next))) return false
  await endAttemptsOf(db, account.id, longestLifetimeOf(app), now, spared.attemptId)
  await endLinksOf(db, account.id, now, 'reset')
  await stopWaiting(change, account.id, 'password', spared.sessionId)
  await forgetDevices(db, account.id, 0, now)
  await endSessionsOf(db, account.id, now, spared.sessionId)
  await tell(change, account, { kind: 'password_changed' }, spared)
  return true
}
