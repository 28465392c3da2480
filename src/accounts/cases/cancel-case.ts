import type { App } from '../../app.ts'
import { change, type Change } from '../../sign-in/change.ts'
import type { Visit } from '../../sign-in/visit.ts'
import { holdAccount } from '../../store/accounts.ts'
import { cancelCase, findCase, openCaseOf, type Case } from '../../store/cases.ts'
import type { SignedIn } from '../../store/sessions.ts'
import { stateOf } from './case-rules.ts'
import { endUse } from './end-use.ts'
import { caseIn, noteDone, tellOwner } from './tell-all.ts'

/** The case that a mailed link cancels, as long as something can come of it. Changes nothing. */
export async function caseOfLink(app: App, token: string): Promise<Case | null> {
  const id = caseIn(app.keys, token)
  const it = id && (await findCase(app.db, id))
  return it && !isOver.includes(stateOf(it, app.now())) ? it : null
}

const isOver: readonly string[] = ['used', 'refused', 'cancelled', 'over']

/** Whoever reads the mail cancels it. `null`: there is nothing to cancel any more. */
export async function cancelByLink(app: App, visit: Visit, token: string): Promise<Case | null> {
  const it = await caseOfLink(app, token)
  if (!it) return null
  return change(app, visit, async (change) => ((await cancel(change, it, 'link')) ? it : null))
}

/** The person is in, and needs none. False: there is none. */
export const cancelOwn = (app: App, visit: Visit, session: SignedIn): Promise<boolean> =>
  change(app, visit, async (change) => {
    const it = await openCaseOf(change.db, session.accountId, change.now)
    return it !== null && cancel(change, it, 'account')
  })

async function cancel(change: Change, before: Case, by: 'link' | 'account'): Promise<boolean> {
  const owner = await holdAccount(change.db, before.accountId)
  const it = owner && (await findCase(change.db, before.id))
  if (!it || !(await cancelCase(change.db, it.id, change.now))) return false
  await endUse(change, it)
  await noteDone(change, 'case_cancelled', owner, { case: it.id, by })
  await tellOwner(change, owner, it.id, 'cancelled')
  return true
}
