import type { App } from '../app.ts'
import type { Proof } from '../factors/factor.ts'
import { hashBearer, newBearer } from '../lib/random.ts'
import type { Attempt } from '../store/attempts.ts'
import {
  endSession,
  findHolder,
  findSession,
  proofsIn,
  replaceToken,
  seeSession,
  type Holder,
  type SignedIn,
  type Timeouts,
} from '../store/sessions.ts'
import type { Soon } from '../store/statement.ts'
import { change, note, undo, type Change } from './change.ts'
import type { Visit } from './visit.ts'

const MINUTE = 60_000

/** After how long a session ends, unused and in any case. */
export const timeoutsOf = ({ limits }: App['config']): Timeouts => ({
  idle: limits.sessionIdleMinutes * MINUTE,
  absolute: limits.sessionHours * 60 * MINUTE,
})

/** Whose session is this? Reads only: asking does not keep it alive. */
export async function sessionOf(app: App, token: string | null): Promise<SignedIn | null> {
  const hash = token && hashBearer(token)
  return hash ? findSession(app.db, hash, timeoutsOf(app.config), app.now()) : null
}

/** The same in brief, at once where the database can: for those who ask at every request. */
export function holderOf(app: App, token: string | null): Soon<Holder | null> {
  const hash = token && hashBearer(token)
  return hash ? findHolder(app.db, hash, timeoutsOf(app.config), app.now()) : null
}

/** The same, for something the person did: it moves the idle limit on, once a minute at most. */
export async function visitSession(app: App, token: string | null): Promise<SignedIn | null> {
  const session = await sessionOf(app, token)
  const now = app.now()
  if (session && now - session.seenAt >= MINUTE) await seeSession(app.db, session.id, now)
  return session
}

/**
 * A new token for the session in which this attempt has just shown something anew (OWASP ASVS 5.0,
 * 7.2.4). The session keeps what was shown, in place of what the same factor showed before. If it was
 * ended meanwhile, nothing of this change happens.
 */
export const renewToken = (change: Change, attempt: Attempt): Promise<string> =>
  // That somebody reads a new address says nothing about who they are here.
  renewTokenOf(change, attempt.sessionId!, attempt.purpose === 'new-email' ? [] : attempt.proofs)

/** The same for what was just shown without an attempt. */
export async function renewTokenOf(
  { app, db }: Change,
  id: string,
  shown: readonly Proof[],
): Promise<string> {
  const token = newBearer(id, app.random)
  const before = await proofsIn(db, id)
  const kept = before.filter(({ by }) => shown.every((proof) => proof.by !== by))
  const isAlive = await replaceToken(db, id, hashBearer(token)!, [...kept, ...shown])
  return isAlive ? token : undo({ refused: 'attempt_over' })
}

/** Dead at its next request, in every process. */
export async function signOut(app: App, visit: Visit): Promise<void> {
  const hash = visit.sessionToken && hashBearer(visit.sessionToken)
  if (!hash) return
  await change(app, visit, async (change) => {
    const ended = await endSession(change.db, hash, change.now)
    if (!ended) return
    await note(change, 'signed_out', {
      accountId: ended.accountId,
      sessionId: ended.id,
      deviceId: ended.deviceId,
    })
  })
}
