import { newId } from '../../lib/random.ts'
import { note, tell } from '../../sign-in/change.ts'
import { findAccount } from '../../store/accounts.ts'
import { endKey as end, findKey, insertKey, NOT_SHOWN } from '../../store/keys.ts'
import { mayKeep } from '../keys/key.ts'
import { whyNoKey } from '../keys/why-no-key.ts'
import type { Doing } from './deed.ts'

const DAY = 24 * 60 * 60_000

/** Its secret is made when it is shown: until then there is none. */
export const makeKey: Doing<'make-key'> = async (change, { account }, { key }) => {
  const { app, db, now } = change
  const { name, scopes, mainId, days } = key
  const refused = await whyNoKey(change, account, mainId)
  if (refused) return refused
  // Whose people it is for may be gone since it was asked for.
  if (mainId !== null && !(await findAccount(db, mainId))) return { refused: 'attempt_over' }
  const id = newId(app.random, now)
  await insertKey(db, {
    id,
    secretHash: NOT_SHOWN,
    name,
    scopes: scopes.join(','),
    mainId,
    madeBy: account.id,
    createdAt: now,
    expiresAt: days === null ? null : now + days * DAY,
    lastUsedAt: null,
    endedAt: null,
  })
  const detail = { key: id, name, scopes: scopes.join(','), main: mainId, days }
  await note(change, 'key_made', { accountId: account.id, detail })
  await tell(change, account, { kind: 'key_made' })
  return { done: 'key_made' }
}

export const endKey: Doing<'end-key'> = async (change, { account }, { id }) => {
  const key = await findKey(change.db, id)
  if (!key || !mayKeep(account, key.mainId) || !(await end(change.db, id, change.now)))
    return { refused: 'no_such_key' }
  await note(change, 'key_ended', {
    accountId: account.id,
    detail: { key: id, name: key.name, madeBy: key.madeBy },
  })
  return { done: 'key_ended' }
}
