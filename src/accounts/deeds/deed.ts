import type { FactorKind } from '../../factors/factor.ts'
import type { Refusal } from '../../sign-in/attempt.ts'
import type { Change } from '../../sign-in/change.ts'
import type { Account, Profile } from '../../store/accounts.ts'
import type { PolicyChange } from '../policy/set-policy.ts'
import type { NewKey } from '../keys/read-key.ts'
import type { UserChange } from '../users/user-change.ts'

/**
 * A change in an account that is made only for somebody who has just shown who they are. It is kept
 * with the attempt that asks them, and done with the right answer: nothing is typed twice.
 */
export type Deed =
  /** A new telephone number, with the rest of the profile it was typed in. */
  | { readonly kind: 'profile'; readonly profile: Profile }
  /** Devices to take off the list, the one that asks among them or not. */
  | { readonly kind: 'remove-devices'; readonly ids: readonly string[] }
  /** All devices but the one that asks. */
  | { readonly kind: 'remove-others' }
  /** Devices to remember no longer. */
  | { readonly kind: 'forget-devices'; readonly ids: readonly string[] }
  /** A new e-mail address, as it is sent to. */
  | { readonly kind: 'email'; readonly to: string }
  /** "This was not me", about an event of the account. */
  | { readonly kind: 'not-me'; readonly event: string }
  /** A new password, of which only the hash is kept, in place of this one and no other. */
  | { readonly kind: 'password'; readonly passwordHash: string; readonly replaces: string }
  /** Proving anew a factor that was guessed at too often. */
  | { readonly kind: 'bind-anew'; readonly id: string }
  /** One more factor, or the first. */
  | { readonly kind: 'add-factor'; readonly factor: Exclude<FactorKind, 'recovery' | 'sms'> }
  /** The same with a number (E.164); one that was set up before gives way once this one is proven. */
  | { readonly kind: 'add-factor'; readonly factor: 'sms'; readonly to: string }
  | { readonly kind: 'remove-factor'; readonly id: string }
  /** How messages are sent, with secrets in it: sealed, see `delivery-change.ts`. */
  | { readonly kind: 'delivery'; readonly sealed: string }
  /** Numbers that begin so get text messages again. */
  | { readonly kind: 'release-prefix'; readonly prefix: string }
  /** Who must have what, for a main account or the installation. */
  | { readonly kind: 'policy'; readonly change: PolicyChange }
  /** For programs that ask the admin API. */
  | { readonly kind: 'make-key'; readonly key: NewKey }
  | { readonly kind: 'end-key'; readonly id: string }
  /** To accounts of others. */
  | { readonly kind: 'user'; readonly change: UserChange }
  /** What was shown of a file of accounts. */
  | { readonly kind: 'import'; readonly id: string }
  /** What support decides about a request for recovery; what they have written is sealed. */
  | {
      readonly kind: 'case'
      readonly id: string
      readonly what: 'approve' | 'refuse' | 'pass'
      readonly sealed: string
    }

export type DeedOf<Kind extends Deed['kind']> = Extract<Deed, { readonly kind: Kind }>

/** Whose account it is, and the session that asks. */
export type Asker = {
  readonly account: Account
  readonly sessionId: string
  readonly deviceId: string
}

/** It is done, and said with a notice; or the next attempt is open, whose secret the browser keeps. */
export type Outcome =
  | {
      readonly done: DeedNotice
      /** What the page there must know of it beside. */
      readonly with?: Readonly<Record<string, string>>
      /** The pass of a case, to be shown in this answer and never again. It stands in no address. */
      readonly pass?: string
    }
  | { readonly opened: string; readonly path: string }

/** The names of the notices (`pages/texts`) that say so. */
type DeedNotice =
  | 'saved'
  | 'not_me'
  | 'password_changed'
  | 'devices_removed'
  | 'devices_forgotten'
  | 'others_removed'
  | 'factor_removed'
  | 'delivery_saved'
  | 'prefix_released'
  | 'route_tried'
  | 'policy_saved'
  | 'key_made'
  | 'key_ended'
  | 'user_added'
  | 'user_added_invited'
  | 'user_invited'
  | 'user_changed'
  | 'user_deleted'
  | 'import_begun'
  /** Done for the first of many, and being done for the others. */
  | 'login_codes_follow'
  | 'case_first'
  | 'case_approved'
  | 'case_refused'
  /** The session that asked has ended with it. */
  | 'signed_out'

/** Does it, in the transaction that has made sure. */
export type Doing<Kind extends Deed['kind']> = (
  change: Change,
  asker: Asker,
  deed: DeedOf<Kind>,
) => Promise<Outcome | Refusal>
