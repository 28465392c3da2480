import type { Refusal } from '../../sign-in/attempt.ts'
import { tell, type Change } from '../../sign-in/change.ts'
import type { Account } from '../../store/accounts.ts'
import { deleteAccount } from '../../store/delete-account.ts'
import { eraseEvents } from '../../store/events.ts'
import { hasSubAccounts } from '../../store/users.ts'
import type { Outcome } from '../deeds/deed.ts'
import type { By } from './do-user-change.ts'
import { noteDone } from './told.ts'

/** All that is personal is gone; what happened stays, without it. The address hears of it once more. */
export async function deleteUser(
  change: Change,
  by: By,
  target: Account,
): Promise<Outcome | Refusal> {
  const { db, now } = change
  if (await hasSubAccounts(db, target.id)) return { refused: 'has_sub_accounts' }
  await eraseEvents(change, target.id)
  await deleteAccount(db, target.id, now)
  await noteDone(change, by, target, 'account_deleted')
  await tell(change, target, { kind: 'account_deleted', login: by.login })
  return { done: 'user_deleted' }
}
