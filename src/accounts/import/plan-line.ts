import type { Account } from '../../store/accounts.ts'
import { mainOf } from '../../store/accounts.ts'
import { mayGive, reaches, type Actor } from '../privileges.ts'
import type { NewUser, UserChange } from '../users/user-change.ts'
import type { LineFault, ReadLine } from './read-line.ts'

/** Why a line is refused that is well written. */
export type WhyNotLine =
  | LineFault
  /** The same login stands further up in the file. */
  | 'doubled'
  /** Somebody has this login whom one does not look after. */
  | 'taken'
  /** It is one's own account, which is changed on one's own pages. */
  | 'yourself'
  | 'privilege_not_yours'
  | 'no_such_main'
  /** It belongs to another one, and an import moves nobody. */
  | 'other_main'
  | 'no_number'
  /** The policy or FACTORS do not allow that kind of code. */
  | 'factor_not_allowed'
  /** What it asks for is something else by now than what was shown. */
  | 'changed_meanwhile'
  /** A number counts only as one that codes go to. */
  | 'number_alone'

export type Plan =
  | { readonly result: 'made'; readonly user: NewUser; readonly code: ReadLine['code'] }
  | { readonly result: 'changed'; readonly changes: readonly UserChange[] }
  | { readonly result: 'same' }
  | { readonly result: 'refused'; readonly why: WhyNotLine }

/** What of the world decides about a line. */
type Around = {
  readonly by: Actor
  /** The account with this login; and the main account that the line names. */
  readonly found: Account | null
  readonly main: Account | null
  readonly language: NewUser['language']
}

const refused = (why: WhyNotLine): Plan => ({ result: 'refused', why })

/** What a line asks for, as things are now. Pure. */
export function planLine(line: ReadLine, around: Around): Plan {
  const { by, found, main } = around
  if (line.main !== undefined && (!main || main.mainId !== null)) return refused('no_such_main')
  if (line.privilege !== undefined && !mayGive(by, line.privilege))
    return refused('privilege_not_yours')
  return found ? planChange(line, found, around) : planNew(line, around)
}

function planNew(line: ReadLine, { by, main, language }: Around): Plan {
  const own = by.privilege === 'operator' ? null : mainOf(by)
  if (own !== null && main && main.id !== own) return refused('no_such_main')
  const isSent = line.code === 'sms' || line.code === 'both'
  if (isSent && line.phone === undefined) return refused('no_number')
  const { email, login, name, country, phone = null, privilege = null } = line
  const mainId = own ?? main?.id ?? null
  const about = { email, login, name, country, language: line.language ?? language, phone }
  return { result: 'made', user: { ...about, privilege, mainId }, code: line.code }
}

function planChange(line: ReadLine, found: Account, { by, main }: Around): Plan {
  if (!reaches(by, found, 'manage')) return refused('taken')
  if (main && main.id !== found.mainId) return refused('other_main')
  const changes = [
    ...profileChange(line, found),
    ...privilegeChange(line, found),
    ...codeChange(line, found),
  ]
  if (changes.length === 0) {
    const isNew = line.phone !== undefined && line.phone !== found.phone
    return isNew ? refused('number_alone') : { result: 'same' }
  }
  return found.id === by.id ? refused('yourself') : { result: 'changed', changes }
}

function profileChange(line: ReadLine, found: Account): UserChange[] {
  const { name, country, language = found.language } = line
  const isSame = name === found.name && country === found.country && language === found.language
  const { id, email, login } = found
  const user = { email, login, name, country, language: language as NewUser['language'] }
  return isSame ? [] : [{ what: 'profile', id, user }]
}

const privilegeChange = ({ privilege }: ReadLine, { id, ...found }: Account): UserChange[] =>
  privilege === undefined || privilege === found.privilege
    ? []
    : [{ what: 'privilege', id, privilege }]

function codeChange({ code, phone }: ReadLine, found: Account): UserChange[] {
  if (code === undefined) return []
  const number = found.wantedPhone ?? found.phone
  const isNumberNew = phone !== undefined && phone !== number
  const isSent = code === 'sms' || code === 'both'
  if (code === found.wantedCode && !(isSent && isNumberNew)) return []
  const wanted = { ids: [found.id], code, phone: isSent ? (phone ?? null) : null }
  return [{ what: 'login_code', wanted: { ...wanted, wayOut: {}, seen: null } }]
}

/** What became of a line, or would become of it. */
export type Outcome = { readonly result: Plan['result']; readonly why: string | null }

/** What is changed, or why it is refused, in few words. Pure. */
export function whatOf(plan: Plan): string | null {
  if (plan.result === 'refused') return plan.why
  return plan.result === 'changed' ? plan.changes.map(({ what }) => what).join(' ') : null
}
