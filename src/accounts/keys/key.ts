import { hashBearer, newBearer, same, type Random } from '../../lib/random.ts'
import type { Account } from '../../store/accounts.ts'
import { mainOf } from '../../store/accounts.ts'
import type { Key, KeyOfMaker } from '../../store/keys.ts'
import { has, type Actor } from '../privileges.ts'
import type { By } from '../users/do-user-change.ts'

/** What a key may be used for. Each by itself: who may write may not look round with it. */
export const scopes = ['accounts:read', 'accounts:write'] as const

export type Scope = (typeof scopes)[number]

/** After how many days a key ends by itself; `null`: never. */
export const lives = [30, 90, 365, null] as const

/** So that scanners of source code know one of ours where somebody has left it. */
const PREFIX = 'nlk_'

/** What a program shows, and what is kept of it. */
export function newSecret(id: string, random: Random) {
  const bearer = newBearer(id, random)
  return { shown: PREFIX + bearer, secretHash: hashBearer(bearer)! }
}

/** What would be kept of this; `null` for what is no key. */
export const hashKey = (shown: string): string | null =>
  shown.startsWith(PREFIX) ? hashBearer(shown.slice(PREFIX.length)) : null

/** Pure. */
export const isSecretOf = (key: Pick<Key, 'secretHash'>, secretHash: string): boolean =>
  same(key.secretHash, secretHash)

/** Is it not over by now? Pure. */
export const isLiving = ({ endedAt, expiresAt }: Key, now: number): boolean =>
  endedAt === null && (expiresAt === null || now < expiresAt)

/** Pure. */
export const scopesIn = ({ scopes: kept }: Pick<Key, 'scopes'>): readonly Scope[] =>
  scopes.filter((scope) => kept.split(',').includes(scope))

/**
 * As whom a program with this key acts: on a main account's people with what its managers may, or on all
 * with what operators may. `null`: whoever made it may not do that any more, or the key is over. Pure.
 */
export function byOf(key: KeyOfMaker, now: number): By | null {
  const { maker, mainId, name: login } = key
  if (!maker || !isLiving(key, now) || !mayKeep(maker, mainId)) return null
  const privilege = mainId === null ? 'operator' : 'manage'
  return { id: `key:${key.id}`, mainId, privilege, login }
}

/** May this one make and end keys that reach the accounts of that main account, or all (`null`)? Pure. */
export const mayKeep = (actor: Actor, mainId: string | null): boolean =>
  actor.privilege === 'operator' ||
  (mainId !== null && has(actor, 'manage') && mainOf(actor) === mainId)

/** Operators are nobody's business but their own: a program leaves them alone. Pure. */
export const isOutOfReach = ({ privilege }: Pick<Account, 'privilege'>): boolean =>
  privilege === 'operator'
