import { sql, type Expression, type SqlBool } from 'kysely'
import type { Database } from './open.ts'
import type { LoginCode, Privilege } from './tables.ts'
import {
  fits,
  found,
  lastSeen,
  locked,
  proven,
  type Users,
  type UsersRules,
  type UsersWanted,
} from './users-filter.ts'
import { nameOf, type Place, type UserSort } from './users-place.ts'

/** An account as it stands in a list. Times in milliseconds. */
export type User = {
  readonly id: string
  readonly name: string
  readonly nameFolded: string
  readonly email: string
  readonly login: string
  readonly phone: string | null
  readonly country: string
  readonly language: string
  readonly privilege: Privilege | null
  readonly mainId: string | null
  /** The address of the main account that owns it. */
  readonly mainLogin: string | null
  readonly createdAt: number
  readonly disabledAt: number | null
  readonly invitedAt: number | null
  readonly passwordDueAt: number | null
  readonly bothSince: number | null
  readonly wantedCode: LoginCode | null
  readonly wantedPhone: string | null
  readonly wantedAt: number | null
  readonly hasPassword: boolean
  readonly isLocked: boolean
  /** Mail to the address gets to the person. */
  readonly isProven: boolean
  readonly lastSeenAt: number | null
  readonly factors: readonly { readonly kind: string; readonly isDisabled: boolean }[]
  readonly codesLeft: number
}

function wantedOf(db: Database, wanted: UsersWanted, rules: UsersRules) {
  const { scope, find, filter, privilege, mainId } = wanted
  let query = db.selectFrom('accounts')
  if (scope !== null)
    query = query
      .where('accounts.mainId', '=', scope)
      // Nobody but an operator does anything to one.
      .where((e) =>
        e.or([e('accounts.privilege', 'is', null), e('accounts.privilege', '!=', 'operator')]),
      )
  if (mainId !== null) query = query.where('accounts.mainId', '=', mainId)
  if (privilege === 'none') query = query.where('accounts.privilege', 'is', null)
  else if (privilege !== null) query = query.where('accounts.privilege', '=', privilege)
  if (filter !== null) query = query.where((e) => fits(e, filter, rules))
  return query.where((e) => found(e, find) ?? e.lit(true))
}

const keyOf = (user: User, sort: UserSort): Place['key'] => {
  if (sort === 'seen') return user.lastSeenAt ?? 0
  if (sort === 'newest') return user.id
  return sort === 'login' ? user.login : user.nameFolded
}

/** The same as a question to the database. */
const keyIn = (e: Users, sort: UserSort): Expression<string | number> => {
  if (sort === 'seen') return e.fn.coalesce(lastSeen(e), e.lit(0))
  if (sort === 'newest') return e.ref('accounts.id')
  return e.ref(sort === 'login' ? 'accounts.login' : 'accounts.nameFolded')
}

/**
 * A page of accounts, so many from `after` (a place) on, and where the next one goes on. Whoever comes or
 * goes meanwhile moves nothing: each that stays is on one page, once. (By when they were last seen they move
 * by themselves.)
 */
export async function listUsers(
  db: Database,
  wanted: UsersWanted,
  rules: UsersRules,
  page: { readonly sort: UserSort; readonly after: Place | null; readonly most: number },
): Promise<{ readonly users: readonly User[]; readonly next: string | null }> {
  const { sort, after, most } = page
  const isDown = sort === 'newest' || sort === 'seen'
  const order = isDown ? 'desc' : 'asc'
  let query = wantedOf(db, wanted, rules)
  if (after !== null)
    query = query.where((e) => {
      const beyond = isDown ? sql`<` : sql`>`
      const here = sql`(${keyIn(e, sort)}, ${e.ref('accounts.id')})`
      return sql<SqlBool>`${here} ${beyond} (${after.key}, ${after.id})`
    })
  query = query
    .orderBy((e) => keyIn(e, sort), order)
    .orderBy('accounts.id', order)
    .limit(most + 1)
  const all = await shownIn(db, query, rules, most)
  const users = all.slice(0, most)
  const last = users.at(-1)
  const isLast = all.length <= most || !last
  return { users, next: isLast ? null : nameOf({ key: keyOf(last, sort), id: last.id }) }
}

