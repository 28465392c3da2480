import { setTimeout as delay } from 'node:timers/promises'
import type { App } from '../app.ts'
import type { Proof } from '../factors/factor.ts'
import { parseEmail } from '../lib/email.ts'
import { normalizePassword } from '../lib/password-rules.ts'
import {
  findAccountByLogin,
  holdPassword,
  replacePasswordHash,
  type Account,
} from '../store/accounts.ts'
import { insertAttempt } from '../store/attempts.ts'
import { enrolmentsOf } from '../store/enrolments.ts'
import { openAttempt, type Refusal } from './attempt.ts'
import { insertWithWays } from './ask.ts'
import { change, type Change } from './change.ts'
import { knownDevice, trusts } from './device.ts'
import { finish, type SignIn } from './finish.ts'
import { hold, type Limit } from './limits.ts'
import { waysOf } from './next-step.ts'
import { allWrongPasswords, passwordRequests, wrongPasswords, type Caller } from './rules.ts'
import { isFromMail, standingWith, stepIn } from './standing.ts'
import type { SignedIn } from '../store/sessions.ts'
import type { Visit } from './visit.ts'

/** The password was right, and a second step is due: the secret is for the browser to keep. */
type SecondStep = { readonly kind: 'second'; readonly secret: string }

type Given = {
  readonly login: string
  readonly password: string
  readonly goal: string | null
}

/** How long everybody waits while the whole server is being guessed at, in milliseconds. */
const UNDER_ATTACK = 1000

/** The first step: a password for whatever login was typed. */
export async function provePassword(
  app: App,
  visit: Visit,
  { login, password, goal }: Given,
): Promise<SignIn | SecondStep | Refusal> {
  const canonical = parseEmail(login)?.canonical ?? null
  const account = canonical === null ? null : await findAccountByLogin(app.db, canonical)
  const caller = await callerOf(app, visit, account)
  const claim = { login: canonical ?? login, account, password, caller }
  return withPassword(app, visit, claim, (change, held) => start(change, held, goal))
}

/**
 * The password of somebody who is signed in, shown once more. `then` gets the account, and the hash
 * of `next`, a password that is to take its place.
 */
export const provePasswordAgain = <T>(
  app: App,
  visit: Visit,
  session: Pick<SignedIn, 'deviceId'>,
  account: Account,
  password: string,
  then: (change: Change, account: Account, nextHash: string | null) => Promise<T>,
  next: string | null = null,
): Promise<T | Refusal> => {
  const caller = { device: session.deviceId }
  return withPassword(app, visit, { login: account.login, account, password, caller, next }, then)
}

type Claim = {
  readonly login: string
  /** `null`: there is none of that login. */
  readonly account: Account | null
  readonly password: string
  readonly caller: Caller
  readonly next?: string | null
}

/**
 * Is it the password of this account? If so, `then` goes on in the same transaction, with the account
 * held. An account that does not exist takes the same time, the same limits and the same answer as a
 * wrong password. A wrong one writes nothing but limits.
 */
async function withPassword<T>(
  app: App,
  visit: Visit,
  { login, account, password: typed, caller, next = null }: Claim,
  then: (change: Change, account: Account, nextHash: string | null) => Promise<T>,
): Promise<T | Refusal> {
  const { limits } = app.config
  const each = passwordRequests(limits, caller)
  const wrong = wrongPasswords(limits, caller, login)
  const all = allWrongPasswords(limits)

  const before = await hold(app.db, [...each, ...wrong, all], app.now())
  if (before.wait > 0) return { refused: 'slow_down', wait: before.wait }
  if (before.left(all) === 0 && 'address' in caller) await delay(UNDER_ATTACK)

  const password = normalizePassword(typed)
  const matches = await app.passwords.matches(password, account?.passwordHash || null)
  if (matches === null) return { refused: 'busy' }
  const anew = matches && account && app.passwords.isOutdated(account.passwordHash)
  const hashed = anew ? await app.passwords.hash(password) : null
  // Whether or not the present one was right, so that the time says nothing.
  const nextHash = next === null ? null : await app.passwords.hash(normalizePassword(next))
  if (next !== null && nextHash === null) return { refused: 'busy' }

  // What the hash said is looked at only here, where the limits can no longer change: a hundred
  // guesses sent at once learn no more than ten sent one after the other.
  return change(app, visit, async (change): Promise<T | Refusal> => {
    const held = await hold(change.db, [...each, ...wrong], change.now)
    if (held.wait > 0) return { refused: 'slow_down', wait: held.wait }
    // Held to the end: whoever changes the password meanwhile ends what comes of the old one.
    const mine = account && matches ? await holdPassword(change.db, account) : null
    await held.count(mine ? each : [...each, ...wrong])
    if (!mine) {
      await countForAll(change, all)
      return { refused: 'wrong_password' }
    }
    if (!hashed) return then(change, mine, nextHash)
    await replacePasswordHash(change.db, mine, hashed)
    return then(change, { ...mine, passwordHash: hashed }, nextHash)
  })
}

/** The one that is too many is said to the operator. */
async function countForAll({ app, db, now, afterwards }: Change, all: Limit): Promise<void> {
  // Held after everything else, and only by those who got it wrong: it is one row for everybody.
  const held = await hold(db, [all], now)
  await held.count([all])
  if (held.left(all) === 1) afterwards.push(() => sayAttack(app))
}

function sayAttack(app: App): void {
  const { allPasswordFailures5Minutes: failures } = app.config.limits
  app.log.warn({ failures }, 'many wrong passwords in 5 minutes: everybody waits a moment now')
  app.metrics.alarm('wrong_passwords')
}

async function callerOf(app: App, visit: Visit, account: Account | null): Promise<Caller> {
  const device = account && (await knownDevice(app.db, visit, account.id, app.now()))
  return device ? { device: device.id } : { address: visit.address }
}

/** Opens the attempt of someone who has just given the right password, and goes as far as it can. */
async function start(
  change: Change,
  account: Account,
  goal: string | null,
): Promise<SignIn | SecondStep | Refusal> {
  const { app, db, now } = change
  const enrolments = await enrolmentsOf(db, account.id)
  const password: Proof = { by: 'password', shows: ['knows'], at: now }
  const { attempt: opened, secret } = openAttempt(app, now, {
    purpose: 'sign-in',
    accountId: account.id,
    sessionId: null,
    proofs: [password],
    draft: null,
    goal,
  })
  const standing = await standingWith(app, db, account, enrolments)
  const { policy } = standing
  const isTrusted = enrolments.length > 0 && (await trusts(change, account, policy, opened.id))
  const device: Proof = { by: 'device', shows: ['has'], at: now }
  const attempt = isTrusted ? { ...opened, proofs: [password, device] } : opened
  const step = stepIn(app, attempt, standing, now)
  if (step.kind === 'passed') {
    await insertAttempt(db, attempt)
    const end = await finish(change, attempt, false)
    if (end.kind === 'signed-in') return end
    return end.kind === 'ended' ? { refused: 'attempt_over' } : { kind: 'second', secret }
  }
  // A mailbox that was shown already is not asked again.
  const isShown = isFromMail(app, attempt.purpose, standing, now)
  const ways = waysOf(attempt.purpose, { ...standing, isFromMail: isShown })
  if (step.kind === 'second') await insertWithWays(change, attempt, account, ways, enrolments)
  else await insertAttempt(db, attempt)
  return { kind: 'second', secret }
}
