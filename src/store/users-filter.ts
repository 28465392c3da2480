import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely'
import { asciiDigits } from '../lib/code-input.ts'
import { foldCase } from '../lib/text.ts'
import type { Privilege, Tables } from './tables.ts'

/** What an administrator may look for; each is true of some accounts and false of the others. */
export type UserFilter =
  | 'unprotected'
  | 'one_factor'
  | 'unproven'
  | 'no_codes'
  | 'locked'
  | 'disabled'
  | 'invited'
  | 'unseen'

/** Which accounts. `null`: whatever it is. */
export type UsersWanted = {
  /** The sub-accounts of this main account that it may do something to; `null`: all accounts. */
  readonly scope: string | null
  /** Part of a name, of a login or of a number; '' is everything. */
  readonly find: string
  readonly filter: UserFilter | null
  readonly privilege: Privilege | 'none' | null
  readonly mainId: string | null
}

/** What the rules are by which accounts are told apart. */
export type UsersRules = {
  /** The kinds of factors that may be used. */
  readonly kinds: readonly string[]
  /** What the limit of a day's wrong second steps is called in `limits`, and how many there may be. */
  readonly wrong: { readonly prefix: string; readonly most: number }
  readonly now: number
}

export type Users = ExpressionBuilder<Tables, 'accounts'>

const DAY = 24 * 60 * 60 * 1000
/** So long unseen, and somebody may have left. */
const UNSEEN = 90 * DAY
/** What a clock that was far ahead has counted is over, as `sign-in/limits.ts` has it. */
const AHEAD = DAY / 24

/** Is that so? A question to the database. */
export function fits(e: Users, filter: UserFilter, rules: UsersRules): Expression<SqlBool> {
  const working = usable(e, rules).select((its) => its.fn.countAll().as('count'))
  switch (filter) {
    case 'unprotected':
      return e(working, '=', 0)
    case 'one_factor':
      return e(working, '=', 1)
    case 'unproven':
      return e.not(proven(e))
    case 'no_codes':
      return e.and([e(working, '>', 0), e.not(e.exists(codes(e)))])
    case 'locked':
      return locked(e, rules)
    case 'disabled':
      return e('accounts.disabledAt', 'is not', null)
    case 'invited':
      return e.and([e('accounts.invitedAt', 'is not', null), e('accounts.passwordHash', '=', '')])
    case 'unseen':
      return e(e.fn.coalesce(lastSeen(e), e.ref('accounts.createdAt')), '<', rules.now - UNSEEN)
    default:
      return filter satisfies never
  }
}

const its = (e: Users) =>
  e.selectFrom('enrolments').whereRef('enrolments.accountId', '=', 'accounts.id')

/** What lets in, beside recovery codes. */
const usable = (e: Users, { kinds }: UsersRules) =>
  its(e)
    // No list may be empty.
    .where('enrolments.kind', 'in', [...kinds.filter((kind) => kind !== 'recovery'), ''])
    .where('enrolments.disabledAt', 'is', null)

/** A mail to the address was answered, or a code that went to this very one was typed in. */
export const proven = (e: Users) => {
  const state = sql<string>`'{"to":"' || ${e.ref('accounts.email')} || '"}'`
  const byCode = its(e)
    .select('enrolments.id')
    .where('enrolments.kind', '=', 'email')
    .where('enrolments.state', '=', state)
  return e.or([e('accounts.emailProvenAt', 'is not', null), e.exists(byCode)])
}

const codes = (e: Users) =>
  its(e)
    .select('enrolments.id')
    .where('enrolments.kind', '=', 'recovery')
    .where('enrolments.state', 'not like', '%"hashes":[]%')

/**
 * Others know the password, a factor was guessed at too often, or the day's wrong second steps are used up:
 * somebody has to do something.
 */
export function locked(e: Users, { wrong, now }: UsersRules) {
  const usedUp = e
    .selectFrom('limits')
    .select('limits.key')
    .where('limits.key', '=', sql<string>`${wrong.prefix} || ${e.ref('accounts.id')}`)
    .where('limits.count', '>=', wrong.most)
    .where('limits.since', '>', now - DAY)
    .where('limits.last', '<=', now + AHEAD)
  const off = its(e).select('enrolments.id').where('enrolments.disabledAt', 'is not', null)
  return e.or([e('accounts.passwordKnownAt', 'is not', null), e.exists(off), e.exists(usedUp)])
}

/** When somebody was last signed in there. Sessions are kept for a month, devices for a year. */
export const lastSeen = (e: Users) =>
  e.fn.coalesce(
    e
      .selectFrom('sessions')
      .select((of) => of.fn.max('sessions.seenAt').as('at'))
      .whereRef('sessions.accountId', '=', 'accounts.id'),
    e
      .selectFrom('devices')
      .select((of) => of.fn.max('devices.lastSeenAt').as('at'))
      .whereRef('devices.accountId', '=', 'accounts.id'),
  )

const DIGITS = /^\+?[\d\s().\-/]+$/

/** The condition that what is looked for stands somewhere: `%`, `_` and `\` are only themselves. */
export function found(e: Users, find: string): Expression<SqlBool> | null {
  const wanted = foldCase(find.trim())
  if (wanted === '') return null
  const like = (column: 'nameFolded' | 'login' | 'phone' | 'wantedPhone', part: string) =>
    sql<SqlBool>`${e.ref(`accounts.${column}`)} like ${`%${part.replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`
  const digits = DIGITS.test(asciiDigits(wanted)) ? asciiDigits(wanted).replace(/\D/g, '') : ''
  // What is dialled at home has a nought before it, or two and the country.
  const number = digits.replace(/^0+/, '')
  const numbers = number.length < 3 ? [] : [like('phone', number), like('wantedPhone', number)]
  return e.or([like('nameFolded', wanted), like('login', wanted), ...numbers])
}
