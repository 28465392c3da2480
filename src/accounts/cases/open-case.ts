import type { App } from '../../app.ts'
import { bucketOf } from '../../lib/address.ts'
import { parseEmail } from '../../lib/email.ts'
import { newId, sha256 } from '../../lib/random.ts'
import type { Refusal } from '../../sign-in/attempt.ts'
import { change, note, tell, type Change } from '../../sign-in/change.ts'
import { knownDevice } from '../../sign-in/device.ts'
import { hold } from '../../sign-in/limits.ts'
import { rulesIn } from '../../sign-in/policy.ts'
import { caseRequests, openedCases } from '../../sign-in/rules.ts'
import type { Visit } from '../../sign-in/visit.ts'
import {
  findAccount,
  findAccountByLogin,
  holdAccount,
  mainOf,
  type Account,
} from '../../store/accounts.ts'
import { findAgain, type Attempt } from '../../store/attempts.ts'
import { cancelCase, insertCase, openCaseOf, type Case } from '../../store/cases.ts'
import { devicesOf } from '../../store/devices.ts'
import { enrolmentsOf } from '../../store/enrolments.ts'
import { policiesFor } from '../../store/policies.ts'
import { inSameTime } from '../same-time.ts'
import { isPassDead, OPEN_FOR, waitFor } from './case-rules.ts'
import { sealAsked, type Asked } from './sealed.ts'
import { cancelToken, noteDone } from './tell-all.ts'

const DAY = 24 * 60 * 60_000

/** Whoever asks is told the same, and after the same time, whether or not there is such an account. */
export const askByLogin = (
  app: App,
  visit: Visit,
  login: string,
  asked: Asked,
): Promise<'asked' | Refusal> =>
  inSameTime(app, async () => {
    const canonical = parseEmail(login)?.canonical ?? null
    const account = canonical === null ? null : await findAccountByLogin(app.db, canonical)
    const claim = { typed: canonical ?? login, attempt: null }
    const result = await ask(app, visit, account, claim, asked)
    const isSlow = result !== null && 'refused' in result && result.refused === 'slow_down'
    return isSlow ? result : 'asked'
  })

/** Somebody who has given the right password asks. Gives when support can decide (ms). */
export async function askAfterPassword(
  app: App,
  visit: Visit,
  attempt: Attempt,
  asked: Asked,
): Promise<{ readonly from: number } | Refusal> {
  const account = await findAccount(app.db, attempt.accountId)
  const over = { refused: 'attempt_over' } as const
  if (!account || !knowsPassword(attempt)) return over
  return (await ask(app, visit, account, { typed: account.login, attempt }, asked)) ?? over
}

/** Was the password right in this attempt to sign in? */
export const knowsPassword = ({ purpose, proofs }: Pick<Attempt, 'purpose' | 'proofs'>): boolean =>
  purpose === 'sign-in' && proofs.some(({ by }) => by === 'password')

type Claim = {
  readonly typed: string
  /** In which the right password was given. */
  readonly attempt: Attempt | null
}

/** `null`: there is nobody to recover. */
async function ask(
  app: App,
  visit: Visit,
  account: Account | null,
  { typed, attempt }: Claim,
  asked: Asked,
): Promise<{ readonly from: number } | Refusal | null> {
  const device = account && (await knownDevice(app.db, visit, account.id, app.now()))
  const own = attempt ? `password ${attempt.accountId}` : account?.id
  const whose = device ? `device ${device.id}` : (own ?? sha256(typed))
  return change(app, visit, async (change) => {
    const { db, now } = change
    const each = caseRequests(app.config.limits, visit.address)
    const ofWhom = openedCases(whose)
    const held = await hold(db, [...each, ofWhom], now)
    if (held.wait > 0) return { refused: 'slow_down', wait: held.wait }
    await held.count(each)
    // As it is now: the address may be another's by this time, the password another.
    const mine = account && (await holdAccount(db, account.id))
    if (!mine || mine.login !== account?.login || mine.disabledAt !== null) return null
    if (attempt && !isUnderWay(await findAgain(db, attempt), now)) return null
    // A password is all there is: it can be reset by mail.
    if ((await enrolmentsOf(db, mine.id)).length === 0) return { refused: 'nothing_lost' }
    const before = await openCaseOf(db, mine.id, now)
    if (before && !givesWay(before, attempt, now)) return { from: before.waitsUntil }
    if (held.left(ofWhom) === 0) return { refused: 'case_limited' }
    await held.count([ofWhom])
    if (before) await replaceCase(change, before)
    return open(change, mine, attempt, device?.id ?? null, asked)
  })
}

const isUnderWay = (attempt: Attempt | null, now: number): boolean =>
  attempt !== null && attempt.endedAt === null && attempt.expiresAt > now

/**
 * One that a stranger may have opened keeps nobody out who knows the password, and none does whose pass is
 * dead. Pure.
 */
const givesWay = (before: Case, attempt: Attempt | null, now: number): boolean =>
  attempt !== null &&
  ((before.knowsPassword === 0 && before.approvedAt === null) || isPassDead(before, now))

async function replaceCase(change: Change, { id, accountId }: Case): Promise<void> {
  if (!(await cancelCase(change.db, id, change.now))) return
  await noteDone(change, 'case_cancelled', { id: accountId }, { case: id, by: 'another' })
}

async function open(
  change: Change,
  account: Account,
  attempt: Attempt | null,
  deviceId: string | null,
  asked: Asked,
): Promise<{ readonly from: number }> {
  const { app, visit, db, now } = change
  const id = newId(app.random, now)
  const near = bucketOf(visit.address)
  const devices = await devicesOf(db, account.id)
  const isKnownPlace = devices.some(({ address }) => bucketOf(address) === near)
  const policies = await policiesFor(db, mainOf(account))
  const from =
    now +
    waitFor(
      policies.map(({ rules }) => rulesIn(rules)),
      {
        isKnownDevice: deviceId !== null,
        isKnownPlace,
        isFromMail: account.passwordResetAt !== null,
      },
    )
  await insertCase(db, {
    ...undecided,
    id,
    accountId: account.id,
    openedAt: now,
    // However long it waits, there are some days to decide it.
    openUntil: Math.max(now + OPEN_FOR, from + OPEN_FOR / 2),
    waitsUntil: from,
    sealed: sealAsked(app, id, asked),
    knowsPassword: attempt ? 1 : 0,
    deviceId,
    isKnownPlace: isKnownPlace ? 1 : 0,
    address: visit.address,
    userAgent: visit.userAgent,
  })
  const cause = attempt ? { attemptId: attempt.id } : {}
  await note(change, 'case_opened', {
    accountId: account.id,
    ...cause,
    detail: { case: id, password: attempt !== null, device: deviceId !== null },
  })
  const token = cancelToken(app.keys, id)
  const notice = { kind: 'case_opened', from: new Date(from).toISOString(), token } as const
  // It is tried to be sent as long as it can still be of use.
  await tell(change, account, notice, { ...cause, until: Math.max(from, now + DAY) })
  return { from }
}

/** Nobody has said anything about it yet. */
export const undecided = {
  cancelledAt: null,
  refusedAt: null,
  approvedAt: null,
  approvedBy: null,
  secondedAt: null,
  decidedBy: null,
  checked: null,
  passHash: null,
  passUntil: null,
  passTries: 0,
  passUsedAt: null,
  recoveredAt: null,
} satisfies Partial<Case>
