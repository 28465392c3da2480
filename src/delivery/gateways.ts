import type { Config } from '../config.ts'
import type { Keys } from '../lib/seal.ts'
import { deliveryIn } from '../store/installation.ts'
import type { Database } from '../store/open.ts'
import type { RouteRow } from '../store/routes.ts'
import type { DeliveryFile } from './delivery-file.ts'
import type { Linked, Unreadable } from './gateway.ts'
import { linkedIn, unreadableIn } from './linked.ts'
import { usualRules, type DeliveryRules } from './rules.ts'

/** What is linked, and what the operator has set about text messages: as it is now. */
export type Gateways = {
  readonly linked: (db: Database) => Promise<readonly Linked[]>
  /** What is linked and cannot be read: it keeps its name, and can be removed. */
  readonly unreadable: (db: Database) => Promise<readonly Unreadable[]>
  readonly rules: (db: Database) => Promise<DeliveryRules>
}

/**
 * With a delivery file, what it says is all there is beside SMTP_URL. A route that cannot be read is left
 * out; `onError` hears of it once.
 */
export function gatewaysOf(
  config: Config,
  keys: Keys,
  onError: (error: unknown) => void,
  file: DeliveryFile | null = null,
): Gateways {
  const said = new Set<string>()
  const onUnreadable = ({ id, version, name }: RouteRow, error: unknown): void => {
    if (said.has(`${id} ${version}`)) return
    said.add(`${id} ${version}`)
    onError(new Error(`the route ${name} cannot be read: ${String(error)}`))
  }
  return {
    linked: (db) => linkedIn(config, keys, db, onUnreadable, file?.routes ?? null),
    unreadable: async (db) => (file ? [] : unreadableIn(keys, db)),
    rules: async (db) => file?.rules ?? rulesFrom(await deliveryIn(db)),
  }
}

/** As it is kept. Pure. */
const rulesFrom = (kept: string | null): DeliveryRules =>
  kept === null ? usualRules : { ...usualRules, ...(JSON.parse(kept) as DeliveryRules) }
