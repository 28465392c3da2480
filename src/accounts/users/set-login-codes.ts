import type { App } from '../../app.ts'
import { change, type Change } from '../../sign-in/change.ts'
import { reachedNow } from '../../sign-in/reach.ts'
import type { Visit } from '../../sign-in/visit.ts'
import { findAccount } from '../../store/accounts.ts'
import { holdAccounts } from '../../store/login-codes.ts'
import { has } from '../privileges.ts'
import type { By } from './do-user-change.ts'
import { isSame, settle, type Wish } from './judge-login-code.ts'
import { usersOf } from './read-users.ts'
import type { WantedLoginCode } from './user-change.ts'
import { writePlan } from './write-login-code.ts'

/** As many accounts are changed in one transaction. */
export const MOST_TOGETHER = 100

/**
 * Sets it for the others, some in each transaction, after the answer. Where this process ends before it is
 * done, the rest is as it was: doing it again goes on, and changes nothing where it is so already.
 */
export function setTheRest(
  app: App,
  visit: Visit,
  by: By,
  wanted: WantedLoginCode,
  ids: readonly string[],
): void {
  setInTurn(app, visit, by, wanted, ids).then(
    (results) => app.log.info({ ...results, of: ids.length }, 'login codes were set'),
    (error: unknown) => app.log.error({ err: error }, 'not all login codes were set'),
  )
}

/** The same, and gives what came of it. */
export async function setInTurn(
  app: App,
  visit: Visit,
  by: By,
  wanted: WantedLoginCode,
  ids: readonly string[],
): Promise<Results> {
  const all = { set: 0, same: 0, left: 0 }
  for (let first = 0; first < ids.length; first += MOST_TOGETHER) {
    const some = ids.slice(first, first + MOST_TOGETHER)
    const its = app.stopping.aborted
      ? null
      : await change(app, visit, async (change) => {
          const still = await stillBy(change.db, by)
          return still && setThese(change, still, wanted, some)
        })
    all.set += its?.set ?? 0
    all.same += its?.same ?? 0
    all.left += its?.left ?? some.length
  }
  return all
}

/** What they may do now; `null`: that is over. A program is what its key was when it asked. */
async function stillBy(db: App['db'], by: By): Promise<By | null> {
  const account = await findAccount(db, by.id)
  if (!account) return by.id.startsWith('key:') ? by : null
  return account.disabledAt === null && has(account, 'manage') ? account : null
}

/** What came of it: for so many it is set, so for others it was, or they were left as they are. */
export type Results = { readonly set: number; readonly same: number; readonly left: number }

/**
 * Sets it for these, as things are with each of them now; whoever would be stuck by something that nothing
 * was said about is left as they are. In a transaction.
 */
export async function setThese(
  change: Change,
  by: By,
  wanted: WantedLoginCode,
  ids: readonly string[],
): Promise<Results> {
  const { app, db } = change
  const reached = await reachedNow(app, db)
  const results = { set: 0, same: 0, left: ids.length }
  await holdAccounts(db, ids)
  const users = await Array.fromAsync(usersOf(app, db, by, ids))
  for (const user of users) {
    const plan = settle(user, wishIn(wanted), wanted.wayOut, reached)
    if (plan === null || plan === 'leave') continue
    results.left--
    if (isSame(user, plan)) {
      results.same++
      continue
    }
    results.set++
    await writePlan(change, by, user, plan)
  }
  return results
}

/** A number is for one account, and for what goes to a number. Pure. */
export function wishIn({ ids, code, phone }: Omit<WantedLoginCode, 'seen' | 'wayOut'>): Wish {
  const isForOne = new Set(ids).size === 1 && (code === 'sms' || code === 'both')
  return { code, phone: isForOne ? phone : null }
}
