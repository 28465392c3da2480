import { findAccount, type Account } from '../store/accounts.ts'
import type { Attempt } from '../store/attempts.ts'
import type { Door } from './door.ts'
import { signInAttempt } from './enter.ts'
import type { Ctx } from './request.ts'

/** Somebody who is signing in, and whose account it is. */
export type OnTheWay = { readonly attempt: Attempt; readonly account: Account }

/** `null` where nobody is, or it is over. */
export async function onTheWay(door: Door, c: Ctx): Promise<OnTheWay | null> {
  const attempt = await signInAttempt(door, c)
  if (!attempt || attempt.endedAt !== null) return null
  const account = await findAccount(door.app.db, attempt.accountId)
  return account && { attempt, account }
}
