import { isToDecide } from './cases.ts'
import type { Database } from './open.ts'
import type { AccountsTable, EnrolmentsTable } from './tables.ts'

/** What of an account says how it stands. */
export type Counted = Readonly<
  Pick<AccountsTable, 'id' | 'mainId' | 'email' | 'emailProvenAt' | 'invitedAt' | 'wantedCode'>
> & { readonly hasPassword: boolean }

export type CountedFactor = Readonly<Pick<EnrolmentsTable, 'kind' | 'disabledAt' | 'state'>>

/**
 * So many accounts after this id, with what is set up for each: the sub-accounts of a main account that others
 * than operators look after, or all (`null`). Those that are barred are nobody's care.
 */
export async function accountsAfter(
  db: Database,
  main: string | null,
  after: string,
  most: number,
): Promise<readonly (Counted & { readonly enrolled: readonly CountedFactor[] })[]> {
  let query = db
    .selectFrom('accounts')
    .select((e) => [
      'id',
      'mainId',
      'email',
      'emailProvenAt',
      'invitedAt',
      'wantedCode',
      e('passwordHash', '<>', '').as('hasPassword'),
    ])
    .where('id', '>', after)
    .where('disabledAt', 'is', null)
  if (main !== null)
    query = query
      .where('mainId', '=', main)
      .where((e) => e.or([e('privilege', 'is', null), e('privilege', '<>', 'operator')]))
  const accounts = await query.orderBy('id').limit(most).execute()
  const enrolled = await enrolledFor(
    db,
    accounts.map(({ id }) => id),
  )
  return accounts.map((account) => ({
    ...account,
    hasPassword: Boolean(account.hasPassword),
    enrolled: enrolled.get(account.id) ?? [],
  }))
}

async function enrolledFor(
  db: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly CountedFactor[]>> {
  const found = new Map<string, CountedFactor[]>()
  if (ids.length === 0) return found
  const rows = await db
    .selectFrom('enrolments')
    .select(['accountId', 'kind', 'disabledAt', 'state'])
    .where('accountId', 'in', ids)
    .execute()
  for (const { accountId, ...row } of rows) {
    const its = found.get(accountId)
    if (its) its.push(row)
    else found.set(accountId, [row])
  }
  return found
}

/** Are there more accounts than so many, of this main account or of all (`null`)? */
export async function areMoreThan(
  db: Database,
  main: string | null,
  most: number,
): Promise<boolean> {
  let query = db.selectFrom('accounts').select('id')
  if (main !== null) query = query.where('mainId', '=', main)
  const row = await query.orderBy('id').offset(most).limit(1).executeTakeFirst()
  return row !== undefined
}

/** Requests for recovery that somebody has yet to decide. */
export async function casesWaiting(
  db: Database,
  main: string | null,
  now: number,
): Promise<number> {
  let query = db
    .selectFrom('cases')
    .innerJoin('accounts', 'accounts.id', 'cases.accountId')
    .select((e) => e.fn.countAll<number | string>().as('count'))
    .where(isToDecide(now))
  if (main !== null)
    query = query
      .where('accounts.mainId', '=', main)
      .where((e) =>
        e.or([e('accounts.privilege', 'is', null), e('accounts.privilege', '<>', 'operator')]),
      )
  return Number((await query.executeTakeFirstOrThrow()).count)
}
