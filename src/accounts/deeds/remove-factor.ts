import { factorOf } from '../../factors/all.ts'
import { credentialIdOf } from '../../factors/passkey.ts'
import { policyOf } from '../../sign-in/policy.ts'
import { whyOwnMute } from '../../sign-in/reach.ts'
import { chooseBoth } from '../../store/accounts.ts'
import { enrolmentsOf } from '../../store/enrolments.ts'
import { whyNotRemoved } from '../factor-rules.ts'
import { takeAway } from '../take-away.ts'
import { whyNotGivenUp } from '../wanted-rules.ts'
import type { Doing } from './deed.ts'

export const removeFactor: Doing<'remove-factor'> = async (change, asker, { id }) => {
  const { account, sessionId } = asker
  const { app, db } = change
  const enrolments = await enrolmentsOf(db, account.id)
  const mute = await whyOwnMute(app, db, account, enrolments)
  const policy = await policyOf(app, db, account)
  const refused =
    whyNotRemoved(app, enrolments, id, mute) ?? whyNotGivenUp(account, policy, enrolments, id)
  const removed = enrolments.find((each) => each.id === id)
  if (refused || !removed) return refused ?? { refused: 'no_such_factor' }
  if (!(await takeAway(change, account, removed, sessionId))) return { refused: 'no_such_factor' }
  // Who adds one again later has not wished for both.
  if (factorOf(removed.kind).isSent) await chooseBoth(db, account.id, null)
  // The browser can take it off its list too.
  const gone = removed.kind === 'passkey' ? credentialIdOf(removed.state) : null
  return { done: 'factor_removed', ...(gone && { with: { gone } }) }
}
