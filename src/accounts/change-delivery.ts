import type { App } from '../app.ts'
import { change } from '../sign-in/change.ts'
import type { Visit } from '../sign-in/visit.ts'
import { holdAccount } from '../store/accounts.ts'
import type { SignedIn } from '../store/sessions.ts'
import {
  deedOf,
  openChange,
  sealChange,
  type DeliveryChange,
  type Wanted,
} from './delivery-change.ts'
import type { LockedOut } from './count-logins.ts'
import { whyNot, type Reason } from './may-change-delivery.ts'
import { whenSure, type Sure } from './step-up.ts'

export const HOME = '/settings/delivery'

/** Whom it locks out, and what to send back when it is meant all the same. */
export type Unsure = { readonly locksOut: LockedOut; readonly sealed: string }

type Result = Sure | Unsure | Exclude<Reason, { readonly locksOut: LockedOut }>

/**
 * What an operator wants about how messages are sent, done once it is sure who asks. Whom it would
 * lock out is said first.
 */
export const changeDelivery = (
  app: App,
  visit: Visit,
  session: SignedIn,
  wanted: DeliveryChange,
): Promise<Result> => ask(app, visit, session, { change: wanted, lockedOut: null }, goalOf(wanted))

/** The same, when the operator has seen whom it locks out. */
export async function confirmDelivery(
  app: App,
  visit: Visit,
  session: SignedIn,
  sealed: string,
): Promise<Result> {
  const wanted = openChange(app, session.accountId, sealed, app.now())
  if (!wanted) return { refused: 'attempt_over' }
  return ask(app, visit, session, wanted, goalOf(wanted.change))
}

/** The page to come back to. */
export const goalOf = (wanted: DeliveryChange): string =>
  wanted.what === 'route_tried' ? tryPath(wanted.id) : HOME

export const tryPath = (route: string): string =>
  `${HOME}/try?${new URLSearchParams({ route }).toString()}`

const ask = (
  app: App,
  visit: Visit,
  session: SignedIn,
  wanted: Wanted,
  goal: string,
): Promise<Result> =>
  change(app, visit, async (change): Promise<Result> => {
    const { db, now } = change
    const account = await holdAccount(db, session.accountId)
    if (account?.privilege !== 'operator') return { refused: 'attempt_over' }
    const reason = await whyNot(change, account.id, wanted)
    if (reason && 'locksOut' in reason) {
      const seen = { ...wanted, lockedOut: reason.locksOut.who }
      return { ...reason, sealed: sealChange(app, account.id, seen, now) }
    }
    if (reason) return reason
    return whenSure(change, account, session, deedOf(app, account.id, wanted, now), goal)
  })
