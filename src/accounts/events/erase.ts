import type { App } from '../../app.ts'
import { keepAboutHash, looseOf } from '../../store/chain.ts'
import { aboutHashOf } from './links.ts'

/**
 * Before what is about a person is blanked in the events of an account, in the same transaction: those that have
 * no place in the chain yet keep the hash of it, by which they get one.
 */
export async function hashBeforeErasing(
  { db, keys }: Pick<App, 'db' | 'keys'>,
  accountId: string,
): Promise<void> {
  for (const event of await looseOf(db, accountId))
    await keepAboutHash(db, event.id, aboutHashOf(keys, event))
}
