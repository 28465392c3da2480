import type { App } from '../../app.ts'
import type { Refusal } from '../../sign-in/attempt.ts'
import { change } from '../../sign-in/change.ts'
import type { Visit } from '../../sign-in/visit.ts'
import { findAccount, holdAccount, type Account } from '../../store/accounts.ts'
import type { Database } from '../../store/open.ts'
import type { SignedIn } from '../../store/sessions.ts'
import { has, reaches, type Actor } from '../privileges.ts'
import { whenSure, type Sure } from '../step-up.ts'
import type { UserChange } from './user-change.ts'

/**
 * Does something to accounts of others, for somebody who has shown who they are. `goal` is the page to come
 * back to.
 */
export const changeUser = (
  app: App,
  visit: Visit,
  session: SignedIn,
  wanted: UserChange,
  goal: string,
): Promise<Sure | Refusal> =>
  change(app, visit, async (change): Promise<Sure | Refusal> => {
    const account = await holdAccount(change.db, session.accountId)
    if (!account || !has(account, 'manage')) return { refused: 'attempt_over' }
    return whenSure(change, account, session, { kind: 'user', change: wanted }, goal)
  })

/** The account, for somebody who manages it; one that is another's is as if it were not there. */
export async function reachUser(db: Database, actor: Actor, id: string): Promise<Account | null> {
  const target = await findAccount(db, id)
  return target && reaches(actor, target, 'manage') ? target : null
}
