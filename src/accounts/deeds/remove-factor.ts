import { credentialIdOf } from '../../factors/passkey.ts'
import { longestLifetimeOf } from '../../sign-in/attempt.ts'
import { note, tell } from '../../sign-in/change.ts'
import { endSessionsOf } from '../../store/account-sessions.ts'
import { endAttemptsOf } from '../../store/attempts.ts'
import { forgetDevices } from '../../store/devices.ts'
import { deleteEnrolment, enrolmentsOf } from '../../store/enrolments.ts'
import type { FactorKind } from '../../factors/factor.ts'
import { whyNotRemoved } from '../factor-rules.ts'
import type { Doing } from './deed.ts'

/**
 * Dead at once, and with it whatever it may have opened: what is under way, the trust in devices, and
 * every session but the one that removes it.
 */
export const removeFactor: Doing<'remove-factor'> = async (change, asker, { id }) => {
  const { account, sessionId } = asker
  const { app, db, now } = change
  const enrolments = await enrolmentsOf(db, account.id)
  const refused = whyNotRemoved(app, enrolments, id)
  const removed = enrolments.find((each) => each.id === id)
  if (refused || !removed) return refused ?? { refused: 'no_such_factor' }
  if (!(await deleteEnrolment(db, removed))) return { refused: 'no_such_factor' }
  await endAttemptsOf(db, account.id, longestLifetimeOf(app), now)
  await forgetDevices(db, account.id, 0, now)
  await endSessionsOf(db, account.id, now, sessionId)
  const { name } = removed
  const by = removed.kind as Exclude<FactorKind, 'recovery'>
  await note(change, 'factor_removed', { accountId: account.id, detail: { by, name } })
  await tell(change, account, { kind: 'factor_removed', by, called: name })
  // The browser can take it off its list too.
  const gone = by === 'passkey' ? credentialIdOf(removed.state) : null
  return { done: 'factor_removed', ...(gone && { with: { gone } }) }
}
