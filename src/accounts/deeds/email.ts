import { insertAsking } from '../../sign-in/ask.ts'
import { longestLifetimeOf, openAttempt } from '../../sign-in/attempt.ts'
import { endAttemptsIn } from '../../store/attempts.ts'
import type { Doing } from './deed.ts'

/**
 * Nothing changes yet: a code goes to the new address. Whether the address is somebody's already is
 * for the reader of its mailbox to learn, and for nobody else.
 */
export const email: Doing<'email'> = async (change, { account, sessionId }, { to }) => {
  const { app, db, now } = change
  const state = { to }
  const { attempt, secret } = openAttempt(app, now, {
    purpose: 'new-email',
    accountId: account.id,
    sessionId,
    proofs: [],
    draft: { email: state },
    goal: null,
  })
  await endAttemptsIn(db, sessionId, longestLifetimeOf(app), now)
  await insertAsking(change, attempt, account, 'email', state)
  return { opened: secret, path: '/account/email/code' }
}
