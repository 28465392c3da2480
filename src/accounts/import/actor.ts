import type { Account } from '../../store/accounts.ts'
import type { Import } from '../../store/imports.ts'
import type { Database } from '../../store/open.ts'
import { has } from '../privileges.ts'
import type { By } from '../users/do-user-change.ts'

/** Who does it, with the privilege they have now; `null`: they may not any more. */
export async function actorFor(
  db: Database,
  { accountId }: Import,
  find: (db: Database, id: string) => Promise<Account | null>,
): Promise<By | null> {
  if (accountId === null) return theMachine
  const account = await find(db, accountId)
  return account && account.disabledAt === null && has(account, 'manage') ? account : null
}

/** Whoever is at the machine may do everything. */
const theMachine: By = { id: '', mainId: null, privilege: 'operator', login: 'this machine' }
