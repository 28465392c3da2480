import type { App } from '../../app.ts'
import type { Refusal } from '../../sign-in/attempt.ts'
import { change, type Change } from '../../sign-in/change.ts'
import type { Visit } from '../../sign-in/visit.ts'
import { holdAccount, type Account } from '../../store/accounts.ts'
import { findKey, giveSecret } from '../../store/keys.ts'
import type { SignedIn } from '../../store/sessions.ts'
import type { Deed } from '../deeds/deed.ts'
import { whenSure, type Sure } from '../step-up.ts'
import { mayKeep, newSecret } from './key.ts'
import { whyNoKey } from './why-no-key.ts'
import type { NewKey } from './read-key.ts'

export const HOME = '/settings/keys'

/** How long a new key can be shown, once, to whoever made it (ms). */
export const SHOWN_WITHIN = 15 * 60_000

/** Makes a key, once it is sure who asks. It opens nothing until it is shown. */
export const makeKey = (
  app: App,
  visit: Visit,
  session: SignedIn,
  key: NewKey,
): Promise<Sure | Refusal> =>
  ask(app, visit, session, async (change, account) => {
    const refused = await whyNoKey(change, account, key.mainId)
    return refused ?? { kind: 'make-key', key }
  })

/** Ends a key, once it is sure who asks: from then on it opens nothing. */
export const endKey = (
  app: App,
  visit: Visit,
  session: SignedIn,
  id: string,
): Promise<Sure | Refusal> =>
  ask(app, visit, session, async ({ db }, account) => {
    const key = await findKey(db, id)
    if (!key || key.endedAt !== null || !mayKeep(account, key.mainId))
      return { refused: 'no_such_key' }
    return { kind: 'end-key', id }
  })

/** What the program is to show, this once, and to nobody but who made it; nobody can look it up later. */
export async function showKey(
  app: App,
  visit: Visit,
  session: SignedIn,
  id: string,
): Promise<{ readonly name: string; readonly shown: string } | Refusal> {
  const { shown, secretHash } = newSecret(id, app.random)
  return change(app, visit, async ({ db, now }) => {
    const account = await holdAccount(db, session.accountId)
    const key = await findKey(db, id)
    const isOwn = account && key?.madeBy === account.id && mayKeep(account, key.mainId)
    if (!isOwn || !(await giveSecret(db, key, secretHash, now - SHOWN_WITHIN)))
      return { refused: 'no_such_key' } as const
    return { name: key.name, shown }
  })
}

const ask = (
  app: App,
  visit: Visit,
  session: SignedIn,
  wanted: (change: Change, account: Account) => Promise<Deed | Refusal>,
): Promise<Sure | Refusal> =>
  change(app, visit, async (change): Promise<Sure | Refusal> => {
    const account = await holdAccount(change.db, session.accountId)
    if (!account) return { refused: 'attempt_over' }
    const deed = await wanted(change, account)
    return 'refused' in deed ? deed : whenSure(change, account, session, deed, HOME)
  })
