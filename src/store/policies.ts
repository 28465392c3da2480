import type { Database } from './open.ts'
import { statement } from './statement.ts'
import type { PoliciesTable } from './tables.ts'

/** The owner of what holds for the whole installation. */
export const INSTALLATION = ''

const both = statement((db, value: { mainId: string }) =>
  db
    .selectFrom('policies')
    .select(['owner', 'rules', 'version'])
    .where((e) => e.or([e('owner', '=', INSTALLATION), e('owner', '=', value.mainId)])),
)

/** What was written for the installation and for a main account, as JSON: none, one or two. */
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
