import type { App } from '../../app.ts'
import { idOf } from '../../lib/random.ts'
import { hold } from '../../sign-in/limits.ts'
import { keyRequests, unknownKeys } from '../../sign-in/rules.ts'
import { findKey, holdKey, touchKey } from '../../store/keys.ts'
import type { Database } from '../../store/open.ts'
import { write } from '../../store/write.ts'
import type { By } from '../users/do-user-change.ts'
import { byOf, hashKey, isSecretOf, scopesIn, type Scope } from './key.ts'

/** A key that works, and as whom whoever shows it acts. */
export type KeyInUse = { readonly id: string; readonly by: By; readonly scopes: readonly Scope[] }

/** `none`: there is no such key, or not any more. `wait` in milliseconds. */
export type NoKey = { readonly none: true } | { readonly wait: number }

/** How exactly it is known when a key was last used (ms): it is no reason to write at every request. */
const OFTEN = 60 * 60_000

/** Counts what was shown as a key, and says whose it is. What is wrong is counted by where it came from. */
export async function useKey(app: App, shown: string, address: string): Promise<KeyInUse | NoKey> {
  const now = app.now()
  const found = await keyWith(app, shown, now)
  const limit = found ? keyRequests(found.key.id) : unknownKeys(address)
  const wait = await write(app.db, async (db) => {
    const held = await hold(db, [limit], now)
    if (held.wait > 0) return held.wait
    await held.count([limit])
    if (found && (found.key.lastUsedAt ?? 0) <= now - OFTEN)
      await touchKey(db, found.key.id, now, OFTEN)
    return 0
  })
  if (wait > 0) return { wait }
  return found ? { id: found.key.id, by: found.by, scopes: scopesIn(found.key) } : { none: true }
}

async function keyWith({ db }: App, shown: string, now: number) {
  const secretHash = hashKey(shown)
  const key = secretHash === null ? null : await findKey(db, idOf(secretHash))
  if (!key || secretHash === null || !isSecretOf(key, secretHash)) return null
  const by = byOf(key, now)
  return by && { key, by }
}

/**
 * In a transaction: does it work still, and for this? Nobody ends it, or takes from its maker what it lives
 * on, until the end.
 */
export async function holdBy(
  { app, db }: { readonly app: App; readonly db: Database },
  id: string,
  needed: Scope,
): Promise<By | null> {
  const key = await holdKey(db, id)
  return key && scopesIn(key).includes(needed) ? byOf(key, app.now()) : null
}
