import type { Refusal } from '../../sign-in/attempt.ts'
import type { Change } from '../../sign-in/change.ts'
import type { Account } from '../../store/accounts.ts'
import { replacePrivilege } from '../../store/users.ts'
import type { Outcome } from '../deeds/deed.ts'
import { mayGive } from '../privileges.ts'
import type { By } from './do-user-change.ts'
import { noteDone, tellDone } from './told.ts'

/** It counts at the next request, in every process. */
export async function givePrivilege(
  change: Change,
  by: By,
  target: Account,
  privilege: Account['privilege'],
): Promise<Outcome | Refusal> {
  if (!mayGive(by, privilege)) return { refused: 'not_allowed_to_give' }
  const done = { done: 'user_changed' } as const
  if (target.privilege === privilege) return done
  await replacePrivilege(change.db, target.id, privilege)
  const detail = { before: target.privilege, privilege }
  await noteDone(change, by, target, 'privilege_given', detail)
  await tellDone(change, by, target, 'privilege')
  return done
}
