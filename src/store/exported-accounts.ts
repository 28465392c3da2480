import type { Account } from './accounts.ts'
import type { Database } from './open.ts'

/** An account as it stands in an export. */
export type ExportedAccount = Account & {
  readonly main: string | null
  readonly kinds: readonly string[]
  readonly lastSeenAt: number | null
}

/** As many are in memory at once. */
const AT_ONCE = 500

/** Every account, or those that a main account owns, one after the other, in the order they were made. */
export async function* exportedAccounts(
  db: Database,
  mainId: string | null,
): AsyncGenerator<ExportedAccount, void> {
  for (let after = ''; ;) {
    const some = await someAfter(db, mainId, after)
    const ids = some.map(({ id }) => id)
    const [kinds, seen] = await Promise.all([kindsOf(db, ids), seenOf(db, ids)])
    for (const account of some)
      yield {
        ...account,
        kinds: kinds.get(account.id) ?? [],
        lastSeenAt: seen.get(account.id) ?? null,
      }
    if (some.length < AT_ONCE) return
    after = ids.at(-1)!
  }
}

async function someAfter(db: Database, mainId: string | null, after: string) {
  const query = db
    .selectFrom('accounts')
    .leftJoin('accounts as mains', 'mains.id', 'accounts.mainId')
    .selectAll('accounts')
    .select('mains.login as main')
    .where('accounts.id', '>', after)
    .orderBy('accounts.id')
    .limit(AT_ONCE)
  if (mainId === null) return query.execute()
  return query
    .where('accounts.mainId', '=', mainId)
    .where((e) =>
      e.or([e('accounts.privilege', 'is', null), e('accounts.privilege', '<>', 'operator')]),
    )
    .execute()
}

async function kindsOf(db: Database, ids: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await db
    .selectFrom('enrolments')
    .select(['accountId', 'kind'])
    .where('accountId', 'in', [...ids, ''])
    .orderBy('kind')
    .execute()
  const found = new Map<string, string[]>()
  for (const { accountId, kind } of rows) {
    const its = found.get(accountId) ?? []
    if (!its.includes(kind)) found.set(accountId, [...its, kind])
  }
  return found
}

async function seenOf(db: Database, ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('devices')
    .select((e) => ['accountId', e.fn.max('lastSeenAt').as('at')])
    .where('accountId', 'in', [...ids, ''])
    .groupBy('accountId')
    .execute()
  return new Map(rows.map(({ accountId, at }) => [accountId, Number(at)]))
}
