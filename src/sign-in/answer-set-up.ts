import type { App } from '../app.ts'
import { cardFor } from '../accounts/shown-once.ts'
import type { Codes } from '../accounts/change-protection.ts'
import { factorOf } from '../factors/all.ts'
import type { Proof } from '../factors/factor.ts'
import { setOf } from '../factors/recovery.ts'
import { holdAccount, type Account } from '../store/accounts.ts'
import { findAgain, moveOn, type Attempt } from '../store/attempts.ts'
import { enrolmentsOf } from '../store/enrolments.ts'
import { answer, type Answer } from './answer.ts'
import { toolsFor, type Refusal } from './attempt.ts'
import { change, undo, type Change } from './change.ts'
import { asKept, asSetUp, kindIn, withoutFactor, wishesToRemember } from './draft.ts'
import { enrol, type SetUp } from './enrol.ts'
import { finish } from './finish.ts'
import { isWished } from './policy.ts'
import { dueIn, prolonged, type Next } from './set-up.ts'
import type { Visit } from './visit.ts'

const over = { refused: 'attempt_over' } as const

/**
 * An answer to what is being set up on the way in. The first factor, and what takes the place of all that
 * was lost, counts only once its recovery codes are saved; any other at once. `name` is for it.
 */
export async function answerSetUp(
  app: App,
  visit: Visit,
  attempt: Attempt,
  given: Answer,
  name: string,
): Promise<Codes | Next | Refusal> {
  return answer(app, visit, asSetUp(attempt), given, async (change, shown) => {
    const proven = asKept(shown)
    const account = await holdAccount(change.db, proven.accountId)
    const due = await dueIn(change, proven)
    if (!account) return undo(over)
    // Set up elsewhere meanwhile, or not wanted any more: what was begun here is of no use.
    if (!due?.kinds.some((kind) => kind === given.kind)) return letGo(change, proven)
    const named = { ...proven, draft: { ...proven.draft, name } }
    const hasNone = (await enrolmentsOf(change.db, account.id)).length === 0
    if (!hasNone && due.why !== 'pass') return settle(change, account, proven, named.draft)
    return draftCodes(change, account, proven, named.draft)
  })
}

/** The codes were shown once and not saved: others are made in their place. */
export async function newCodesOnTheWay(
  app: App,
  visit: Visit,
  before: Attempt,
): Promise<Codes | Refusal> {
  return change(app, visit, async (change): Promise<Codes | Refusal> => {
    const account = await holdAccount(change.db, before.accountId)
    const attempt = await findAgain(change.db, before)
    const isDue = attempt && (await dueIn(change, attempt)) !== null
    if (!account || !isDue || !attempt.draft?.['recovery']) return over
    return draftCodes(change, account, attempt, attempt.draft)
  })
}

/** The person has saved the codes of this set (`null`: those shown last): now it counts. */
export async function confirmSetUp(
  app: App,
  visit: Visit,
  before: Attempt,
  set: string | null,
): Promise<Next | Refusal> {
  return change(app, visit, async (change): Promise<Next | Refusal> => {
    const account = await holdAccount(change.db, before.accountId)
    const attempt = await findAgain(change.db, before)
    const draft = attempt?.draft
    if (!account || !draft?.['recovery'] || !draft['shown']) return over
    if (set !== null && set !== setOf(draft['recovery'])) return over
    const due = await dueIn(change, attempt!)
    const kind = kindIn(draft)
    if (!due?.kinds.some((each) => each === kind)) return letGo(change, attempt!)
    return settle(change, account, attempt!, draft)
  })
}

type Draft = NonNullable<Attempt['draft']>

/** Writes down what was shown and all that comes of it, and asks again what is missing. */
async function settle(
  change: Change,
  account: Account,
  attempt: Attempt,
  draft: Draft,
): Promise<Next | Refusal> {
  const { db, now } = change
  const kind = kindIn(draft)
  const proof = draft['shown'] as Proof | undefined
  if (!kind || proof?.by !== kind) return undo(over)
  const { recovery } = draft
  const name = typeof draft['name'] === 'string' ? draft['name'] : ''
  const setUp: SetUp = { kind, state: draft[kind], name, recovery }
  const made = [...[attempt.draft?.['made'] ?? []].flat(), kind]
  const isOther = account.wantedCode !== null && !isWished(account.wantedCode, kind)
  const refused = await enrol(change, account, attempt, setUp)
  if (refused) return undo(refused)
  // Who took another kind than the one that is wished for cannot show that one now.
  const left = { ...withoutFactor(attempt.draft), made, ...(isOther && { later: true }) }
  const next = { proofs: [...attempt.proofs, proof], draft: left, asked: null }
  const proven = await moveOn(db, attempt, next, now)
  return proven ? finish(change, proven, wishesToRemember(proven)) : undo(over)
}

async function letGo(change: Change, attempt: Attempt): Promise<Next | Refusal> {
  const next = { draft: withoutFactor(attempt.draft), asked: null }
  const free = await moveOn(change.db, attempt, next, change.now)
  return free ? finish(change, free, wishesToRemember(free)) : undo(over)
}

async function draftCodes(
  change: Change,
  account: Account,
  attempt: Attempt,
  before: Draft,
): Promise<Codes | Refusal> {
  const { app, db, now } = change
  const { draft: recovery, show } = factorOf('recovery').enrol(account, toolsFor(app, attempt, now))
  const draft = { ...before, recovery }
  const next = { draft, asked: null, expiresAt: prolonged(app, attempt, now) }
  if (!(await moveOn(db, attempt, next, now))) return undo(over)
  return { codes: show, set: setOf(recovery), card: cardFor(app, account, { ...attempt, draft }) }
}
