import type { Account } from './accounts.ts'
import type { Database } from './open.ts'
import { INSTALLATION } from './policies.ts'

/**
 * Accounts that can sign in and have set up nothing, of these main accounts ('' among them: of all), by id
 * from this one on: at most so many.
 */
export async function withoutFactor(
  db: Database,
  owners: readonly string[],
  after: string,
  most: number,
): Promise<Account[]> {
  let query = db
    .selectFrom('accounts')
    .selectAll()
    .where('id', '>', after)
    .where('disabledAt', 'is', null)
    .where('passwordHash', '!=', '')
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('enrolments')
            .select('enrolments.id')
            .whereRef('enrolments.accountId', '=', 'accounts.id'),
        ),
      ),
    )
  if (!owners.includes(INSTALLATION))
    query = query.where((e) => e.or([e('id', 'in', owners), e('mainId', 'in', owners)]))
  return query.orderBy('id').limit(most).execute()
}

/** Has this account set up anything? */
export async function hasEnrolment(db: Database, accountId: string): Promise<boolean> {
  const row = await db
    .selectFrom('enrolments')
    .select('id')
    .where('accountId', '=', accountId)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
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
