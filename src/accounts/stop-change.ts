import type { App } from '../app.ts'
import { sha256 } from '../lib/random.ts'
import { longestLifetimeOf } from '../sign-in/attempt.ts'
import { change, note, undo, type Change } from '../sign-in/change.ts'
import type { Visit } from '../sign-in/visit.ts'
import { endSessions } from '../store/account-sessions.ts'
import { holdAccount } from '../store/accounts.ts'
import { endAttemptsOf } from '../store/attempts.ts'
import { findWaiting, stopChange, type ContactChange } from '../store/contact-changes.ts'
import { forgetDevices } from '../store/devices.ts'
import { findLink, spendLink } from '../store/links.ts'
import type { SignedIn } from '../store/sessions.ts'

/** Who or what stops a change. */
type Stopper = 'account' | 'link' | 'another' | 'password' | 'not-me' | 'administrator'

/**
 * Stops the address that waits, and gives it; `null` when none does, or when it was proven in the
 * session `but`. In a transaction that holds the account.
 */
export async function stopWaiting(
  change: Change,
  accountId: string,
  by: Stopper,
  but: string | null = null,
): Promise<ContactChange | null> {
  const { db, now } = change
  const waiting = await findWaiting(db, accountId)
  if (!waiting || waiting.sessionId === but || !(await stopChange(db, waiting, now))) return null
  await note(change, 'email_change_stopped', { accountId, detail: { by } })
  return waiting
}

/** The person thinks better of it. False when nothing waits any more. */
export const stopOwnChange = (app: App, visit: Visit, session: SignedIn): Promise<boolean> =>
  change(app, visit, async (change) => {
    const account = await holdAccount(change.db, session.accountId)
    return account !== null && (await stopWaiting(change, account.id, 'account')) !== null
  })

/**
 * The change that the link in the mail to the old address would stop: whichever waits in its account,
 * since a second one may have taken the place of the one it was written for. Reads only.
 */
export async function changeOf(app: App, token: string): Promise<ContactChange | null> {
  const link = await findLink(app.db, 'stop-change', sha256(token), app.now())
  return link?.accountId ? findWaiting(app.db, link.accountId) : null
}

/**
 * Stops the change for whoever reads the old mailbox. Somebody else was in the account, then: the
 * session in which the new address was proven ends, and no device is trusted any more. False when
 * the link stops nothing.
 */
export async function stopByLink(app: App, visit: Visit, token: string): Promise<boolean> {
  const about = await changeOf(app, token)
  if (!about) return false
  return change(app, visit, async (change) => {
    const { db, now } = change
    await holdAccount(db, about.accountId)
    if (!(await spendLink(db, 'stop-change', sha256(token), now))) return false
    const stopped = await stopWaiting(change, about.accountId, 'link')
    if (!stopped) return undo(false)
    await endWhatCameOf(change, stopped)
    return true
  })
}

async function endWhatCameOf(change: Change, about: ContactChange): Promise<void> {
  const { app, db, now } = change
  await endAttemptsOf(db, about.accountId, longestLifetimeOf(app), now)
  await forgetDevices(db, about.accountId, 0, now)
  if ((await endSessions(db, [about.sessionId], now)) === 0) return
  await note(change, 'session_ended', {
    accountId: about.accountId,
    sessionId: about.sessionId,
    detail: { why: 'stopped' },
  })
}
