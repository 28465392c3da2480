import type { App } from '../app.ts'
import { unreachedBy } from './delivery-lock-out.ts'

/**
 * Before the first request: does DELIVERY_FILE leave somebody without codes who has nothing else? Nobody
 * was asked when it was written, as on the page. Gives what the operator should know, and logs it.
 */
export async function checkReach(
  app: Pick<App, 'config' | 'db' | 'gateways' | 'log'>,
): Promise<readonly string[]> {
  const { config, db, gateways, log } = app
  if (config.deliveryFile === null) return []
  const now = { linked: await gateways.linked(db), rules: await gateways.rules(db) }
  const { count, withCodes } = await unreachedBy(app, now)
  const lockedOut = count - withCodes
  if (count > 0) log.warn({ lockedOut, withCodes }, 'accounts that no code reaches')
  const only =
    'Accounts that no code reaches with DELIVERY_FILE as it is, and have set up nothing else'
  return [
    ...(lockedOut > 0 ? [`${only}: ${lockedOut} without recovery codes cannot sign in.`] : []),
    ...(withCodes > 0
      ? [`${only}: ${withCodes} with recovery codes left are asked for one at each sign-in.`]
      : []),
  ]
}
