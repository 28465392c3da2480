import type { App } from '../../app.ts'
import { cleanLines, lengthOf } from '../../lib/text.ts'
import type { Refusal } from '../../sign-in/attempt.ts'
import { change } from '../../sign-in/change.ts'
import type { Visit } from '../../sign-in/visit.ts'
import { holdAccount } from '../../store/accounts.ts'
import type { SignedIn } from '../../store/sessions.ts'
import type { FieldCode } from '../new-account.ts'
import { whenSure, type Sure } from '../step-up.ts'
import { whyNot, type Wish } from './do-case.ts'
import { whatIsWrong } from './read-asked.ts'
import { sealWritten } from './sealed.ts'

const LEAST_WRITTEN = 10
const MOST_WRITTEN = 2000

/** Decides a case, or gives another pass, for somebody who has just shown who they are. */
export async function decideCase(
  app: App,
  visit: Visit,
  session: SignedIn,
  wish: Wish,
  typed: string,
  goal: string,
): Promise<Sure | Refusal | { readonly problem: FieldCode }> {
  const written = wish.what === 'pass' ? '' : cleanLines(typed, MOST_WRITTEN)
  if (written === null) return { problem: whatIsWrong(typed, MOST_WRITTEN) }
  if (wish.what !== 'pass' && lengthOf(written) < LEAST_WRITTEN) return { problem: 'too_short' }
  return change(app, visit, async (change) => {
    const account = await holdAccount(change.db, session.accountId)
    if (!account) return { refused: 'attempt_over' }
    const why = await whyNot(change, account, wish)
    if (why) return why
    const sealed = sealWritten(app, wish.id, written)
    return whenSure(change, account, session, { kind: 'case', ...wish, sealed }, goal)
  })
}
