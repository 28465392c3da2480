import type { FactorKind } from '../factors/factor.ts'
import type { Database } from './open.ts'
import { statement } from './statement.ts'
import type { EnrolmentsTable } from './tables.ts'

/** One factor of one account, proven: "E-mail to ana@example.com". */
export type Enrolment = {
  readonly id: string
  readonly accountId: string
  readonly kind: string
  readonly name: string
  readonly state: unknown
  readonly version: number
  readonly createdAt: number
  /** Wrong answers in a row. */
  readonly failures: number
  /** After too many of them: it must be proven anew. */
  readonly disabledAt: number | null
}

export async function insertEnrolment(
  db: Database,
  enrolment: Omit<Enrolment, 'version' | 'failures' | 'disabledAt'>,
): Promise<void> {
  await db
    .insertInto('enrolments')
    .values({
      ...enrolment,
      state: JSON.stringify(enrolment.state),
      version: 0,
      failures: 0,
      disabledAt: null,
    })
    .execute()
}

const ofAccount = statement((db, value: { accountId: string }) =>
  db.selectFrom('enrolments').selectAll().where('accountId', '=', value.accountId).orderBy('id'),
)

export async function enrolmentsOf(db: Database, accountId: string): Promise<Enrolment[]> {
  return (await ofAccount(db, { accountId })).rows.map(fromRow)
}

const ofKind = statement((db, value: { accountId: string; kind: string }) =>
  db
    .selectFrom('enrolments')
    .selectAll()
    .where('accountId', '=', value.accountId)
    .where('kind', '=', value.kind)
    .orderBy('id'),
)

/** Those of one kind. */
export async function enrolmentsOfKind(
  db: Database,
  accountId: string,
  kind: string,
): Promise<Enrolment[]> {
  return (await ofKind(db, { accountId, kind })).rows.map(fromRow)
}

const standing = statement((db, value: { accountId: string }) =>
  db
    .selectFrom('accounts')
    .leftJoin('enrolments', 'enrolments.accountId', 'accounts.id')
    .select([
      'accounts.passwordResetAt',
      'accounts.passwordKnownAt',
      'enrolments.kind',
      'enrolments.disabledAt',
    ])
    .where('accounts.id', '=', value.accountId)
    .orderBy('enrolments.id'),
)

/** What is set up for an account, and what its password is worth. */
export type Standing = {
  /** Each kind of factor that is set up. */
  readonly enrolled: readonly FactorKind[]
  /** Those that can be shown: not the ones that must be proven anew. */
  readonly usable: readonly FactorKind[]
  readonly passwordResetAt: number | null
  readonly passwordKnownAt: number | null
}

/** `null`: there is no such account. */
export async function standingOf(db: Database, accountId: string): Promise<Standing | null> {
  const { rows } = await standing(db, { accountId })
  const [first] = rows
  if (!first) return null
  const kinds = rows.filter(({ kind }) => kind !== null)
  const kindOf = ({ kind }: { kind: string | null }) => kind as FactorKind
  return {
    enrolled: kinds.map(kindOf),
    usable: kinds.filter(({ disabledAt }) => disabledAt === null).map(kindOf),
    passwordResetAt: first.passwordResetAt,
    passwordKnownAt: first.passwordKnownAt,
  }
}

const fromRow = (row: EnrolmentsTable): Enrolment => ({
  ...row,
  state: JSON.parse(row.state) as unknown,
})

/**
 * Saves the new state, unless someone else did so since we read it. This one condition keeps every
 * factor from being used twice: a recovery code, later an authenticator's step, a passkey's counter.
 */
export async function replaceState(
  db: Database,
  enrolment: Enrolment,
  state: unknown,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('enrolments')
    .set({ state: JSON.stringify(state), version: enrolment.version + 1 })
    .where('accountId', '=', enrolment.accountId)
    .where('id', '=', enrolment.id)
    .where('version', '=', enrolment.version)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** The factor of this kind, if there is one, in its new state and under its new name. */
export async function rewriteEnrolment(
  db: Database,
  accountId: string,
  kind: FactorKind,
  { state, name }: Pick<Enrolment, 'state' | 'name'>,
): Promise<void> {
  await db
    .updateTable('enrolments')
    .set((e) => ({ state: JSON.stringify(state), name, version: e('version', '+', 1) }))
    .where('accountId', '=', accountId)
    .where('kind', '=', kind)
    .execute()
}

/**
 * One wrong answer more. With the last of so many in a row it must be proven anew: true for that
 * answer only.
 */
export async function countFailure(
  db: Database,
  { accountId, id }: Pick<Enrolment, 'accountId' | 'id'>,
  most: number,
  now: number,
): Promise<boolean> {
  const row = await db
    .updateTable('enrolments')
    .set((e) => ({
      failures: e('failures', '+', 1),
      disabledAt: e
        .case()
        .when(e('failures', '+', 1), '>=', most)
        .then(now)
        .else(e.ref('disabledAt'))
        .end(),
    }))
    .where('accountId', '=', accountId)
    .where('id', '=', id)
    .where('disabledAt', 'is', null)
    .returning('disabledAt')
    .executeTakeFirst()
  return row !== undefined && row.disabledAt !== null
}

/** A right answer: the row of wrong ones is broken. What must be proven anew stays so. */
export async function forgetFailures(
  db: Database,
  { accountId, id }: Pick<Enrolment, 'accountId' | 'id'>,
): Promise<void> {
  await db
    .updateTable('enrolments')
    .set({ failures: 0 })
    .where('accountId', '=', accountId)
    .where('id', '=', id)
    .where('disabledAt', 'is', null)
    .execute()
}

/** It was proven anew. False when it need not be. */
export async function bindAnew(db: Database, accountId: string, kind: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('enrolments')
    .set({ failures: 0, disabledAt: null })
    .where('accountId', '=', accountId)
    .where('kind', '=', kind)
    .where('disabledAt', 'is not', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Removes all factors of an account, or those of one kind. */
export async function deleteEnrolments(
  db: Database,
  accountId: string,
  kind?: string,
): Promise<void> {
  let query = db.deleteFrom('enrolments').where('accountId', '=', accountId)
  if (kind) query = query.where('kind', '=', kind)
  await query.execute()
}
