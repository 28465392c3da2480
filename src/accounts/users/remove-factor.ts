import { factorOf } from '../../factors/all.ts'
import type { Refusal } from '../../sign-in/attempt.ts'
import type { Change } from '../../sign-in/change.ts'
import { chooseBoth, type Account } from '../../store/accounts.ts'
import { deleteEnrolments, enrolmentsOf } from '../../store/enrolments.ts'
import type { Outcome } from '../deeds/deed.ts'
import { endFactor } from '../take-away.ts'
import type { By } from './do-user-change.ts'
import { noteDone, tellDone } from './told.ts'
import type { UserChange } from './user-change.ts'

type Wanted = Extract<UserChange, { readonly what: 'factor' }>

/**
 * Takes one way in away from somebody, be it the last: recovery codes alone do not stay. What an administrator
 * wants to be asked is set up anew then, at the next sign-in.
 */
export async function removeTheirFactor(
  change: Change,
  by: By,
  target: Account,
  { factor, reason }: Wanted,
): Promise<Outcome | Refusal> {
  const { db } = change
  const enrolments = await enrolmentsOf(db, target.id)
  const removed = enrolments.find(({ id, kind }) => id === factor && kind !== 'recovery')
  if (!removed || !(await endFactor(change, target, removed, null)))
    return { refused: 'no_such_factor' }
  if (factorOf(removed.kind).isSent) await chooseBoth(db, target.id, null)
  const isLast = enrolments.every((each) => each === removed || each.kind === 'recovery')
  if (isLast) await deleteEnrolments(db, target.id)
  const detail = { by: removed.kind, name: removed.name, last: isLast, because: reason }
  await noteDone(change, by, target, 'factor_removed', detail)
  await tellDone(change, by, target, 'factor', { reason })
  return { done: 'user_changed' }
}
