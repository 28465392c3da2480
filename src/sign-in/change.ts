import type { App } from '../app.ts'
import { writeMessage, type Made, type Notice } from '../delivery/message.ts'
import { newId } from '../lib/random.ts'
import type { Account } from '../store/accounts.ts'
import { insertEvent } from '../store/events.ts'
import type { Database } from '../store/open.ts'
import { write } from '../store/write.ts'
import type { Visit } from './visit.ts'

/** The one write transaction of a request, and what belongs to it. */
export type Change = {
  readonly app: App
  readonly visit: Visit
  /** The transaction. */
  readonly db: Database
  readonly now: number
  /** Messages written down, to be sent once they are on the disk. */
  readonly outgoing: Made[]
  /** What is said to the operator once it is so. */
  readonly afterwards: (() => void)[]
}

/**
 * Does the work in one write transaction, which may run more than once. What it has left to be sent, or
 * said to the operator, goes out when all is on the disk.
 */
export async function change<T>(
  app: App,
  visit: Visit,
  work: (change: Change) => Promise<T>,
): Promise<T> {
  let outgoing: Made[] = []
  let afterwards: (() => void)[] = []
  try {
    const result = await write(app.db, (db) => {
      outgoing = []
      afterwards = []
      return work({ app, visit, db, now: app.now(), outgoing, afterwards })
    })
    for (const made of outgoing) app.wake(made)
    for (const each of afterwards) each()
    return result
  } catch (error) {
    if (error instanceof Undone) return error.answer as T
    throw error
  }
}

class Undone extends Error {
  readonly answer: unknown

  constructor(answer: unknown) {
    super('undone')
    this.answer = answer
  }
}

/** Ends the change with this answer, and undoes what it has written so far. */
export function undo(answer: unknown): never {
  throw new Undone(answer)
}

/** Each has its words in `pages/texts`. */
export type EventKind =
  | 'set_up'
  | 'signed_in'
  | 'signed_out'
  | 'second_step_refused'
  | 'code_sent'
  | 'code_not_sent'
  | 'protected'
  | 'unprotected'
  | 'recovery_code_used'
  | 'recovery_codes_renewed'
  | 'device_remembered'
  | 'device_trust_ended'
  | 'profile_changed'
  | 'account_added'
  | 'stepped_up'
  | 'notice_sent'
  | 'password_changed'
  | 'password_reset_asked'
  | 'password_reset'
  | 'password_known'
  | 'factor_disabled'
  | 'factor_bound_anew'
  | 'factor_added'
  | 'factor_removed'
  | 'factor_named'
  | 'both_on'
  | 'both_off'
  | 'passkey_went_back'
  | 'email_change_proven'
  | 'email_change_stopped'
  | 'email_changed'
  | 'email_not_changed'
  | 'device_named'
  | 'device_forgotten'
  | 'device_removed'
  | 'session_ended'
  | 'not_me'
  | 'prefix_released'
  | 'delivery_changed'
  | 'route_tried'
  | 'account_invited'
  | 'account_changed'
  | 'privilege_given'
  | 'login_code_set'
  | 'login_code_proven'
  | 'account_disabled'
  | 'account_enabled'
  | 'account_deleted'
  | 'password_due'
  | 'signed_out_everywhere'
  | 'accounts_imported'
  | 'accounts_exported'
  | 'events_exported'
  | 'policy_changed'
  | 'protection_put_off'
  | 'would_be_asked'
  | 'case_opened'
  | 'case_cancelled'
  | 'case_approved'
  | 'case_refused'
  | 'pass_used'
  | 'key_made'
  | 'key_ended'

/** Writes down that something happened. Never a code, a token or a password. */
export async function note(
  { app, visit, db, now }: Change,
  kind: EventKind,
  about: {
    /** `null`: it is about no account. */
    readonly accountId: string | null
    readonly attemptId?: string
    readonly sessionId?: string
    readonly deviceId?: string
    readonly detail?: Readonly<Record<string, string | number | boolean | null>>
  },
): Promise<void> {
  await insertEvent(db, {
    id: newId(app.random, now),
    at: now,
    kind,
    accountId: about.accountId,
    attemptId: about.attemptId ?? null,
    sessionId: about.sessionId ?? visit.session?.id ?? null,
    deviceId: about.deviceId ?? visit.session?.deviceId ?? null,
    address: visit.address,
    userAgent: visit.userAgent,
    requestId: visit.requestId,
    detail: about.detail ?? {},
  })
}

const DAY = 24 * 60 * 60 * 1000

/**
 * Writes a message to the person, sent once the change is on the disk; `until` (ms) is its life. Say
 * the attempt that causes it; else it is about the session that asks. Gives the message's id.
 */
export async function tell(
  change: Change,
  account: Pick<Account, 'id' | 'name' | 'language' | 'email'>,
  notice: Notice,
  to: {
    /** A number, where it goes by text message; else an address. */
    readonly by?: 'email' | 'sms'
    readonly recipient?: string
    readonly attemptId?: string
    readonly sessionId?: string
    readonly until?: number
  } = {},
): Promise<string> {
  const { app, visit, db, now, outgoing } = change
  // What somebody else did is told here; from where they did it stays in their own history.
  const isOthers =
    notice.kind === 'reported' ||
    isByAnother(notice) ||
    (notice.kind === 'case_told' && notice.what !== 'used') ||
    ((notice.kind === 'delivery_changed' || notice.kind === 'policy_changed') && !notice.isOwn)
  const own = isOthers ? { ...change, visit: nowhere(visit) } : change
  const cause = {
    attemptId: to.attemptId ?? null,
    sessionId: to.sessionId ?? own.visit.session?.id,
  }
  const made = await writeMessage(db, app, {
    account,
    notice,
    by: to.by ?? 'email',
    recipient: to.recipient ?? account.email,
    attemptId: cause.attemptId,
    sessionId: cause.sessionId ?? null,
    visit: notice.kind === 'reported' ? visit : own.visit,
    now,
    until: to.until ?? now + DAY,
  })
  outgoing.push(made)
  if (notice.kind !== 'code') {
    await note(own, 'notice_sent', {
      accountId: account.id,
      ...(to.attemptId && { attemptId: to.attemptId }),
      ...(to.sessionId && { sessionId: to.sessionId }),
      detail: { kind: notice.kind, message: made.id },
    })
  }
  return made.id
}

const isByAnother = ({ kind }: Notice): boolean =>
  kind === 'account_changed' || kind === 'account_deleted' || kind === 'invitation'

/** Where it came from stays in the history of whoever did it. */
export const nowhere = ({ requestId }: Visit): Visit => ({
  address: '',
  userAgent: '',
  requestId,
  sessionToken: null,
  deviceTokens: new Map(),
})
