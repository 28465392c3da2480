import type { Config } from '../config.ts'
import type { Keys } from '../lib/seal.ts'
import { deliveryIn } from '../store/installation.ts'
import type { Database } from '../store/open.ts'
import type { Linked } from './gateway.ts'
import { linkedIn } from './linked.ts'
import { usualRules, type DeliveryRules } from './rules.ts'

/** What is linked, and what the operator has set about text messages: as it is now. */
export type Gateways = {
  readonly linked: (db: Database) => Promise<readonly Linked[]>
  readonly rules: (db: Database) => Promise<DeliveryRules>
}

/** One that cannot be read is left out; `onError` hears of it once. */
export function gatewaysOf(
  config: Config,
  keys: Keys,
  onError: (error: unknown) => void,
): Gateways {
  const said = new Set<string>()
  return {
    linked: (db) =>
      linkedIn(config, keys, db, ({ id, version, name }, error) => {
        if (said.has(`${id} ${version}`)) return
        said.add(`${id} ${version}`)
        onError(new Error(`the route ${name} cannot be read: ${String(error)}`))
      }),
    async rules(db) {
      const set = await deliveryIn(db)
      return set === null ? usualRules : { ...usualRules, ...(JSON.parse(set) as DeliveryRules) }
    },
  }
}
