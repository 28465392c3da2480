import type { App } from '../app.ts'
import { factorOf } from '../factors/all.ts'
import type { Proof } from '../factors/factor.ts'
import { accountIn, challengeOf, handleIn, LIFETIME, toSignIn } from '../factors/passkey.ts'
import { newToken, same } from '../lib/random.ts'
import { keyedHash } from '../lib/seal.ts'
import { findAccount, holdAccount } from '../store/accounts.ts'
import { insertAttempt, isSettingUp } from '../store/attempts.ts'
import { findEnrolment, replaceState } from '../store/enrolments.ts'
import { passkeyWentBack } from './answer.ts'
import { longestLifetimeOf, openAttempt, toolsFor, type Refusal } from './attempt.ts'
import { change, undo, type Change } from './change.ts'
import { knownDevice, trusts } from './device.ts'
import { finish, type SignIn } from './finish.ts'
import { hold } from './limits.ts'
import { requests, spentChallenges, wrongPasskeysFrom } from './rules.ts'
import { policyOf } from './policy.ts'
import { isAllowed } from './standing.ts'
import type { Visit } from './visit.ts'

/**
 * What a browser is asked that is to sign in with a passkey and nothing else, as JSON; `null` where there
 * are none. `bearer` stays in the browser (a new one is made where it has none): the challenge is good
 * for it alone, for five minutes, once. Nothing is written down.
 */
export function askPasskey(
  app: App,
  held: string | null,
): { readonly options: string; readonly bearer: string } | null {
  const { config, random } = app
  if (!config.site || !isAllowed(config, 'passkey')) return null
  const bearer = held !== null && BEARER.test(held) ? held : newToken(random)
  const challenge = challengeFor(app, bearer, app.now(), newToken(random))
  return { options: toSignIn(config.site, challenge), bearer }
}

const BEARER = /^[\w-]{43}$/

/** More is due before they are in: a new password, or something that must be set up. */
type More = { readonly kind: 'new-password' | 'set-up'; readonly secret: string }

/** `isGone`: it was for an account of ours, and nothing there knows of it: the browser may drop it. */
type Refused = Refusal & { readonly isGone?: boolean }

/**
 * A passkey as the whole sign-in: it says whose account it is, and shows two qualities, since the
 * authenticator has looked at its owner. A wrong answer writes nothing but limits.
 */
export async function provePasskey(
  app: App,
  visit: Visit,
  { bearer, answer, goal }: { bearer: string | null; answer: string; goal: string | null },
): Promise<SignIn | More | Refused> {
  if (!app.config.site || !isAllowed(app.config, 'passkey'))
    return { refused: 'factor_not_allowed' }
  const { limits } = app.config
  const handle = handleIn(answer)
  const enrolment = handle === null ? null : await findEnrolment(app.db, handle)
  const device = enrolment && (await knownDevice(app.db, visit, enrolment.accountId, app.now()))
  const caller = device ? { device: device.id } : { address: visit.address }
  const each = requests(limits, caller)
  const wrong = wrongPasskeysFrom(limits, caller)
  const before = await hold(app.db, [...each, ...wrong], app.now())
  if (before.wait > 0) return { refused: 'slow_down', wait: before.wait }

  const challenge = challengeIn(app, bearer, answer)
  const about = { purpose: 'sign-in', sessionId: null, proofs: [], draft: null, goal } as const
  const { attempt: opened, secret } = openAttempt(app, app.now(), {
    ...about,
    accountId: enrolment?.accountId ?? '',
  })
  const tools = toolsFor(app, opened, app.now())
  const question = { challenge, userVerification: 'required' }
  // Switched off, it is refused here: whether any passkey is left, the rules do not ask of which one.
  const checked =
    enrolment && enrolment.disabledAt === null && challenge !== null
      ? await factorOf('passkey').check(enrolment.state, question, answer, tools)
      : null

  return change(app, visit, async (change): Promise<SignIn | More | Refused> => {
    const { db, now } = change
    const spent = spentChallenges(challenge ?? '')
    const held = await hold(db, [...each, ...wrong, spent], now)
    const isReplay = held.left(spent) === 0
    if (held.wait > 0 && !isReplay) return { refused: 'slow_down', wait: held.wait }
    if (!enrolment || !checked || challenge === null || isReplay) {
      await held.count([...each, ...wrong])
      const isUnknown = handle !== null && !enrolment && challenge !== null
      if (!isUnknown) return { refused: 'wrong_passkey' }
      return { refused: 'unknown_passkey', isGone: await isGone(change, answer) }
    }
    await held.count([...each, spent])
    const account = await holdAccount(db, enrolment.accountId)
    if (
      !account ||
      account.disabledAt !== null ||
      !(await replaceState(db, enrolment, checked.state, now))
    )
      return undo({ refused: 'wrong_passkey' })
    const proof: Proof = { by: 'passkey', shows: checked.shows, at: now }
    const attempt = { ...opened, proofs: [proof] }
    await insertAttempt(db, attempt)
    // It needs no trust in this browser; but an old token of it tells of a copy, as ever.
    await trusts(change, account, await policyOf(app, db, account), attempt.id)
    if (checked.wentBack) await passkeyWentBack(change, enrolment.accountId, enrolment, attempt.id)
    const end = await finish(change, attempt, false)
    if (end.kind === 'signed-in') return end
    return end.kind === 'new-password' || end.kind === 'set-up'
      ? { kind: end.kind, secret }
      : undo({ refused: 'wrong_passkey' })
  })
}

/** Other systems may share our domain, and one that is just being set up is not known yet. */
async function isGone({ app, db, now }: Change, answer: string): Promise<boolean> {
  const accountId = accountIn(answer)
  const account = accountId === null ? null : await findAccount(db, accountId)
  if (!account) return false
  return !(await isSettingUp(db, account.id, longestLifetimeOf(app), now))
}

/** When it was made, and something only we can make of that for this browser. */
function challengeFor({ keys }: App, bearer: string, time: number, nonce: string): string {
  const text = `${time}.${nonce}`
  const hash = keyedHash(keys, 'passkey:sign-in', `${bearer} ${text}`).split('.')[1]
  return Buffer.from(`${text}.${hash}`).toString('base64url')
}

/** Milliseconds by which the clocks of two processes may differ. */
const AHEAD = 10_000

/** The challenge that was answered, if it is one of ours, for this browser, and not too old. */
function challengeIn(app: App, bearer: string | null, answer: string): string | null {
  const challenge = challengeOf(answer)
  const text = Buffer.from(challenge ?? '', 'base64url').toString('latin1')
  const [, time, nonce] = /^(\d{1,15})\.([\w-]{43})\.[\w-]{43}$/.exec(text) ?? []
  if (challenge === null || bearer === null || !time || !nonce) return null
  const isOurs = same(challenge, challengeFor(app, bearer, Number(time), nonce))
  const age = app.now() - Number(time)
  return isOurs && age > -AHEAD && age < LIFETIME ? challenge : null
}
