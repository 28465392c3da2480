import type { CaseDone } from '../../delivery/message.ts'
import { idIn, signId } from '../../lib/signed-id.ts'
import type { Keys } from '../../lib/seal.ts'
import { note, nowhere, tell, type Change, type EventKind } from '../../sign-in/change.ts'
import type { Account } from '../../store/accounts.ts'

/** What stands in the link that cancels a case. Nothing is kept for it. */
export const cancelToken = (keys: Keys, caseId: string): string => signId(keys, PLACE, caseId)

/** The case this link cancels; `null` when it is no link of ours. */
export const caseIn = (keys: Keys, token: string): string | null =>
  idIn(keys, PLACE, /^[0-9a-f]{32}$/, token)

const PLACE = 'cancel-case'

/** What came of a case, told to its owner by mail: never to the address that was typed with it. */
export async function tellOwner(
  change: Change,
  owner: Account,
  caseId: string,
  what: CaseDone,
  attemptId?: string,
): Promise<void> {
  const isOver = what === 'refused' || what === 'cancelled' || what === 'used'
  const token = isOver ? null : cancelToken(change.app.keys, caseId)
  await tell(change, owner, { kind: 'case_told', what, token }, attemptId ? { attemptId } : {})
}

/** Writes down, in the history of the owner, what somebody else did with their case. */
export const noteDone = (
  change: Change,
  kind: Extract<EventKind, 'case_approved' | 'case_refused' | 'case_cancelled'>,
  owner: Pick<Account, 'id'>,
  detail: Readonly<Record<string, string | boolean>>,
): Promise<void> =>
  note({ ...change, visit: nowhere(change.visit) }, kind, { accountId: owner.id, detail })
