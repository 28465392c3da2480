import type { App } from '../app.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { change } from '../sign-in/change.ts'
import type { Visit } from '../sign-in/visit.ts'
import { holdAccount } from '../store/accounts.ts'
import type { SignedIn } from '../store/sessions.ts'
import { whenSure, type Sure } from './step-up.ts'

/**
 * A factor that was guessed at too often is to count again. Only for somebody who has just used a
 * recovery code: nothing else is left that could show who they are.
 */
export const askToBindAnew = (app: App, visit: Visit, session: SignedIn): Promise<Sure | Refusal> =>
  change(app, visit, async (change): Promise<Sure | Refusal> => {
    const account = await holdAccount(change.db, session.accountId)
    if (!account) return { refused: 'attempt_over' }
    return whenSure(change, account, session, { kind: 'bind-anew' }, '/account/security')
  })
