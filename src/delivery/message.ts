import type { FactorKind } from '../factors/factor.ts'
import { isLanguage, type Language } from '../lib/language.ts'
import { aboutNumber } from '../lib/phone.ts'
import { newId, type Random } from '../lib/random.ts'
import type { Keys } from '../lib/seal.ts'
import type { Purpose } from '../store/attempts.ts'
import { insertMessage, type NewMessage } from '../store/messages.ts'
import type { Database } from '../store/open.ts'
import type { Alarm } from './alarm.ts'
import { sealBody } from './body.ts'
import { LEASE } from './route.ts'

/** A factor that is set up by itself. */
type Own = Exclude<FactorKind, 'recovery'>

/** What a message says. */
export type Notice =
  | {
      readonly kind: 'code'
      readonly purpose: Purpose
      readonly code: string
      readonly minutes: number
    }
  | { readonly kind: 'protected' }
  | { readonly kind: 'unprotected' }
  /** Support had given a pass, and by it all that let in before was replaced. */
  | { readonly kind: 'pass_used' }
  | { readonly kind: 'recovery_code_used'; readonly left: number }
  | { readonly kind: 'recovery_codes_renewed' }
  | { readonly kind: 'device_trust_ended' }
  | { readonly kind: 'password_changed' }
  | { readonly kind: 'password_known' }
  | { readonly kind: 'second_step_failures' }
  | { readonly kind: 'factor_disabled'; readonly by: Own }
  /** `called`: by its owner; '' when it has no name. */
  | { readonly kind: 'factor_added'; readonly by: Own; readonly called: string }
  | { readonly kind: 'factor_removed'; readonly by: Own; readonly called: string }
  | { readonly kind: 'passkey_went_back'; readonly called: string }
  | { readonly kind: 'new_device' }
  | { readonly kind: 'session_ended' }
  | { readonly kind: 'email_changed' }
  | { readonly kind: 'email_not_changed' }
  /** The token of the link to set a new password, and how long it lives. */
  | { readonly kind: 'password_reset'; readonly token: string; readonly minutes: number }
  /** To which address (masked), from when on (ISO 8601), and the token of the link that stops it. */
  | {
      readonly kind: 'email_change'
      readonly to: string
      readonly from: string
      readonly token: string
    }
  /** To the operators: somebody said "this was not me". */
  | { readonly kind: 'reported'; readonly login: string; readonly what: string }
  /** To the operators: who did what about the ways messages take, and to what it is called. */
  | {
      readonly kind: 'delivery_changed'
      readonly what: DeliveryDone
      readonly called: string
      readonly login: string
      /** Told to the one who did it. */
      readonly isOwn: boolean
    }
  /** Somebody with a privilege has changed something in this account: who, by login. */
  | {
      readonly kind: 'account_changed'
      readonly what: AccountDone
      readonly login: string
      /** Why, where that has to be said. */
      readonly reason?: string
    }
  /** The account is gone: who has deleted it. */
  | { readonly kind: 'account_deleted'; readonly login: string }
  /** The token of the link to set the first password, how long it lives, and who invites. */
  | {
      readonly kind: 'invitation'
      readonly token: string
      readonly until: string
      readonly login: string
    }
  /** To those who look after it: who changed a policy, of which main account (its login; `null`: the installation's). */
  | {
      readonly kind: 'policy_changed'
      readonly main: string | null
      readonly login: string
      readonly isOwn: boolean
    }
  /** Protection must be set up by then (ISO 8601). */
  | { readonly kind: 'protection_due'; readonly from: string }
  /** Somebody asks support for recovery: not before when (ISO 8601), and the token of the link that cancels it. */
  | { readonly kind: 'case_opened'; readonly from: string; readonly token: string }
  /** What became of it; with the token, as long as it can be cancelled. */
  | { readonly kind: 'case_told'; readonly what: CaseDone; readonly token: string | null }
  /** A key for programs was made by this account. */
  | { readonly kind: 'key_made' }
  /** To try a route out. */
  | { readonly kind: 'test' }
  /** To the operators: something about delivery. `login`: whose share is used; `null` where it is all. */
  | { readonly kind: 'alarm'; readonly alarm: Alarm; readonly login: string | null }

/** What an operator has done about how messages are sent. */
export type DeliveryDone =
  | 'route_added'
  | 'route_changed'
  | 'route_removed'
  | 'route_moved'
  | 'rules_changed'

/** What became of a request for recovery. */
export type CaseDone = 'first' | 'approved' | 'pass' | 'machine' | 'used' | 'refused' | 'cancelled'

/** What somebody with a privilege has done to an account. */
export type AccountDone =
  | 'added'
  | 'profile'
  | 'privilege'
  | 'login_code'
  | 'disabled'
  | 'enabled'
  | 'factor'
  | 'devices'
  | 'password_due'
  | 'signed_out'

/** What is kept, sealed, until the message has gone out: enough to write it in its language. */
export type Body = {
  readonly language: Language
  readonly notice: Notice
  readonly name: string
  readonly at: string
  readonly address: string
  readonly userAgent: string
}

/** A message that was just made, and is claimed by this process. It is kept nowhere unsealed. */
export type Made = {
  readonly id: string
  readonly accountId: string
  readonly attemptId: string | null
  readonly by: NewMessage['by']
  readonly recipient: string
  /** Of a number: where it is at home. */
  readonly country: string | null
  /** Made just now: nobody has taken it yet. */
  readonly acceptedAt: null
  readonly createdAt: number
  readonly expiresAt: number
  readonly tries: 1
  readonly says: unknown
}

/** Writes the row, in the transaction of what it is about. Gives what is to be sent after it. */
export async function writeMessage(
  db: Database,
  { keys, random }: { readonly keys: Keys; readonly random: Random },
  message: {
    readonly account: { readonly id: string; readonly name: string; readonly language: string }
    readonly notice: Notice
    readonly by: NewMessage['by']
    readonly recipient: string
    readonly attemptId: string | null
    readonly sessionId: string | null
    readonly visit: { readonly address: string; readonly userAgent: string }
    readonly now: number
    readonly until: number
  },
): Promise<Made> {
  const { account, attemptId, by, recipient, notice, visit, now } = message
  const { country, prefix } = by === 'sms' ? aboutNumber(recipient) : noNumber
  const id = newId(random, now)
  const says: Body = {
    language: isLanguage(account.language) ? account.language : 'en',
    notice,
    name: account.name,
    at: new Date(now).toISOString(),
    address: visit.address,
    userAgent: visit.userAgent,
  }
  const row: NewMessage = {
    id,
    accountId: account.id,
    attemptId,
    sessionId: message.sessionId,
    by,
    recipient,
    country,
    prefix,
    kind: notice.kind,
    body: sealBody(keys, random, id, says),
    createdAt: now,
    expiresAt: message.until,
  }
  await insertMessage(db, row, LEASE)
  const { accountId, createdAt, expiresAt } = row
  const made = { id, accountId, attemptId, by, recipient, country, createdAt, expiresAt }
  return { ...made, acceptedAt: null, tries: 1, says }
}

const noNumber = { country: null, prefix: null }
