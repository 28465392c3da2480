import type { App } from '../../app.ts'
import { change, undo, type Change } from '../../sign-in/change.ts'
import type { Visit } from '../../sign-in/visit.ts'
import { findAccountByLogin, holdAccount } from '../../store/accounts.ts'
import { settleLine, type Import, type ImportLine } from '../../store/imports.ts'
import { doUserChange, type By } from '../users/do-user-change.ts'
import type { UserChange } from '../users/user-change.ts'
import { plansFor } from './check-lines.ts'
import { optionsIn } from './import.ts'
import { whatOf, type Outcome, type Plan } from './plan-line.ts'
import { actorFor } from './actor.ts'

/** Does what a line asks for, all of it or nothing: one that is refused stops no other. */
export async function doLine(
  app: App,
  visit: Visit,
  about: Import,
  line: ImportLine,
): Promise<void> {
  const lost = await change(app, visit, async (change): Promise<Outcome | null> => {
    const by = await actorFor(change.db, about, holdAccount)
    // It is left as it is: nobody goes on with it.
    if (!by) return null
    const [plan] = await plansFor(change.db, about, by, [line])
    const isOther = plan!.result !== line.result && plan!.result !== 'refused'
    const outcome: Outcome = isOther
      ? { result: 'refused', why: 'changed_meanwhile' }
      : await doPlan(change, about, by, plan!)
    // What has been written so far is undone; what became of the line is written by itself.
    if (outcome.result === 'refused') return undo(outcome)
    await settleLine(change.db, line, { ...outcome, isDone: 1 })
    return null
  })
  if (lost) await settleLine(app.db, line, { ...lost, isDone: 1 })
}

async function doPlan(change: Change, about: Import, by: By, plan: Plan): Promise<Outcome> {
  if (plan.result === 'refused') return plan
  for await (const each of changesOf(change, about, plan)) {
    const done = await doUserChange(change, by, each)
    if ('refused' in done) return { result: 'refused', why: done.refused }
  }
  return { result: plan.result, why: whatOf(plan) }
}

/** One after the other: what follows the first is about the account that it has made. */
async function* changesOf(
  { db }: Change,
  about: Import,
  plan: Exclude<Plan, { readonly result: 'refused' }>,
): AsyncGenerator<UserChange> {
  if (plan.result === 'changed') yield* plan.changes
  if (plan.result !== 'made') return
  const { user, code } = plan
  yield { what: 'add', user, invite: optionsIn(about).invite }
  const made = code ? await findAccountByLogin(db, user.login) : null
  if (!made || !code) return
  const wanted = { ids: [made.id], code, phone: null, wayOut: WAIT, seen: null }
  yield { what: 'login_code', wanted }
}

/** Nobody has proven anything yet: it is set up at the first sign-in. */
const WAIT = { address_unproven: 'wait', number_out_of_reach: 'wait' } as const
