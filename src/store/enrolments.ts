import type { ExpressionBuilder } from 'kysely'
import type { FactorKind } from '../factors/factor.ts'
import type { Database } from './open.ts'
import { statement } from './statement.ts'
import type { AccountsTable, EnrolmentsTable, Tables } from './tables.ts'

/** One factor of one account, proven: "E-mail to ana@example.com". */
export type Enrolment = {
  readonly id: string
  readonly accountId: string
  readonly kind: string
  readonly name: string
  readonly state: unknown
  readonly version: number
  readonly createdAt: number
  /** When a right answer last changed its state. */
  readonly lastUsedAt: number | null
  /** Wrong answers in a row. */
  readonly failures: number
  /** After too many of them: it must be proven anew. */
  readonly disabledAt: number | null
  /** What it is found by where nobody says whose it is; no other has the same. */
  readonly handle: string | null
  /** The attempt in which it was set up; `null` for what came otherwise. */
  readonly attemptId: string | null
}

export async function insertEnrolment(
  db: Database,
  enrolment: Omit<
    Enrolment,
    'version' | 'failures' | 'disabledAt' | 'lastUsedAt' | 'handle' | 'attemptId'
  > &
    Partial<Pick<Enrolment, 'handle' | 'attemptId'>>,
): Promise<void> {
  await db
    .insertInto('enrolments')
    .values({
      handle: null,
      attemptId: null,
      ...enrolment,
      state: JSON.stringify(enrolment.state),
      version: 0,
      lastUsedAt: null,
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

/** Is there a number that codes go to, or went to until it was guessed at? It is the account's number then. */
export const isNumberProven = async (db: Database, accountId: string): Promise<boolean> =>
  (await ofKind(db, { accountId, kind: 'sms' })).rows.length > 0

const standing = statement((db, value: { accountId: string }) =>
  db
    .selectFrom('accounts')
    .leftJoin('enrolments', 'enrolments.accountId', 'accounts.id')
    .select([
      'accounts.id',
      'accounts.mainId',
      'accounts.privilege',
      'accounts.passwordResetAt',
      'accounts.passwordKnownAt',
      'accounts.passwordDueAt',
      'accounts.preferredFactor',
      'accounts.bothSince',
      'accounts.wantedCode',
      'accounts.wantedPhone',
      'accounts.wantedAt',
      'enrolments.kind',
      'enrolments.disabledAt',
    ])
    .where('accounts.id', '=', value.accountId)
    .where('accounts.disabledAt', 'is', null)
    .orderBy('enrolments.id'),
)

/** That something of this kind is set up, and whether it must be proven anew. */
export type EnrolledKind = Pick<Enrolment, 'kind' | 'disabledAt'>

/** What of an account decides what is asked of it. */
export type Judged = Pick<
  AccountsTable,
  | 'id'
  | 'mainId'
  | 'privilege'
  | 'passwordResetAt'
  | 'passwordKnownAt'
  | 'passwordDueAt'
  | 'preferredFactor'
  | 'bothSince'
  | 'wantedCode'
  | 'wantedPhone'
  | 'wantedAt'
>

/**
 * What is set up for an account, and what its password is worth. `null`: there is no such account, or it is
 * barred.
 */
export async function readStanding(
  db: Database,
  accountId: string,
): Promise<(Judged & { readonly enrolled: readonly EnrolledKind[] }) | null> {
  const { rows } = await standing(db, { accountId })
  const [first] = rows
  if (!first) return null
  const { kind: _, disabledAt: __, ...account } = first
  const enrolled = rows.flatMap(({ kind, disabledAt }) =>
    kind === null ? [] : [{ kind, disabledAt }],
  )
  return { ...account, enrolled }
}

/** An account, what it gets codes by, and whether it has recovery codes left. */
export type SentTo = {
  readonly login: string
  readonly by: readonly { readonly kind: string; readonly state: unknown }[]
  readonly hasCodes: boolean
}

type SentOnly = {
  readonly sent: readonly string[]
  readonly others: readonly string[]
  readonly codes: readonly string[] | null
}

/** As many accounts are in memory at once. */
const AT_ONCE = 500

/**
 * Accounts with something that works of those `sent` kinds and nothing that works of the `others`, one
 * after the other, by login. Of those with nothing but numbers, only where one begins so (`+351`).
 */
export async function* enrolledInNothingBut(
  db: Database,
  only: SentOnly,
): AsyncGenerator<SentTo, void> {
  for (let after: string | null = ''; after !== null;) {
    const found: SentTo[] = await someInNothingBut(db, only, after)
    yield* found
    after = found.length < AT_ONCE ? null : found.at(-1)!.login
  }
}

async function someInNothingBut(db: Database, only: SentOnly, after: string): Promise<SentTo[]> {
  if (only.sent.length === 0) return []
  const rows = await db
    .selectFrom('enrolments')
    .innerJoin('accounts', 'accounts.id', 'enrolments.accountId')
    .select((e) => {
      const codes = e
        .selectFrom('enrolments as codes')
        .select('codes.id')
        .whereRef('codes.accountId', '=', 'accounts.id')
        .where('codes.kind', '=', 'recovery')
        .where('codes.state', 'not like', '%"hashes":[]%')
      const hasCodes = e.case().when(e.exists(codes)).then(e.lit(1)).else(e.lit(0)).end()
      return ['accounts.login', 'enrolments.kind', 'enrolments.state', hasCodes.as('codes')]
    })
    .where('enrolments.kind', 'in', only.sent)
    .where('enrolments.disabledAt', 'is', null)
    .where('accounts.id', 'in', (e) => idsInNothingBut(e, only, after))
    .orderBy('accounts.login')
    .execute()
  const found = new Map<string, SentTo>()
  for (const { login, kind, state, codes } of rows) {
    const by = [...(found.get(login)?.by ?? []), { kind, state: JSON.parse(state) as unknown }]
    found.set(login, { login, by, hasCodes: Number(codes) === 1 })
  }
  return [...found.values()]
}

function idsInNothingBut(
  e: ExpressionBuilder<Tables, 'accounts' | 'enrolments'>,
  { sent, others, codes }: SentOnly,
  after: string,
) {
  const working = (
    of: ExpressionBuilder<Tables, 'accounts' | 'enrolments'>,
    kinds: readonly string[],
  ) =>
    of
      .selectFrom('enrolments as its')
      .select('its.id')
      .whereRef('its.accountId', '=', 'accounts.id')
      .where('its.kind', 'in', [...kinds, ''])
      .where('its.disabledAt', 'is', null)
  return e
    .selectFrom('accounts')
    .select('accounts.id')
    .where('accounts.login', '>', after)
    .where((of) => {
      const has = working(of, sent)
      const some =
        codes === null
          ? has
          : has.where((its) =>
              its.or([
                its('its.kind', '!=', 'sms'),
                ...codes.map((code) => its('its.state', 'like', `%"to":"${code}%`)),
              ]),
            )
      return of.and([of.exists(some), of.not(of.exists(working(of, others)))])
    })
    .orderBy('accounts.login')
    .limit(AT_ONCE)
}

const byHandle = statement((db, value: { handle: string }) =>
  db.selectFrom('enrolments').selectAll().where('handle', '=', value.handle),
)

/** The one with this handle, whosever it is. */
export async function findEnrolment(db: Database, handle: string): Promise<Enrolment | null> {
  const [row] = (await byHandle(db, { handle })).rows
  return row ? fromRow(row) : null
}

/** Every kind that somebody has set up. */
export async function kindsSetUp(db: Database): Promise<string[]> {
  const rows = await db.selectFrom('enrolments').select('kind').distinct().execute()
  return rows.map(({ kind }) => kind)
}

/**
 * Those whose factors that work are all of other kinds than these: how many in all, how many of them
 * have recovery codes left, and the first of them, those without codes before the others. What was
 * guessed at too often works nowhere, and is not looked at.
 */
export async function leftOutBy(
  db: Database,
  kinds: readonly string[],
  most: number,
): Promise<{
  readonly all: number
  readonly withCodes: number
  readonly first: readonly { readonly login: string; readonly hasCodes: boolean }[]
}> {
  const rows = await db
    .with('leftOut', (w) =>
      w
        .selectFrom('accounts')
        .select((e) => {
          const codes = e
            .selectFrom('enrolments')
            .select('id')
            .whereRef('accountId', '=', 'accounts.id')
            .where('kind', '=', 'recovery')
            .where('state', 'not like', '%"hashes":[]%')
          return [
            'login',
            e.case().when(e.exists(codes)).then(e.lit(1)).else(e.lit(0)).end().as('codes'),
          ]
        })
        .where((e) => {
          const working = e
            .selectFrom('enrolments')
            .select('id')
            .whereRef('accountId', '=', 'accounts.id')
            .where('kind', '!=', 'recovery')
            .where('disabledAt', 'is', null)
          return e.and([e.exists(working), e.not(e.exists(working.where('kind', 'in', kinds)))])
        }),
    )
    .selectFrom('leftOut')
    .select(({ fn }) => [
      'login',
      'codes',
      fn.countAll<number>().over().as('all'),
      fn.sum<number>('codes').over().as('withCodes'),
    ])
    .orderBy('codes')
    .orderBy('login')
    .limit(most)
    .execute()
  return {
    all: rows[0]?.all ?? 0,
    withCodes: rows[0]?.withCodes ?? 0,
    first: rows.map(({ login, codes }) => ({ login, hasCodes: codes === 1 })),
  }
}

const fromRow = (row: EnrolmentsTable): Enrolment => ({
  ...row,
  state: JSON.parse(row.state) as unknown,
})

type Next = {
  readonly accountId: string
  readonly id: string
  readonly version: number
  readonly state: string
  readonly now: number
}

const replace = statement((db, value: Next) =>
  db
    .updateTable('enrolments')
    .set((e) => ({ state: value.state, version: e('version', '+', 1), lastUsedAt: value.now }))
    .where('accountId', '=', value.accountId)
    .where('id', '=', value.id)
    .where('version', '=', value.version),
)

/**
 * Saves the new state, unless someone else did so since we read it. This one condition keeps every
 * factor from being used twice: a recovery code, an authenticator's step, a passkey's counter.
 */
export async function replaceState(
  db: Database,
  { accountId, id, version }: Pick<Enrolment, 'accountId' | 'id' | 'version'>,
  state: unknown,
  now: number,
): Promise<boolean> {
  const next = { accountId, id, version, state: JSON.stringify(state), now }
  return (await replace(db, next)).changed === 1
}

/** As the person calls it. False when it is not there any more. */
export async function renameEnrolment(
  db: Database,
  accountId: string,
  id: string,
  name: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('enrolments')
    .set({ name })
    .where('accountId', '=', accountId)
    .where('id', '=', id)
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

/** What was set up in this attempt lets nobody in until it is proven anew. Gives how many that were. */
export async function disableFrom(
  db: Database,
  accountId: string,
  attemptId: string,
  now: number,
): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('enrolments')
    // An answer that was looked at before comes too late.
    .set((e) => ({ disabledAt: now, version: e('version', '+', 1) }))
    .where('accountId', '=', accountId)
    .where('attemptId', '=', attemptId)
    .where('disabledAt', 'is', null)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** It was proven anew, and this is its state now. False when it need not be. */
export async function bindAnew(
  db: Database,
  { accountId, id }: Pick<Enrolment, 'accountId' | 'id'>,
  state: unknown,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('enrolments')
    .set((e) => ({
      failures: 0,
      disabledAt: null,
      state: JSON.stringify(state),
      version: e('version', '+', 1),
    }))
    .where('accountId', '=', accountId)
    .where('id', '=', id)
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

/** Removes one. False when it is not there any more. */
export async function deleteEnrolment(
  db: Database,
  { accountId, id }: Pick<Enrolment, 'accountId' | 'id'>,
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('enrolments')
    .where('accountId', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirst()
  return numDeletedRows === 1n
}
