import type { App } from '../app.ts'
import { toMake } from '../factors/passkey.ts'
import { toScan, type ToScan } from '../factors/totp.ts'
import { toolsFor } from '../sign-in/attempt.ts'
import type { Account } from '../store/accounts.ts'
import type { Attempt } from '../store/attempts.ts'
import { enrolmentsOfKind } from '../store/enrolments.ts'

/** What is to be scanned of the app that is set up in this attempt, if it is one. */
export function cardFor(
  app: App,
  { email }: Pick<Account, 'email'>,
  attempt: Attempt,
): ToScan | null {
  const state = attempt.draft?.['totp']
  if (state === undefined) return null
  const about = { issuer: app.config.productName, account: email }
  return toScan(state, about, toolsFor(app, attempt, app.now()))
}

/** What the browser is asked to make, as JSON, if a passkey is set up in this attempt. */
export async function passkeyToMake(
  app: App,
  account: Pick<Account, 'id' | 'email' | 'name'>,
  attempt: Attempt,
): Promise<string | null> {
  if (attempt.draft?.['passkey'] === undefined) return null
  const enrolments = await enrolmentsOfKind(app.db, account.id, 'passkey')
  const states = enrolments.map(({ state }) => state)
  return toMake(states, account, toolsFor(app, attempt, app.now()))
}
