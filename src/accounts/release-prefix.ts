import type { App } from '../app.ts'
import { change, note } from '../sign-in/change.ts'
import type { Visit } from '../sign-in/visit.ts'
import { holdAccount } from '../store/accounts.ts'
import type { SignedIn } from '../store/sessions.ts'
import { endStop } from '../store/stopped-prefixes.ts'

/**
 * An operator lets text messages go to numbers that begin so again. Only what is sent from then on
 * counts when it is looked at next. `not_stopped`: somebody else was faster, or it never was.
 */
export async function releasePrefix(
  app: App,
  visit: Visit,
  session: Pick<SignedIn, 'accountId'>,
  prefix: string,
): Promise<'released' | 'not_stopped' | 'not_allowed'> {
  return change(app, visit, async (change) => {
    const { db, now } = change
    const account = await holdAccount(db, session.accountId)
    if (account?.privilege !== 'operator') return 'not_allowed'
    const end = { releasedAt: now, releasedBy: account.id }
    if (!(await endStop(db, prefix, end))) return 'not_stopped'
    await note(change, 'prefix_released', { accountId: account.id, detail: { prefix } })
    return 'released'
  })
}
