import { nameKey } from '../delivery/delivery-file.ts'
import type { Linked, Unreadable } from '../delivery/gateway.ts'
import { FIXED_MAIL } from '../delivery/linked.ts'
import { MOST_ROUTES } from '../delivery/read-gateway.ts'
import { unpricedIn, type Reach, type Unpriced } from '../delivery/reach.ts'
import type { DeliveryRules } from '../delivery/rules.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import type { Change } from '../sign-in/change.ts'
import { hold } from '../sign-in/limits.ts'
import { tryOuts } from '../sign-in/rules.ts'
import { deliveryIn, holdInstallation } from '../store/installation.ts'
import { rulesName, type DeliveryChange, type Wanted } from './delivery-change.ts'
import type { LockedOut } from './count-logins.ts'
import { lockedOutBy } from './delivery-lock-out.ts'

export type Reason =
  | Refusal
  | { readonly nameTaken: true }
  | { readonly unpriced: readonly Unpriced[] }
  | { readonly locksOut: LockedOut }

/** What is linked and set now. */
type Delivery = {
  readonly linked: readonly Linked[]
  readonly unreadable: readonly Unreadable[]
  readonly rules: DeliveryRules
}

/**
 * Why it cannot be done, or not yet; `null` when it can. In a transaction: nobody else changes how
 * messages are sent until its end.
 */
export async function whyNot(
  { app, db, now }: Change,
  accountId: string,
  { change, lockedOut }: Wanted,
): Promise<Reason | null> {
  await holdInstallation(db)
  const { gateways } = app
  const delivery = {
    linked: await gateways.linked(db),
    unreadable: await gateways.unreadable(db),
    rules: await gateways.rules(db),
  }
  if (change.what === 'route_tried') {
    const { wait } = await hold(db, [tryOuts(accountId)], now)
    if (wait > 0) return { refused: 'try_limited', wait }
    return delivery.linked.some(({ id }) => id === change.id) ? null : { refused: 'no_such_route' }
  }
  if (app.config.deliveryFile !== null) return { refused: 'delivery_in_file' }
  const fault = faultOf(delivery, change, rulesName(await deliveryIn(db)))
  if (fault) return fault
  const next = nextOf(delivery, change)
  const unpriced = unpricedBy(change, next)
  if (unpriced.length > 0) return { unpriced }
  const locksOut = await lockedOutBy(app, db, delivery, next)
  return locksOut.count > 0 && locksOut.who !== lockedOut ? { locksOut } : null
}

/** What would go out for nothing, as far as caps of money know, by this change. Pure. */
function unpricedBy(change: DeliveryChange, next: Reach): readonly Unpriced[] {
  if (change.what === 'rules_changed') return unpricedIn(next)
  if (!('linked' in change)) return []
  return unpricedIn({ ...next, linked: [change.linked] })
}

/** What speaks against it as things are now. Pure. */
function faultOf(
  { linked, unreadable }: Delivery,
  change: Exclude<DeliveryChange, { what: 'route_tried' }>,
  rulesNow: string,
): Refusal | { readonly nameTaken: true } | null {
  if (change.what === 'rules_changed')
    return change.version === rulesNow ? null : { refused: 'changed_meanwhile' }
  const all: readonly Unreadable[] = [...linked, ...unreadable]
  const own = all.filter(({ id }) => id !== FIXED_MAIL)
  if (change.what === 'route_added') {
    if (own.length >= MOST_ROUTES) return { refused: 'too_many_routes' }
    return isTaken(all, change.linked) ? { nameTaken: true } : null
  }
  const route = own.find(({ id }) => id === change.id)
  if (!route) return { refused: 'no_such_route' }
  if (change.what === 'route_moved') return null
  if (route.version !== change.version) return { refused: 'changed_meanwhile' }
  if (change.what === 'route_removed') return null
  const others = all.filter(({ id }) => id !== change.id)
  return isTaken(others, change.linked) ? { nameTaken: true } : null
}

const isTaken = (all: readonly Unreadable[], name: Pick<Linked, 'by' | 'name'>): boolean =>
  all.some((each) => nameKey(each) === nameKey(name))

/** How it would be. Pure. */
function nextOf({ linked, rules }: Delivery, change: DeliveryChange): Reach {
  switch (change.what) {
    case 'route_added':
      return { linked: [...linked, change.linked], rules }
    case 'route_changed':
      return { linked: linked.map((each) => (each.id === change.id ? change.linked : each)), rules }
    case 'route_removed':
      return { linked: linked.filter(({ id }) => id !== change.id), rules }
    case 'rules_changed':
      return { linked, rules: change.rules }
    case 'route_moved':
    case 'route_tried':
      return { linked, rules }
    default:
      return change satisfies never
  }
}
