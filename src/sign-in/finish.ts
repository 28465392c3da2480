import { hashBearer, newBearer, newId } from '../lib/random.ts'
import { endAttempt, moveOn, type Attempt } from '../store/attempts.ts'
import { endSession, insertSession } from '../store/sessions.ts'
import { note, type Change } from './change.ts'
import { seeDevice, tellOfNewDevice, type DeviceToken } from './device.ts'
import { measure } from './measure.ts'
import type { Step } from './next-step.ts'
import { isForPolicy } from './policy.ts'
import { standingOf, stepIn } from './standing.ts'
import { endOldest } from './end-sessions.ts'

/** Signed in: what the browser must keep, and where the person was going. */
export type SignIn = {
  readonly kind: 'signed-in'
  readonly sessionToken: string
  readonly device: DeviceToken | null
  readonly goal: string | null
  /** Something is set up, and none of it lets in any more but recovery codes. */
  readonly hasOnlyCodes: boolean
}

/**
 * Turns an attempt from which nothing is missing into a session, once. The only place where a
 * session is made. Else it gives back what is missing, and nothing has changed. In a transaction that
 * holds the account.
 */
export async function finish(
  change: Change,
  attempt: Attempt,
  remember: boolean,
): Promise<SignIn | Exclude<Step, { kind: 'passed' }>> {
  const { app, visit, db, now } = change
  const standing = await standingOf(app, db, attempt.accountId)
  if (!standing) return { kind: 'ended', why: 'used' }
  const { policy } = standing
  const step = stepIn(app, attempt, standing, now)
  if (step.kind !== 'passed') return step
  if (attempt.purpose !== 'sign-in') return { kind: 'ended', why: 'used' }
  if (!(await endAttempt(db, attempt.id, now))) return { kind: 'ended', why: 'used' }

  // Trust is given for a second step that was just shown, not for trust that was given before.
  const earned = attempt.proofs.some(({ by, shows }) => by !== 'device' && shows.includes('has'))
  const remembers = remember && earned && policy.rememberDays > 0
  const device = await seeDevice(change, attempt, policy, remembers)
  if (device.isNew) await tellOfNewDevice(change, attempt)
  const id = newId(app.random, now)
  const sessionToken = newBearer(id, app.random)
  await insertSession(db, {
    id,
    tokenHash: hashBearer(sessionToken)!,
    accountId: attempt.accountId,
    deviceId: device.id,
    attemptId: attempt.id,
    proofs: attempt.proofs,
    createdAt: now,
    seenAt: now,
    longestIdle: policy.longestIdle,
    longestLife: policy.longestLife,
  })
  const before = visit.sessionToken && hashBearer(visit.sessionToken)
  if (before) await endSession(db, before, now)
  await endOldest(change, attempt)
  await note(change, 'signed_in', {
    accountId: attempt.accountId,
    attemptId: attempt.id,
    sessionId: id,
    deviceId: device.id,
    detail: { by: attempt.proofs.map(({ by }) => by).join('+') },
  })
  if (policy.isShadow) await measure(change, attempt)
  const { enrolled, usable } = standing
  const hasOnlyCodes = enrolled.length > 0 && usable.every((kind) => kind === 'recovery')
  return {
    kind: 'signed-in',
    sessionToken,
    device: device.token,
    goal: attempt.goal,
    hasOnlyCodes,
  }
}

/**
 * The same, for an attempt that may not end yet: whether the device is to be remembered is kept with what
 * has to be set up.
 */
export async function finishOrKeep(
  change: Change,
  attempt: Attempt,
  remember: boolean,
): ReturnType<typeof finish> {
  const end = await finish(change, attempt, remember)
  if (end.kind !== 'set-up' || !remember) return end
  const draft = { ...attempt.draft, remember: true }
  await moveOn(change.db, attempt, { draft }, change.now)
  return end
}

/** What must happen next in this attempt, by what is set up for its account now. */
export async function stepOf(
  { app, db, now }: Pick<Change, 'app' | 'db' | 'now'>,
  attempt: Attempt,
): Promise<Step> {
  const standing = await standingOf(app, db, attempt.accountId, { skips: isForPolicy(attempt) })
  return standing ? stepIn(app, attempt, standing, now) : { kind: 'ended', why: 'used' }
}
