import type { App } from '../../app.ts'
import { policyFrom, rulesOrNull, type Policy } from '../../sign-in/policy.ts'
import { mainOf } from '../../store/accounts.ts'
import { codeUsers, type CodeUser } from '../../store/login-codes.ts'
import type { Database } from '../../store/open.ts'
import { INSTALLATION, policiesForAll } from '../../store/policies.ts'
import { reaches } from '../privileges.ts'
import type { By } from './do-user-change.ts'
import type { User } from './judge-login-code.ts'

/** As many accounts are read at once. */
const AT_ONCE = 500

/**
 * Those of these accounts that this one manages, each once, in order of their ids: not their own, and what
 * they do not reach is as if it were not there. Three questions to the database for 500 of them.
 */
export async function* usersOf(
  app: Pick<App, 'config'>,
  db: Database,
  by: By,
  ids: readonly string[],
): AsyncGenerator<User, void> {
  const all = inOrder(ids)
  for (let first = 0; first < all.length; first += AT_ONCE) {
    const found = await codeUsers(db, all.slice(first, first + AT_ONCE))
    const reached = found.filter(
      ({ account }) => account.id !== by.id && reaches(by, account, 'manage'),
    )
    const policyFor = await policies(app.config, db, reached)
    for (const user of reached) yield { ...user, policy: policyFor(user) }
  }
}

/** Each once, always in the same order. Pure. */
export const inOrder = (ids: readonly string[]): string[] => [...new Set(ids)].toSorted()

async function policies(
  config: App['config'],
  db: Database,
  users: readonly CodeUser[],
): Promise<(user: CodeUser) => Policy> {
  const mains = [...new Set(users.map(({ account }) => mainOf(account)))]
  const rows = mains.length === 0 ? [] : await policiesForAll(db, mains)
  const known = new Map<string, Policy>()
  return ({ account }) => {
    const main = mainOf(account)
    const key = `${main} ${account.privilege ?? ''}`
    const its = rows.filter(({ owner }) => owner === INSTALLATION || owner === main)
    // One that cannot be read lets nobody in; here nobody is let in.
    const rules = its.flatMap((row) => rulesOrNull(row.rules) ?? [])
    const policy = known.get(key) ?? policyFrom(config, rules, account.privilege)
    known.set(key, policy)
    return policy
  }
}
