import { hasRowLocks, type Database } from './open.ts'
import type { AccountsTable, EnrolmentsTable } from './tables.ts'

/** What of an account says what comes of a login code that is set for it, and whom to tell. */
export type CodeUser = {
  readonly account: Readonly<Pick<AccountsTable, (typeof COLUMNS)[number]>>
  readonly enrolled: readonly {
    readonly id: string
    readonly kind: string
    readonly name: string
    readonly state: unknown
    readonly disabledAt: number | null
  }[]
}

const COLUMNS = [
  'id',
  'login',
  'email',
  'name',
  'language',
  'phone',
  'privilege',
  'mainId',
  'bothSince',
  'emailProvenAt',
  'wantedCode',
  'wantedPhone',
  'wantedAt',
] as const satisfies readonly (keyof AccountsTable)[]

/** In a transaction: nobody else holds these accounts until its end. SQLite has one writer anyway. */
export async function holdAccounts(db: Database, ids: readonly string[]): Promise<void> {
  if (!hasRowLocks(db) || ids.length === 0) return
  await db
    .selectFrom('accounts')
    .select('id')
    .where('id', 'in', ids)
    // Always in this order, so that of two who hold many, one waits.
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
}

/** Those of these accounts that there are, in order of their ids, with what is set up. Two questions. */
export async function codeUsers(db: Database, ids: readonly string[]): Promise<CodeUser[]> {
  if (ids.length === 0) return []
  const accounts = await db
    .selectFrom('accounts')
    .select(COLUMNS)
    .where('id', 'in', ids)
    .orderBy('id')
    .execute()
  const rows = await db
    .selectFrom('enrolments')
    .select(['accountId', 'id', 'kind', 'name', 'state', 'disabledAt'])
    .where('accountId', 'in', ids)
    .orderBy('id')
    .execute()
  const enrolled = Map.groupBy(rows, ({ accountId }) => accountId)
  return accounts.map((account) => ({
    account,
    enrolled: (enrolled.get(account.id) ?? []).map(({ id, kind, name, state, disabledAt }) => {
      return { id, kind, name, state: JSON.parse(state) as unknown, disabledAt }
    }),
  }))
}

/** What is to be asked, and whether codes go out by both. */
export async function writeLoginCode(
  db: Database,
  id: string,
  wanted: Pick<AccountsTable, 'wantedCode' | 'wantedPhone' | 'wantedAt' | 'bothSince'>,
): Promise<void> {
  await db.updateTable('accounts').set(wanted).where('id', '=', id).execute()
}

/** Takes these away from an account. Gives those that were still there. */
export async function deleteThese(
  db: Database,
  accountId: string,
  ids: readonly string[],
): Promise<readonly Pick<EnrolmentsTable, 'kind' | 'name'>[]> {
  if (ids.length === 0) return []
  return db
    .deleteFrom('enrolments')
    .where('accountId', '=', accountId)
    .where('id', 'in', ids)
    .returning(['kind', 'name'])
    .execute()
}
