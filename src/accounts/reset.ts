import type { App } from '../app.ts'
import { parseEmail } from '../lib/email.ts'
import { normalizePassword } from '../lib/password-rules.ts'
import { newToken, sha256 } from '../lib/random.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { change, note, tell, undo, type Change } from '../sign-in/change.ts'
import { knownDevice } from '../sign-in/device.ts'
import { hold } from '../sign-in/limits.ts'
import { requests, resetRequests, resets } from '../sign-in/rules.ts'
import type { Visit } from '../sign-in/visit.ts'
import { findAccount, findAccountByLogin, holdAccount, type Account } from '../store/accounts.ts'
import { enrolmentsOf } from '../store/enrolments.ts'
import { findLink, insertLink, isLinkAlive, spendLink } from '../store/links.ts'
import { proveEmail } from '../store/users.ts'
import type { FieldCode } from './new-account.ts'
import { newPasswordProblem, setPassword } from './new-password.ts'

const MINUTE = 60_000
/** How long a link lives (NIST SP 800-63B-4 §4.2.1.2 allows a day by mail). */
const LIFETIME = 30 * MINUTE

/**
 * How long the answer takes at least, in milliseconds: a link and a message are written for an
 * account, and nothing for an address that is nobody's. It is more than that takes on a busy disk; what
 * takes longer still is rounded up to the next whole one.
 */
const ANSWER_AFTER = 400

/**
 * Sends a link to set a new password to whoever has this login. There is one answer, whether or not
 * somebody has, and whether or not a link was sent, and it takes as long.
 */
export async function askReset(app: App, visit: Visit, login: string): Promise<'asked' | Refusal> {
  const began = performance.now()
  try {
    return await sendLink(app, visit, login)
  } finally {
    await app.pause(ANSWER_AFTER - ((performance.now() - began) % ANSWER_AFTER))
  }
}

async function sendLink(app: App, visit: Visit, login: string): Promise<'asked' | Refusal> {
  const canonical = parseEmail(login)?.canonical ?? null
  const account = canonical === null ? null : await findAccountByLogin(app.db, canonical)
  // Strangers cannot use up what a browser has that was here before.
  const device = account && (await knownDevice(app.db, visit, account.id, app.now()))
  const whose = device ? `device ${device.id}` : (account?.id ?? sha256(canonical ?? login))
  const { limits } = app.config
  return change(app, visit, async (change): Promise<'asked' | Refusal> => {
    const { db, now } = change
    const each = resetRequests(limits, visit.address)
    const ofWhom = resets(limits, whose)
    const held = await hold(db, [...each, ofWhom], now)
    if (held.wait > 0) return { refused: 'slow_down', wait: held.wait }
    const isFree = held.left(ofWhom) > 0
    await held.count(isFree ? [...each, ofWhom] : each)
    // As it is now: a link must not go to an address that is another's by this time.
    const mine = account && isFree ? await holdAccount(db, account.id) : null
    if (mine && mine.login === canonical && mine.disabledAt === null) await writeLink(change, mine)
    return 'asked'
  })
}

async function writeLink(change: Change, account: Account): Promise<void> {
  const { app, db, now } = change
  const token = newToken(app.random)
  const expiresAt = now + LIFETIME
  // Those before it stay good, else whoever asks again would end what the owner was just sent.
  await insertLink(db, {
    tokenHash: sha256(token),
    purpose: 'reset',
    createdAt: now,
    expiresAt,
    accountId: account.id,
    about: null,
  })
  const notice = { kind: 'password_reset', token, minutes: LIFETIME / MINUTE } as const
  await tell(change, account, notice, { until: expiresAt })
  await note(change, 'password_reset_asked', { accountId: account.id })
}

/** Can this link still be used? Changes nothing: mail scanners look at every link. */
export const isResetLinkAlive = (app: App, token: string): Promise<boolean> =>
  isLinkAlive(app.db, 'reset', sha256(token), app.now())

type Reset = 'set' | 'dead' | { readonly problem: FieldCode } | Refusal

/**
 * Sets a new password by a link, once. It signs nobody in: the second step is asked as ever, and a
 * code by mail is none for a while, since the link came by mail too.
 */
export async function resetPassword(
  app: App,
  visit: Visit,
  token: string,
  password: string,
): Promise<Reset> {
  const link = await findLink(app.db, 'reset', sha256(token), app.now())
  const before = link?.accountId ? await findAccount(app.db, link.accountId) : null
  if (!before || before.disabledAt !== null) return 'dead'
  const each = requests(app.config.limits, { address: visit.address })
  const { wait } = await hold(app.db, each, app.now())
  if (wait > 0) return { refused: 'slow_down', wait }

  const wrong = newPasswordProblem(app, before, password)
  if (wrong) return { problem: wrong }
  const normal = normalizePassword(password)
  // Only of a password that others know: else the link would tell whether one is guessed right.
  const known = before.passwordKnownAt === null ? null : before.passwordHash
  const isSame = known === null ? false : await app.passwords.matches(normal, known)
  const passwordHash = isSame === null ? null : await app.passwords.hash(normal)
  if (passwordHash === null) return { refused: 'busy' }

  return change(app, visit, async (change): Promise<Reset> => {
    const { db, now } = change
    const held = await hold(db, each, now)
    if (held.wait > 0) return { refused: 'slow_down', wait: held.wait }
    await held.count(each)
    if (isSame) return { problem: 'password_same' }
    const account = await holdAccount(db, before.id)
    if (!account || account.disabledAt !== null) return 'dead'
    if (!(await spendLink(db, 'reset', sha256(token), now))) return 'dead'
    const isProtected = (await enrolmentsOf(db, account.id)).length > 0
    const next = { passwordHash, passwordResetAt: isProtected ? now : null }
    if (!(await setPassword(change, account, next))) return undo('dead')
    await proveEmail(db, account.id, now)
    await note(change, 'password_reset', { accountId: account.id })
    return 'set'
  })
}
