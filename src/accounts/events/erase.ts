import { keepAboutHash, looseOf } from '../../store/chain.ts'
import { aboutHashOf } from './links.ts'
import type { Tools } from './chain.ts'

/**
 * Before what is about a person is blanked in the events of an account, in the same transaction: those that have
 * no place in the chain yet keep the hash of it, by which they get one.
 */
export async function hashBeforeErasing({ db, keys }: Tools, accountId: string): Promise<void> {
  for (const event of await looseOf(db, accountId))
    await keepAboutHash(db, event.id, aboutHashOf(keys, event))
}
