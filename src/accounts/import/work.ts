import type { App } from '../../app.ts'
import { change, note, undo, type Change } from '../../sign-in/change.ts'
import { byItself, type Visit } from '../../sign-in/visit.ts'
import { findAccount, findAccountByLogin, holdAccount, type Account } from '../../store/accounts.ts'
import {
  claimImport,
  firstLines,
  moveClaim,
  moveImport,
  nextLines,
  settleLine,
  type Import,
  type ImportLine,
  type Result,
} from '../../store/imports.ts'
import type { Database } from '../../store/open.ts'
import { has } from '../privileges.ts'
import { doUserChange, type By } from '../users/do-user-change.ts'
import { previewLoginCode, whyNotSet } from '../users/login-code.ts'
import type { UserChange, WantedLoginCode } from '../users/user-change.ts'
import { optionsIn } from './import.ts'
import { planLine, type Plan } from './plan-line.ts'
import { readLine, type Cells } from './read-line.ts'

/** Lines that are worked at together: with SQLite they wait for the disk once. */
const AT_ONCE = 50
/** For how long a process has an import for itself, in milliseconds; it is prolonged while it works. */
const LEASE = 60_000

type Phase = 'check' | 'do'
type Work = {
  readonly app: App
  readonly visit: Visit
  readonly about: Import
  readonly phase: Phase
}
type Outcome = { readonly result: Result; readonly why: string | null }

type How = {
  /** At this one, and no other. */
  readonly only?: string
  readonly visit?: Visit
  /** Ends it early: another process, or this one later, goes on where it was. */
  readonly isOver?: () => boolean
  /** Is told the last line that was worked at. */
  readonly onProgress?: (line: number) => void
}

/** Works at one import that waits for it, until all is looked at, or all is done. False: none waits. */
export async function workAtImport(
  app: App,
  { only, visit = byItself, isOver = () => false, onProgress = () => {} }: How = {},
): Promise<boolean> {
  let held = await claimImport(app.db, app.now(), app.now() + LEASE, only ?? null)
  if (!held) return false
  const phase: Phase = held.checkedAt === null ? 'check' : 'do'
  const work = { app, visit, about: held, phase }
  while (!isOver()) {
    const by = await actorFor(app.db, held, findAccount)
    if (!by) {
      await moveImport(app.db, held.id, { stopped: 'not_allowed', claimedUntil: 0 })
      return true
    }
    const lines = await nextLines(app.db, held.id, phase, AT_ONCE)
    if (lines.length === 0) {
      await finishPhase(work, by)
      return true
    }
    const first = await firstLines(
      app.db,
      held.id,
      lines.flatMap(({ login }) => login ?? []),
    )
    await Promise.all(
      lines.map((line) => takeLine(work, line, first.get(line.login ?? '') ?? line.line)),
    )
    onProgress(lines.at(-1)!.line)
    const until = app.now() + LEASE
    if (!(await moveClaim(app.db, held, until))) return true
    held = { ...held, claimedUntil: until }
  }
  await moveClaim(app.db, held, 0)
  return true
}

/** Who does it, with the privilege they have now; `null`: they may not any more. */
async function actorFor(
  db: Database,
  { accountId }: Import,
  find: (db: Database, id: string) => Promise<Account | null>,
): Promise<By | null> {
  if (accountId === null) return theMachine
  const account = await find(db, accountId)
  return account && account.disabledAt === null && has(account, 'manage') ? account : null
}

/** Whoever is at the machine may do everything. */
const theMachine: By = { id: '', mainId: null, privilege: 'operator', login: 'this machine' }

async function finishPhase({ app, visit, about, phase }: Work, by: By): Promise<void> {
  const at = app.now()
  const { id } = about
  if (phase === 'check') return moveImport(app.db, id, { checkedAt: at, claimedUntil: 0 })
  await change(app, visit, async (change) => {
    await moveImport(change.db, id, { endedAt: at, claimedUntil: 0 })
    const detail = { import: id, lines: about.lines, actor: by.id, login: by.login }
    if (by.id !== '') await note(change, 'accounts_imported', { accountId: by.id, detail })
  })
}

/** A line by itself: one that is refused changes nothing and stops no other. */
async function takeLine(work: Work, line: ImportLine, first: number): Promise<void> {
  const { app, visit, phase } = work
  const lost = await change(app, visit, async (change): Promise<Outcome | null> => {
    const by = await actorFor(change.db, work.about, holdAccount)
    if (!by) return { result: 'refused', why: 'not_allowed' }
    const plan = await planFor(change, work.about, by, line, first)
    const said =
      phase === 'do' ? await doPlan(change, work.about, by, plan) : await tryPlan(change, by, plan)
    // What the line has written so far is undone; what became of it is written by itself.
    if (phase === 'do' && said.result === 'refused') return undo(said)
    const isDone = phase === 'do' || said.result === 'refused' ? 1 : 0
    await settleLine(change.db, line, { ...said, isDone })
    return null
  })
  if (lost) await settleLine(app.db, line, { ...lost, isDone: 1 })
}

async function planFor(
  { db }: Change,
  about: Import,
  by: By,
  line: ImportLine,
  first: number,
): Promise<Plan> {
  const read = readLine(line.cells === null ? null : (JSON.parse(line.cells) as Cells))
  if ('fault' in read) return { result: 'refused', why: read.fault }
  if (first < line.line) return { result: 'refused', why: 'doubled' }
  return planLine(read, {
    by,
    found: await findAccountByLogin(db, read.login),
    main: read.main === undefined ? null : await findAccountByLogin(db, read.main),
    language: optionsIn(about).language,
  })
}

/** What would come of it? */
async function tryPlan({ app, db }: Change, by: By, plan: Plan): Promise<Outcome> {
  if (plan.result === 'refused') return plan
  for (const each of plan.result === 'changed' ? plan.changes : []) {
    const why = each.what === 'login_code' ? await whyNotCode(app, db, by, each.wanted) : null
    if (why) return { result: 'refused', why }
  }
  return { result: plan.result, why: whatOf(plan) }
}

async function whyNotCode(
  app: App,
  db: Database,
  by: By,
  wanted: WantedLoginCode,
): Promise<string | null> {
  const refused = whyNotSet(await previewLoginCode(app, db, by, wanted), wanted, false)
  return refused?.refused ?? null
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
  const made = code == null ? null : await findAccountByLogin(db, user.login)
  if (!made || code == null) return
  const wanted = { ids: [made.id], code, phone: null, wayOut: WAIT, seen: null }
  yield { what: 'login_code', wanted }
}

/** Nobody has proven anything yet: it is set up at the first sign-in. */
const WAIT = { address_unproven: 'wait', number_out_of_reach: 'wait' } as const

/** What is changed, in the words of the columns. */
const whatOf = (plan: Plan): string | null =>
  plan.result === 'changed' ? plan.changes.map(({ what }) => what).join(' ') : null
