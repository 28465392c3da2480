import type { Database } from './open.ts'
import { statement } from './statement.ts'
import type { PoliciesTable } from './tables.ts'

export type WrittenPolicy = Readonly<PoliciesTable>

/** The owner of what holds for the whole installation. */
export const INSTALLATION = ''

const both = statement((db, value: { mainId: string }) =>
  db
    .selectFrom('policies')
    .select(['owner', 'rules', 'version'])
    .where((e) => e.or([e('owner', '=', INSTALLATION), e('owner', '=', value.mainId)]))
    .orderBy('owner'),
)

/** What was written for the installation and for a main account, as JSON: none, one or two, the installation's first. */
export async function policiesFor(
  db: Database,
  mainId: string,
): Promise<readonly Pick<PoliciesTable, 'owner' | 'rules' | 'version'>[]> {
  return (await both(db, { mainId })).rows
}

/** The same for several main accounts at once. */
export async function policiesForAll(
  db: Database,
  mainIds: readonly string[],
): Promise<readonly Pick<PoliciesTable, 'owner' | 'rules'>[]> {
  return db
    .selectFrom('policies')
    .select(['owner', 'rules'])
    .where('owner', 'in', [INSTALLATION, ...mainIds])
    .execute()
}

/** What one of them has written; `null`: nothing. */
export async function policyOfOwner(db: Database, owner: string): Promise<WrittenPolicy | null> {
  const query = db.selectFrom('policies').selectAll().where('owner', '=', owner)
  return (await query.executeTakeFirst()) ?? null
}

/** All that was written, the installation's first. */
export const allPolicies = (db: Database): Promise<WrittenPolicy[]> =>
  db.selectFrom('policies').selectAll().orderBy('owner').execute()

/** Main accounts with a policy of their own, by login: at most so many. */
export async function ownersWithPolicy(
  db: Database,
  most: number,
): Promise<readonly { readonly id: string; readonly login: string }[]> {
  return db
    .selectFrom('policies')
    .innerJoin('accounts', 'accounts.id', 'policies.owner')
    .select(['accounts.id', 'accounts.login'])
    .orderBy('accounts.login')
    .limit(most)
    .execute()
}

/** Takes away what one of them has written, and gives it; `null`: nothing. */
export async function deletePolicy(db: Database, owner: string): Promise<string | null> {
  const row = await db
    .deleteFrom('policies')
    .where('owner', '=', owner)
    .returning('rules')
    .executeTakeFirst()
  return row?.rules ?? null
}

/** In place of this version (0: of none). False when it is another one by now. */
export async function replacePolicy(
  db: Database,
  { owner, rules, version, changedAt }: WrittenPolicy,
): Promise<boolean> {
  const next = { rules, version: version + 1, changedAt }
  if (version === 0) {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('policies')
      .values({ owner, ...next })
      .onConflict((c) => c.column('owner').doNothing())
      .executeTakeFirst()
    return numInsertedOrUpdatedRows === 1n
  }
  const { numUpdatedRows } = await db
    .updateTable('policies')
    .set(next)
    .where('owner', '=', owner)
    .where('version', '=', version)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}
