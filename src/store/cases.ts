import type { ExpressionBuilder } from 'kysely'
import type { Database } from './open.ts'
import type { CasesTable, Privilege, Tables } from './tables.ts'

/** A request for recovery that support decides. */
export type Case = Readonly<CasesTable>

/** A pass can be tried so often. */
export const PASS_TRIES = 5

/** In a transaction that holds its account, so that there is one at a time. */
export async function insertCase(db: Database, row: Case): Promise<void> {
  await db.insertInto('cases').values(row).execute()
}

export async function findCase(db: Database, id: string): Promise<Case | null> {
  return (await db.selectFrom('cases').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

/** The one of this account that something can still come of. */
export async function openCaseOf(
  db: Database,
  accountId: string,
  now: number,
): Promise<Case | null> {
  const row = await db
    .selectFrom('cases')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('cancelledAt', 'is', null)
    .where('refusedAt', 'is', null)
    .where('recoveredAt', 'is', null)
    .where((e) => e.or([e('openUntil', '>', now), e('passUntil', '>', now)]))
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

/** All of an account, the newest first: at most so many. */
export const casesOf = (db: Database, accountId: string, most: number): Promise<Case[]> =>
  db
    .selectFrom('cases')
    .selectAll()
    .where('accountId', '=', accountId)
    .orderBy('id', 'desc')
    .limit(most)
    .execute()

/** Those that support has to decide: no pass was given, or none that can let anybody in any more. */
export const isToDecide = (now: number) => (e: ExpressionBuilder<Tables, 'cases'>) =>
  e.and([
    e('cases.cancelledAt', 'is', null),
    e('cases.refusedAt', 'is', null),
    e('cases.recoveredAt', 'is', null),
    e('cases.openUntil', '>', now),
    e.or([
      e('cases.passHash', 'is', null),
      e('cases.passUsedAt', 'is not', null),
      e('cases.passUntil', '<=', now),
      e('cases.passTries', '>=', PASS_TRIES),
    ]),
  ])

/** Which cases a list shows. */
export type CasesWanted = {
  /** Of the sub-accounts of this main account; `null`: all. */
  readonly scope: string | null
  /** Not those of accounts with another privilege. */
  readonly privileges: readonly Privilege[]
  readonly isOpen: boolean
  /** Older than this one. */
  readonly before: string | null
  readonly most: number
}

/** Cases with whose they are, the newest first. */
export async function casesFor(
  db: Database,
  { scope, privileges, isOpen, before, most }: CasesWanted,
  now: number,
): Promise<readonly (Case & { readonly name: string; readonly email: string })[]> {
  let query = db
    .selectFrom('cases')
    .innerJoin('accounts', 'accounts.id', 'cases.accountId')
    .selectAll('cases')
    .select(['accounts.name', 'accounts.email'])
    .where((e) =>
      e.or([
        e('accounts.privilege', 'is', null),
        ...privileges.map((each) => e('accounts.privilege', '=', each)),
      ]),
    )
    .where((e) => (isOpen ? isToDecide(now)(e) : e.not(isToDecide(now)(e))))
  if (scope !== null) query = query.where('accounts.mainId', '=', scope)
  if (before !== null) query = query.where('cases.id', '<', before)
  return query.orderBy('cases.id', 'desc').limit(most).execute()
}

/** True for one caller only, as long as nothing was set up by it. */
export async function cancelCase(db: Database, id: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('cases')
    .set({ cancelledAt: now })
    .where('id', '=', id)
    .where('cancelledAt', 'is', null)
    .where('refusedAt', 'is', null)
    .where('recoveredAt', 'is', null)
    .where((e) => e.or([e('openUntil', '>', now), e('passUntil', '>', now)]))
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** What somebody of support has said. */
type Decision = { readonly by: string; readonly checked: string; readonly now: number }

/** The first of two has approved. False when others have decided since `before` was read. */
export async function approveFirst(
  db: Database,
  before: Case,
  { by, checked, now }: Decision,
): Promise<boolean> {
  const { numUpdatedRows } = await undecided(db, before, now)
    .set({ ...noPass, approvedAt: now, approvedBy: by, checked })
    .where('waitsUntil', '<=', now)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

type Pass = { readonly passHash: string; readonly passUntil: number }

/** One of before that is dead stands for nothing any more. */
const noPass = {
  secondedAt: null,
  decidedBy: null,
  passHash: null,
  passUntil: null,
  passTries: 0,
  passUsedAt: null,
}

/** Nobody else is needed: the pass counts. False when others have decided since `before` was read. */
export async function approveWhole(
  db: Database,
  before: Case,
  { by, checked, now, isSecond }: Decision & { readonly isSecond: boolean },
  pass: Pass,
): Promise<boolean> {
  const { numUpdatedRows } = await undecided(db, before, now)
    .set({
      ...pass,
      ...(isSecond ? { secondedAt: now } : { approvedAt: now, approvedBy: by, secondedAt: null }),
      passTries: 0,
      passUsedAt: null,
      decidedBy: by,
      checked,
    })
    .where('waitsUntil', '<=', now)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

const undecided = (db: Database, before: Case, now: number) =>
  db
    .updateTable('cases')
    .where('id', '=', before.id)
    .where(isToDecide(now))
    .where('passHash', 'is not distinct from', before.passHash)
    .where('checked', 'is not distinct from', before.checked)

/** False when it is over, or others have decided since `before` was read. */
export async function refuseCase(
  db: Database,
  before: Case,
  { by, checked, now }: Decision,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('cases')
    .set({ refusedAt: now, decidedBy: by, checked })
    .where('id', '=', before.id)
    .where('cancelledAt', 'is', null)
    .where('refusedAt', 'is', null)
    .where('recoveredAt', 'is', null)
    .where('openUntil', '>', now)
    .where('checked', 'is not distinct from', before.checked)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Another pass in place of the one before, given by the same person. False when there is none to replace. */
export async function renewPass(
  db: Database,
  { id, passHash: old }: Case,
  by: string,
  pass: Pass,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('cases')
    .set({ ...pass, passTries: 0, passUsedAt: null })
    .where('id', '=', id)
    .where('decidedBy', '=', by)
    .where('passHash', '=', old)
    .where('cancelledAt', 'is', null)
    .where('refusedAt', 'is', null)
    .where('recoveredAt', 'is', null)
    .where('openUntil', '>', now)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** The case of this account whose pass lives. */
export async function caseWithPass(
  db: Database,
  accountId: string,
  now: number,
): Promise<Case | null> {
  const row = await db
    .selectFrom('cases')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('passHash', 'is not', null)
    .where('passUntil', '>', now)
    .where('passUsedAt', 'is', null)
    .where('cancelledAt', 'is', null)
    .where('refusedAt', 'is', null)
    .where('passTries', '<', PASS_TRIES)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

/** Paid before anybody learns whether the pass was right. False: there is no try left, or no such pass. */
export async function spendPassTry(
  db: Database,
  { id, passHash }: Case,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await living(db, id, passHash, now)
    .set((e) => ({ passTries: e('passTries', '+', 1) }))
    .where('passTries', '<', PASS_TRIES)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** True for one caller only, however many hold the pass. */
export async function usePass(db: Database, { id, passHash }: Case, now: number): Promise<boolean> {
  const { numUpdatedRows } = await living(db, id, passHash, now)
    .set({ passUsedAt: now })
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** What was set up came of the pass that was used: its case is at its end. */
export async function endRecovered(db: Database, accountId: string, now: number): Promise<void> {
  await db
    .updateTable('cases')
    .set({ recoveredAt: now })
    .where('accountId', '=', accountId)
    .where('passUsedAt', 'is not', null)
    .where('recoveredAt', 'is', null)
    .execute()
}

const living = (db: Database, id: string, passHash: string | null, now: number) =>
  db
    .updateTable('cases')
    .where('id', '=', id)
    .where('passHash', '=', passHash)
    .where('passUsedAt', 'is', null)
    .where('cancelledAt', 'is', null)
    .where('refusedAt', 'is', null)
    .where('passUntil', '>', now)
