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
}

export async function insertEnrolment(
  db: Database,
  enrolment: Omit<Enrolment, 'version'>,
): Promise<void> {
  await db
    .insertInto('enrolments')
    .values({ ...enrolment, state: JSON.stringify(enrolment.state), version: 0 })
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

const kinds = statement((db, value: { accountId: string }) =>
  db.selectFrom('enrolments').select('kind').where('accountId', '=', value.accountId).orderBy('id'),
)

/** Which kinds of factors are set up, and nothing of what is kept about them. */
export async function enrolledKinds(db: Database, accountId: string): Promise<string[]> {
  return (await kinds(db, { accountId })).rows.map(({ kind }) => kind)
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
