import type { FactorKind } from '../factors/factor.ts'
import type { Account } from './accounts.ts'
import type { Database } from './open.ts'
import { INSTALLATION } from './policies.ts'

/**
 * Accounts that can sign in and on which none of these kinds works, of these main accounts ('' among them: of
 * all), by id from this one on: at most so many.
 */
export async function withoutFactor(
  db: Database,
  owners: readonly string[],
  kinds: readonly string[],
  { after, most }: { readonly after: string; readonly most: number },
): Promise<Account[]> {
  let query = db
    .selectFrom('accounts')
    .selectAll()
    .where('id', '>', after)
    .where('disabledAt', 'is', null)
    .where('passwordHash', '!=', '')
  if (kinds.length > 0)
    query = query.where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('enrolments')
            .select('enrolments.id')
            .whereRef('enrolments.accountId', '=', 'accounts.id')
            .where('enrolments.kind', 'in', kinds)
            .where('enrolments.disabledAt', 'is', null),
        ),
      ),
    )
  if (!owners.includes(INSTALLATION))
    query = query.where((e) => e.or([e('id', 'in', owners), e('mainId', 'in', owners)]))
  return query.orderBy('id').limit(most).execute()
}

/** What works on each of these accounts beside recovery codes, where something does. */
export async function workingKinds(
  db: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, FactorKind[]>> {
  const found = new Map<string, FactorKind[]>()
  if (ids.length === 0) return found
  const rows = await db
    .selectFrom('enrolments')
    .select(['accountId', 'kind'])
    .distinct()
    .where('accountId', 'in', ids)
    .where('disabledAt', 'is', null)
    .where('kind', '!=', 'recovery')
    .execute()
  for (const { accountId, kind } of rows)
    found.set(accountId, [...(found.get(accountId) ?? []), kind as FactorKind])
  return found
}

/**
 * Those with much to say of a main account (or the installation, '') who have neither an app nor a passkey
 * that works: how many, and the first of them by login.
 */
export async function withoutStrong(
  db: Database,
  owner: string,
  kinds: readonly string[],
  most: number,
): Promise<{ readonly count: number; readonly first: readonly string[] }> {
  let query = db
    .selectFrom('accounts')
    .where('privilege', 'in', ['operator', 'manage'])
    .where('disabledAt', 'is', null)
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('enrolments')
            .select('enrolments.id')
            .whereRef('enrolments.accountId', '=', 'accounts.id')
            .where('enrolments.kind', 'in', kinds)
            .where('enrolments.disabledAt', 'is', null),
        ),
      ),
    )
  if (owner !== INSTALLATION)
    query = query.where((e) => e.or([e('id', '=', owner), e('mainId', '=', owner)]))
  const { count } = await query
    .select((e) => e.fn.countAll<number | string>().as('count'))
    .executeTakeFirstOrThrow()
  const first = await query.select('login').orderBy('login').limit(most).execute()
  return { count: Number(count), first: first.map(({ login }) => login) }
}
