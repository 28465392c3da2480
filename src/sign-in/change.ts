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
}

export async function change<T>(
  app: App,
  visit: Visit,
  work: (change: Change) => Promise<T>,
): Promise<T> {
  let outgoing: Made[] = []
  try {
    const result = await write(app.db, (db) => {
      outgoing = []
      return work({ app, visit, db, now: app.now(), outgoing })
    })
    for (const made of outgoing) app.wake(made)
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

type EventKind =
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

/** Writes down that something happened. Never a code, a token or a password. */
export async function note(
  { app, visit, db, now }: Change,
  kind: EventKind,
  about: {
    readonly accountId: string
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

/** Writes a message to the person, sent once the change is on the disk; `until` (ms) is its life. */
export async function tell(
  { app, visit, db, now, outgoing }: Change,
  account: Account,
  notice: Notice,
  to: { readonly recipient?: string; readonly attemptId?: string; readonly until?: number } = {},
): Promise<void> {
  const made = await writeMessage(db, app, {
    account,
    notice,
    recipient: to.recipient ?? account.email,
    attemptId: to.attemptId ?? null,
    visit,
    now,
    until: to.until ?? now + DAY,
  })
  outgoing.push(made)
}
