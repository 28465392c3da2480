import { sql } from 'kysely'
import { foldCase } from '../lib/text.ts'
import type { Database } from './open.ts'
import type { Privilege } from './tables.ts'

/** An account in a list. `main`: the login of the main account that owns it; `null`: it is one. */
export type Listed = {
  readonly login: string
  readonly name: string
  readonly privilege: Privilege | null
  readonly main: string | null
  readonly state: 'in use' | 'disabled' | 'no password yet'
  /** The kinds of factors that are set up. */
  readonly factors: readonly string[]
}

/** As many are in memory at once. */
const AT_ONCE = 500

/**
 * Accounts whose name or login holds this text, by login; of one main account (itself among them), or
 * (`null`) all.
 */
export async function* accountsLike(
  db: Database,
  { search, mainId }: { readonly search: string; readonly mainId: string | null },
): AsyncGenerator<Listed, void> {
  for (let after = ''; ;) {
    const rows = await someLike(db, { search, mainId, after })
    const factors = await factorsOf(
      db,
      rows.map(({ id }) => id),
    )
    for (const { id, passwordHash, disabledAt, ...row } of rows) {
      const isWaiting = passwordHash === '' ? 'no password yet' : 'in use'
      const state = disabledAt === null ? isWaiting : 'disabled'
      yield { ...row, state, factors: factors.get(id) ?? [] }
    }
    if (rows.length < AT_ONCE) return
    after = rows.at(-1)!.login
  }
}

async function someLike(
  db: Database,
  {
    search,
    mainId,
    after,
  }: { readonly search: string; readonly mainId: string | null; readonly after: string },
) {
  const like = `%${foldCase(search).replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  let query = db
    .selectFrom('accounts')
    .leftJoin('accounts as owner', 'owner.id', 'accounts.mainId')
    .select([
      'accounts.id',
      'accounts.login',
      'accounts.name',
      'accounts.privilege',
      'accounts.passwordHash',
      'accounts.disabledAt',
      'owner.login as main',
    ])
    .where('accounts.login', '>', after)
  if (search !== '')
    query = query.where((e) =>
      e.or([holds('accounts.login', like), holds('accounts.nameFolded', like)]),
    )
  if (mainId !== null)
    query = query.where((e) =>
      e.or([e('accounts.id', '=', mainId), e('accounts.mainId', '=', mainId)]),
    )
  return query.orderBy('accounts.login').limit(AT_ONCE).execute()
}

/** SQLite's own `like` knows no escape unless it is told. */
const holds = (column: 'accounts.login' | 'accounts.nameFolded', like: string) =>
  sql<boolean>`${sql.ref(column)} like ${like} escape '\\'`

async function factorsOf(
  db: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('enrolments')
    .select(['accountId', 'kind'])
    .where('accountId', 'in', ids)
    .orderBy('id')
    .execute()
  const kinds = new Map<string, string[]>()
  for (const { accountId, kind } of rows)
    kinds.set(accountId, [...new Set([...(kinds.get(accountId) ?? []), kind])])
  return kinds
}
