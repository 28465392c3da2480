import type { Refusal } from '../../sign-in/attempt.ts'
import type { Change } from '../../sign-in/change.ts'
import type { Account } from '../../store/accounts.ts'
import { holdInstallation } from '../../store/installation.ts'
import { keysFor } from '../../store/keys.ts'
import { isLiving, mayKeep } from './key.ts'

/** Keys of one main account, or of the installation, that work at the same time. */
const MOST_KEYS = 50

/** Why there can be no such key; `null` where there can. In a transaction that holds the account. */
export async function whyNoKey(
  { db, now }: Pick<Change, 'db' | 'now'>,
  account: Account,
  mainId: string | null,
): Promise<Refusal | null> {
  if (!mayKeep(account, mainId)) return { refused: 'attempt_over' }
  // Whoever makes one beside this one waits.
  await holdInstallation(db)
  // Those that are over but were not ended stand in the list too, and are few.
  const keys = await keysFor(db, { mainId }, MOST_KEYS * 10)
  const living = keys.filter((key) => isLiving(key, now))
  return living.length < MOST_KEYS ? null : { refused: 'too_many_keys' }
}
