import type { App } from '../app.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { change } from '../sign-in/change.ts'
import type { Visit } from '../sign-in/visit.ts'
import { holdAccount } from '../store/accounts.ts'
import type { SignedIn } from '../store/sessions.ts'
import { HOME } from './change-delivery.ts'
import { whenSure, type Sure } from './step-up.ts'

/** An operator lets text messages go to numbers that begin so again, once it is sure who asks. */
export const releasePrefix = (
  app: App,
  visit: Visit,
  session: SignedIn,
  prefix: string,
): Promise<Sure | Refusal> =>
  change(app, visit, async (change): Promise<Sure | Refusal> => {
    const account = await holdAccount(change.db, session.accountId)
    if (account?.privilege !== 'operator') return { refused: 'attempt_over' }
    return whenSure(change, account, session, { kind: 'release-prefix', prefix }, HOME)
  })
