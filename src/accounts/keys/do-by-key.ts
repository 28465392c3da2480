import type { App } from '../../app.ts'
import type { Refusal } from '../../sign-in/attempt.ts'
import { change, undo, type Change } from '../../sign-in/change.ts'
import type { Visit } from '../../sign-in/visit.ts'
import type { Account } from '../../store/accounts.ts'
import type { Outcome } from '../deeds/deed.ts'
import type { FieldCode } from '../new-account.ts'
import { doUserChange, holdUser } from '../users/do-user-change.ts'
import type { UserChange } from '../users/user-change.ts'
import { isOutOfReach } from './key.ts'
import { holdBy, type KeyInUse } from './use-key.ts'

/** Why a program gets nothing done. */
export type NotDone =
  /** The key was ended at this moment, or its maker may not do this any more. */
  | { readonly noKey: true }
  /** It is no business of programs. */
  | { readonly forbidden: true }
  | { readonly problems: Readonly<Partial<Record<string, FieldCode>>> }
  | Refusal

type Wanted = UserChange | NotDone

/**
 * Does to one account what a program wants of it as it is at this moment; nobody is asked anew, since
 * somebody was when the key was made.
 */
export const doByKey = (
  app: App,
  visit: Visit,
  key: KeyInUse,
  id: string,
  wantedOf: (target: Account, change: Change) => Wanted | Promise<Wanted>,
): Promise<Outcome | NotDone> =>
  asKey(app, visit, key, async (change, by) => {
    const target = await holdUser(change, by, id)
    if (!target) return { refused: 'no_such_user' }
    if (isOutOfReach(target)) return { forbidden: true }
    const wanted = await wantedOf(target, change)
    return 'what' in wanted ? doUserChange(change, by, wanted) : wanted
  })

/** Makes an account. */
export const addByKey = (
  app: App,
  visit: Visit,
  key: KeyInUse,
  wanted: Extract<UserChange, { readonly what: 'add' }>,
): Promise<Outcome | NotDone> =>
  asKey(app, visit, key, async (change, by) => doUserChange(change, by, wanted))

const asKey = (
  app: App,
  visit: Visit,
  key: KeyInUse,
  work: (change: Change, by: KeyInUse['by']) => Promise<Outcome | NotDone>,
): Promise<Outcome | NotDone> =>
  change(app, visit, async (change): Promise<Outcome | NotDone> => {
    const by = await holdBy(change, key.id, 'accounts:write')
    if (!by) return { noKey: true }
    const outcome = await work(change, by)
    // What was refused late has written something already.
    return 'refused' in outcome ? undo(outcome) : outcome
  })
