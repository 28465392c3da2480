import { scopeOf, type Actor } from '../accounts/privileges.ts'
import { usersRules } from '../accounts/users/seen-user.ts'
import type { App } from '../app.ts'
import type { ShownUserFilter } from '../pages/users-filter.ts'
import type { UserFilter, UsersWanted } from '../store/users-filter.ts'
import { placeIn, type Place, type UserSort } from '../store/users-place.ts'
import { countUsers, listUsers, userIds } from '../store/users-list.ts'
import { text } from './form.ts'
import { Refused } from './refused.ts'

/** Of an account. */
export const ID = /^[0-9a-f]{32}$/

/** Accounts of one page; and as many can be counted, and changed at once. */
export const PAGE = 50
export const MOST = 10_000
const LONGEST_FIND = 100

const filters: readonly string[] = [
  'unprotected',
  'one_factor',
  'unproven',
  'no_codes',
  'locked',
  'disabled',
  'invited',
  'unseen',
] satisfies UserFilter[]
const sorts: readonly string[] = ['name', 'login', 'newest', 'seen'] satisfies UserSort[]
const privileges: readonly string[] = ['operator', 'manage', 'support', 'none']

/** The fields in which a form carries along what was looked for. */
export const wantedFields = {
  find: text(1000).default(''),
  filter: text(20).default(''),
  privilege: text(20).default(''),
  main: text(40).default(''),
  sort: text(20).default(''),
  after: text(3000).default(''),
}

/** What was looked for, as it is shown and as the store is asked. */
export type Wanted = {
  readonly said: ShownUserFilter
  readonly wanted: UsersWanted
  readonly sort: UserSort
  readonly after: string | null
  readonly place: Place | null
}

/** What an address or a form asks for; what nobody of ours has made is no address. */
export function wantedIn(actor: Actor, query: Readonly<Record<string, string>>): Wanted {
  const { filter = '', privilege = '', main = '', after = '' } = query
  const sort = query['sort'] || 'name'
  const scope = scopeOf(actor)
  const isOurs =
    (filter === '' || filters.includes(filter)) &&
    (privilege === '' || privileges.includes(privilege)) &&
    sorts.includes(sort) &&
    // Only who looks after several main accounts chooses one of them.
    (main === '' || (scope === null && ID.test(main)))
  const place = isOurs && after !== '' ? placeIn(after, sort as UserSort) : null
  if (!isOurs || (after !== '' && place === null)) throw new Refused(404, 'not_found')
  const find = findIn(query['find'])
  return {
    said: { find, filter, privilege, main, sort },
    wanted: {
      scope,
      find,
      filter: filter === '' ? null : (filter as UserFilter),
      privilege: privilege === '' ? null : (privilege as UsersWanted['privilege']),
      mainId: main === '' ? null : main,
    },
    sort: sort as UserSort,
    after: after === '' ? null : after,
    place,
  }
}

/** Cut rather than refused: anybody can type it. */
/** What is looked for, as it can be asked of a database. */
export const findIn = (find = ''): string =>
  find.trim().slice(0, LONGEST_FIND).toWellFormed().replaceAll('\0', '')

/** A page of them, with how many there are. */
export async function readUsers(app: App, { wanted, sort, place }: Wanted) {
  const rules = usersRules(app)
  const count = await countUsers(app.db, wanted, rules, MOST)
  const page = await listUsers(app.db, wanted, rules, { sort, after: place, most: PAGE })
  return { ...page, count }
}

/** Their ids: of the page, or of all who fit; one more than `MOST` where there are more. */
export async function idsOf(
  app: App,
  { wanted, sort, place }: Wanted,
  which: 'page' | 'all',
): Promise<readonly string[]> {
  const rules = usersRules(app)
  if (which === 'all') return userIds(app.db, wanted, rules, MOST)
  const page = { sort, after: place, most: PAGE }
  const { users } = await listUsers(app.db, wanted, rules, page)
  return users.map(({ id }) => id)
}
