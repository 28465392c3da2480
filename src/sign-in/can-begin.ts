import type { App } from '../app.ts'
import type { FactorKind } from '../factors/factor.ts'
import type { Database } from '../store/open.ts'
import { smsOffer } from './sms-offer.ts'

/** Can one of these be set up here at all, by somebody who has nothing yet? */
export async function canBegin(
  app: App,
  db: Database,
  kinds: readonly FactorKind[],
): Promise<boolean> {
  if (kinds.includes('totp')) return true
  if (kinds.includes('passkey') && app.config.site !== null) return true
  if (kinds.includes('email') && (app.hasMail() || app.config.outbox)) return true
  return kinds.includes('sms') && (await smsOffer(app, db)) !== null
}