/** One of them; `null` when there is none. */
export async function findUser(db: Database, id: string, rules: UsersRules): Promise<User | null> {
  const query = db.selectFrom('accounts').where('accounts.id', '=', id)
  return (await shownIn(db, query, rules, 1))[0] ?? null
}

/** What is shown of these accounts; of the first so many, with what is set up for them. */
async function shownIn(
  db: Database,
  query: ReturnType<typeof wantedOf>,
  rules: UsersRules,
  most: number,
): Promise<User[]> {
  const rows = await query
    .leftJoin('accounts as main', 'main.id', 'accounts.mainId')
    .select(columns)
    .select((e) => [
      'main.login as mainLogin',
      e('accounts.passwordHash', '!=', '').as('hasPassword'),
      locked(e, rules).as('isLocked'),
      proven(e).as('isProven'),
      lastSeen(e).as('lastSeenAt'),
    ])
    .execute()
  const ids = rows.slice(0, most).map(({ id }) => id)
  const factors = await factorsOf(db, ids)
  return rows.map((row) => ({
    ...row,
    hasPassword: Boolean(row.hasPassword),
    isLocked: Boolean(row.isLocked),
    isProven: Boolean(row.isProven),
    lastSeenAt: row.lastSeenAt === null ? null : Number(row.lastSeenAt),
    ...(factors.get(row.id) ?? none),
  }))
}

const columns = [
  'accounts.id',
  'accounts.name',
  'accounts.nameFolded',
  'accounts.email',
  'accounts.login',
  'accounts.phone',
  'accounts.country',
  'accounts.language',
  'accounts.privilege',
  'accounts.mainId',
  'accounts.createdAt',
  'accounts.disabledAt',
  'accounts.invitedAt',
  'accounts.passwordDueAt',
  'accounts.bothSince',
  'accounts.wantedCode',
  'accounts.wantedPhone',
  'accounts.wantedAt',
] as const

type Set = Pick<User, 'factors' | 'codesLeft'>
const none: Set = { factors: [], codesLeft: 0 }

/** What is set up for each of these accounts. */
async function factorsOf(db: Database, ids: readonly string[]): Promise<Map<string, Set>> {
  const all = new Map<string, Set>()
  if (ids.length === 0) return all
  const rows = await db
    .selectFrom('enrolments')
    .select((e) => [
      'accountId',
      'kind',
      'disabledAt',
      // The state of others is a secret, and sealed.
      e.case().when('kind', '=', 'recovery').then(e.ref('state')).else(null).end().as('codes'),
    ])
    .where('accountId', 'in', ids)
    .orderBy('id')
    .execute()
  for (const { accountId, kind, disabledAt, codes } of rows) {
    const { factors, codesLeft } = all.get(accountId) ?? none
    all.set(
      accountId,
      codes === null
        ? { codesLeft, factors: [...factors, { kind, isDisabled: disabledAt !== null }] }
        : { factors, codesLeft: codesLeft + left(codes) },
    )
  }
  return all
}

const left = (codes: string): number =>
  (JSON.parse(codes) as { readonly hashes?: readonly string[] }).hashes?.length ?? 0

/** How many there are, counted as far as `most` and one more. */
export async function countUsers(
  db: Database,
  wanted: UsersWanted,
  rules: UsersRules,
  most: number,
): Promise<number> {
  const some = wantedOf(db, wanted, rules)
    .select('accounts.id')
    .limit(most + 1)
  const { count } = await db
    .selectFrom(some.as('some'))
    .select((e) => e.fn.countAll<number | string>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** The ids of all of them, as far as `most` and one more, in the order they were made. */
export async function userIds(
  db: Database,
  wanted: UsersWanted,
  rules: UsersRules,
  most: number,
): Promise<string[]> {
  const rows = await wantedOf(db, wanted, rules)
    .select('accounts.id')
    .orderBy('accounts.id')
    .limit(most + 1)
    .execute()
  return rows.map(({ id }) => id)
}
