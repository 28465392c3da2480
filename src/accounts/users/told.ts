import type { AccountDone } from '../../delivery/message.ts'
import { note, tell, type Change, type EventKind } from '../../sign-in/change.ts'
import type { Account } from '../../store/accounts.ts'
import type { Event } from '../../store/events.ts'
import type { By } from './do-user-change.ts'

/** Writes down what was done to an account of somebody else, with who did it. */
export const noteDone = (
  change: Change,
  by: By,
  target: Pick<Account, 'id'>,
  kind: EventKind,
  detail: Event['detail'] = {},
): Promise<void> =>
  note(change, kind, {
    accountId: target.id,
    detail: { ...whoOf(by), ...detail },
  })

/** As whom an event names somebody: an account by its id alone, since its login is gone when it is. Pure. */
export const whoOf = ({ id, login }: Pick<By, 'id' | 'login'>): Readonly<Record<string, string>> =>
  /^[0-9a-f]{32}$/.test(id) ? { actor: id } : { actor: id, login }

/** Tells the person, at their address or at this one. */
export async function tellDone(
  change: Change,
  by: By,
  target: Account,
  what: AccountDone,
  { reason, recipient }: { readonly reason?: string; readonly recipient?: string } = {},
): Promise<void> {
  const notice = {
    kind: 'account_changed',
    what,
    login: by.login,
    ...(reason && { reason }),
  } as const
  await tell(change, target, notice, { ...(recipient && { recipient }) })
}
