import type { Refusal } from '../../sign-in/attempt.ts'
import type { Change } from '../../sign-in/change.ts'
import { findAccount, holdAccount, type Account } from '../../store/accounts.ts'
import {
  approveFirst,
  approveWhole,
  findCase,
  refuseCase,
  renewPass,
  type Case,
} from '../../store/cases.ts'
import type { DeedOf, Outcome } from '../deeds/deed.ts'
import { reaches } from '../privileges.ts'
import { approverOf, needsTwo, whyNotApproved, whyNotDecided } from './case-rules.ts'
import { endUse } from './end-use.ts'
import { newPass } from './pass.ts'
import { openWritten, sealChecks } from './sealed.ts'
import { noteDone, tellOwner } from './tell-all.ts'
import { whoOf } from '../users/told.ts'

/** What somebody of support wants to do with a case. */
export type Wish = { readonly id: string; readonly what: 'approve' | 'refuse' | 'pass' }

/** Why this one cannot do so now; `null`: they can. */
export async function whyNot(change: Change, actor: Account, wish: Wish): Promise<Refusal | null> {
  const read = await readCase(change, wish.id)
  if (!read) return { refused: 'no_such_case' }
  const judge = wish.what === 'approve' ? whyNotApproved : whyNotDecided
  const refused = judge(read.it, read.owner, actor, change.now)
  return refused && { refused }
}

async function readCase({ db }: Change, id: string) {
  const it = await findCase(db, id)
  const owner = it && (await findAccount(db, it.accountId))
  return it && owner ? { it, owner } : null
}

/** From here on nobody uses its pass, or sets something up by it. */
async function holdOwner({ db }: Change, id: string): Promise<void> {
  const it = await findCase(db, id)
  if (it) await holdAccount(db, it.accountId)
}

/** Does it, in the transaction that has made sure who asks. The pass is given once, to be shown at once. */
export async function doCase(
  change: Change,
  actor: Account,
  { id, what, sealed }: DeedOf<'case'>,
): Promise<Outcome | Refusal> {
  await holdOwner(change, id)
  const why = await whyNot(change, actor, { id, what })
  const read = await readCase(change, id)
  if (why || !read) return why ?? { refused: 'no_such_case' }
  const { it, owner } = read
  if (what === 'pass') return anotherPass(change, actor, it, owner)
  const { app, now } = change
  const text = openWritten(app, id, sealed)
  const check = { by: actor.id, login: actor.login, what, at: now, text }
  const decision = { by: actor.id, checked: sealChecks(app, it, check), now }
  return what === 'approve'
    ? approve(change, actor, it, owner, decision)
    : refuse(change, actor, it, owner, decision)
}

type Decision = Parameters<typeof refuseCase>[2]

async function approve(
  change: Change,
  actor: Account,
  it: Case,
  owner: Account,
  decision: Decision,
): Promise<Outcome | Refusal> {
  const { app, db, now } = change
  const about = { ...whoOf(actor), case: it.id }
  const first = await firstOf(change, it, owner)
  if (needsTwo(owner) && first === null) {
    if (!(await approveFirst(db, it, decision))) return { refused: 'changed_meanwhile' }
    await endUse(change, it)
    await noteDone(change, 'case_approved', owner, { ...about, first: true })
    await tellOwner(change, owner, it.id, 'first')
    return { done: 'case_first' }
  }
  const pass = newPass(app, it.id, now)
  const isSecond = first !== null && first !== actor.id
  if (!(await approveWhole(db, it, { ...decision, isSecond }, pass.kept)))
    return { refused: 'changed_meanwhile' }
  await endUse(change, it)
  await noteDone(change, 'case_approved', owner, about)
  await tellOwner(change, owner, it.id, 'approved')
  return { done: 'case_approved', pass: pass.shown }
}

/** Who has approved before, as long as they may still do so by now; else the second is the first. */
async function firstOf({ db, now }: Change, it: Case, owner: Account): Promise<string | null> {
  const id = approverOf(it, now)
  const first = id === null ? null : await findAccount(db, id)
  const counts = first !== null && first.disabledAt === null && reaches(first, owner, 'support')
  return counts ? first.id : null
}

async function refuse(
  change: Change,
  actor: Account,
  it: Case,
  owner: Account,
  decision: Decision,
): Promise<Outcome | Refusal> {
  if (!(await refuseCase(change.db, it, decision))) return { refused: 'changed_meanwhile' }
  await endUse(change, it)
  const about = { ...whoOf(actor), case: it.id }
  await noteDone(change, 'case_refused', owner, about)
  await tellOwner(change, owner, it.id, 'refused')
  return { done: 'case_refused' }
}

/** The hour was over, the pass was lost, or nothing was set up by it: whoever gave it gives another, and the one before is dead. */
async function anotherPass(
  change: Change,
  actor: Account,
  it: Case,
  owner: Account,
): Promise<Outcome | Refusal> {
  const { app, db, now } = change
  const pass = newPass(app, it.id, now)
  if (!(await renewPass(db, it, actor.id, pass.kept, now))) return { refused: 'case_over' }
  await endUse(change, it)
  const about = { ...whoOf(actor), case: it.id, again: true }
  await noteDone(change, 'case_approved', owner, about)
  await tellOwner(change, owner, it.id, 'pass')
  return { done: 'case_approved', pass: pass.shown }
}
