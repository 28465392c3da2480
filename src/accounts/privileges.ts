import type { Account } from '../store/accounts.ts'
import { mainOf } from '../store/accounts.ts'
import type { Privilege } from '../store/tables.ts'

// The one place that says who may do what to whom. Each privilege holds those before it.
const ranks: readonly Privilege[] = ['support', 'manage', 'operator']

const rankOf = (privilege: Privilege | null): number =>
  privilege === null ? 0 : ranks.indexOf(privilege) + 1

/** Somebody who does something to others: an account, or a program with a key. */
export type Actor = Pick<Account, 'id' | 'mainId' | 'privilege'>

/** Whom it is done to. */
export type Target = Pick<Account, 'id' | 'mainId' | 'privilege'>

/** Has this one the privilege, or a higher one? Pure. */
export const has = ({ privilege }: Pick<Actor, 'privilege'>, needed: Privilege): boolean =>
  rankOf(privilege) >= rankOf(needed)

/**
 * May this one use the privilege on that account? Operators on all; others on the sub-accounts of their main
 * account that have no higher privilege than theirs. Pure.
 */
export function reaches(actor: Actor, target: Target, needed: Privilege): boolean {
  if (!has(actor, needed)) return false
  if (actor.privilege === 'operator') return true
  return target.mainId === mainOf(actor) && rankOf(target.privilege) <= rankOf(actor.privilege)
}

/** May this one give that privilege away? Nobody gives what they do not have, and support gives none. Pure. */
export const mayGive = (actor: Actor, privilege: Privilege | null): boolean =>
  has(actor, 'manage') && rankOf(privilege) <= rankOf(actor.privilege)

/** Whose accounts this one looks after: a main account's (its id), or all (`null`). Pure. */
export const scopeOf = (actor: Actor): string | null =>
  actor.privilege === 'operator' ? null : mainOf(actor)

/** May this one say what holds for a main account, or for the whole installation (`null`)? Pure. */
export const mayRule = (actor: Actor, mainId: string | null): boolean =>
  actor.privilege === 'operator' || (has(actor, 'manage') && mainId === mainOf(actor))

/**
 * May this one, who reaches that account, take away what its person proves themselves by, or say where they are
 * reached? Not of one with the same privilege, whom that would take over: an operator may, and the main account
 * itself. Pure.
 */
export const mayReplace = (actor: Actor, target: Target): boolean =>
  actor.privilege === 'operator' ||
  actor.mainId === null ||
  rankOf(target.privilege) < rankOf(actor.privilege)
