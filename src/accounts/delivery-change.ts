import type { App } from '../app.ts'
import type { NewLinked } from '../delivery/read-gateway.ts'
import type { DeliveryRules } from '../delivery/rules.ts'
import { sha256 } from '../lib/random.ts'
import { seal, unseal } from '../lib/seal.ts'
import type { Deed } from './deeds/deed.ts'

/** What an operator does about how messages are sent. */
export type DeliveryChange =
  | { readonly what: 'route_added'; readonly linked: NewLinked }
  /** In place of this version of it, and no other. */
  | {
      readonly what: 'route_changed'
      readonly id: string
      readonly version: string
      readonly linked: NewLinked
    }
  | { readonly what: 'route_removed'; readonly id: string; readonly version: string }
  /** One place up, or down, among those of its kind. */
  | { readonly what: 'route_moved'; readonly id: string; readonly to: 'up' | 'down' }
  /** In place of those with this name, see `rulesName`. */
  | { readonly what: 'rules_changed'; readonly rules: DeliveryRules; readonly version: string }
  /** A test message by this route: nothing changes, and it is paid for. */
  | { readonly what: 'route_tried'; readonly id: string; readonly to: string }

/**
 * `lockedOut`: whom it locks out (`LockedOut.who`) was said to the operator, who does it all the same;
 * `null`: nothing was said yet.
 */
export type Wanted = { readonly change: DeliveryChange; readonly lockedOut: string | null }

/** How long what an operator was asked to confirm can be confirmed, in milliseconds. */
const LIFE = 15 * 60_000

type Sealed = Wanted & { readonly until: number }

/**
 * As it is kept until the operator has shown who they are, or has said that it is meant: nobody can read
 * the secrets in it, and nobody but this account can use it.
 */
export const sealChange = (
  { keys, random }: Pick<App, 'keys' | 'random'>,
  accountId: string,
  wanted: Wanted,
  now: number,
): string => {
  const kept: Sealed = { ...wanted, until: now + LIFE }
  return seal(keys, random, placeOf(accountId), JSON.stringify(kept))
}

/** `null` when it is somebody else's, or too old, or was never made by us. */
export function openChange(
  { keys }: Pick<App, 'keys'>,
  accountId: string,
  sealed: string,
  now: number,
): Wanted | null {
  try {
    const { until, ...wanted } = JSON.parse(unseal(keys, placeOf(accountId), sealed)) as Sealed
    return now < until ? wanted : null
  } catch {
    return null
  }
}

export const deedOf = (
  app: Pick<App, 'keys' | 'random'>,
  accountId: string,
  wanted: Wanted,
  now: number,
): Deed => ({ kind: 'delivery', sealed: sealChange(app, accountId, wanted, now) })

/** Another one when the rules are others. Pure. */
export const rulesName = (kept: string | null): string => sha256(kept ?? '')

const placeOf = (accountId: string): string => `delivery-change:${accountId}`
