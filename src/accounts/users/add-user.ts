import { newId } from '../../lib/random.ts'
import { foldCase } from '../../lib/text.ts'
import type { Refusal } from '../../sign-in/attempt.ts'
import type { Change } from '../../sign-in/change.ts'
import { holdAccount, insertAccount, type Account } from '../../store/accounts.ts'
import type { Outcome } from '../deeds/deed.ts'
import { nothingWanted } from '../new-account.ts'
import { has, mayGive, scopeOf } from '../privileges.ts'
import type { By } from './do-user-change.ts'
import { invite } from './invite.ts'
import { noteDone, tellDone } from './told.ts'
import type { NewUser, UserChange } from './user-change.ts'

/**
 * Makes an account without a password. Who manages accounts makes them for their own main account, whatever
 * was asked for; an operator for any. Gives its id with the notice.
 */
export async function addUser(
  change: Change,
  by: By,
  { user, invite: isInvited }: Extract<UserChange, { readonly what: 'add' }>,
): Promise<Outcome | Refusal> {
  if (!has(by, 'manage') || !mayGive(by, user.privilege)) return { refused: 'not_allowed_to_give' }
  const mainId = scopeOf(by) ?? user.mainId
  // It must not be deleted while it gets one more.
  const main = mainId === null ? null : await holdAccount(change.db, mainId)
  if (mainId !== null && (main === null || main.mainId !== null)) return { refused: 'no_such_user' }

  const account = accountFor(change, { ...user, mainId })
  if (!(await insertAccount(change.db, account))) return { refused: 'login_taken' }
  await noteDone(change, by, account, 'account_added', { privilege: account.privilege })
  const made = { id: account.id }
  if (isInvited) {
    const invited = await invite(change, by, account)
    return 'refused' in invited ? invited : { done: 'user_added_invited', with: made }
  }
  await tellDone(change, by, account, 'added')
  return { done: 'user_added', with: made }
}

/** An account of somebody who has not been here yet. */
export const accountFor = ({ app, now }: Pick<Change, 'app' | 'now'>, user: NewUser): Account => ({
  ...nothingWanted,
  ...user,
  id: newId(app.random, now),
  nameFolded: foldCase(user.name),
  // No password is right.
  passwordHash: '',
  createdAt: now,
  passwordResetAt: null,
  passwordKnownAt: null,
  preferredFactor: null,
  bothSince: null,
})
