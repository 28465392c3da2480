import type { App } from '../app.ts'
import { factorOf } from '../factors/all.ts'
import { insertAsking, insertWithWays } from '../sign-in/ask.ts'
import { longestLifetimeOf, openAttempt, toolsFor, type Refusal } from '../sign-in/attempt.ts'
import { change } from '../sign-in/change.ts'
import { hold } from '../sign-in/limits.ts'
import { waysOf } from '../sign-in/next-step.ts'
import { requests } from '../sign-in/rules.ts'
import { policyOf } from '../sign-in/policy.ts'
import { standingWith } from '../sign-in/standing.ts'
import type { Visit } from '../sign-in/visit.ts'
import { holdAccount } from '../store/accounts.ts'
import { endAttemptsIn } from '../store/attempts.ts'
import { enrolmentsOf } from '../store/enrolments.ts'
import type { SignedIn } from '../store/sessions.ts'
import { whyNotOneMore } from './factor-rules.ts'
import { whyNotUnprotected } from './wanted-rules.ts'

/** A change of protection: an attempt in a living session, which must show something anew. */
export type ProtectionPurpose = 'protect' | 'unprotect' | 'recovery-codes'

/**
 * Opens the attempt; `protect` sets up codes by mail, for which nothing is asked but such a code. Gives
 * the attempt's secret, for the browser to keep.
 */
export async function openProtection(
  app: App,
  visit: Visit,
  session: SignedIn,
  purpose: ProtectionPurpose,
): Promise<{ readonly secret: string } | Refusal> {
  return change(app, visit, async (change) => {
    const { db, now } = change
    const each = requests(app.config.limits, { device: session.deviceId })
    const limits = await hold(db, each, now)
    if (limits.wait > 0) return { refused: 'slow_down', wait: limits.wait }
    await limits.count(each)
    const account = await holdAccount(db, session.accountId)
    const enrolled = await enrolmentsOf(db, session.accountId)
    if (!account || (purpose !== 'protect' && enrolled.length === 0))
      return { refused: 'not_protected' }
    if (purpose === 'protect' && enrolled.length > 0) return { refused: 'already_protected' }
    const policy = await policyOf(app, db, account)
    const refused =
      purpose === 'protect'
        ? whyNotOneMore(policy, enrolled, 'email')
        : purpose === 'unprotect'
          ? whyNotUnprotected(account, policy)
          : null
    if (refused) return refused

    // Nothing is set up yet that this draft could disturb, and it is gone with its attempt.
    const about = { purpose, accountId: account.id, sessionId: session.id, proofs: [], goal: null }
    const { attempt, secret } = openAttempt(app, now, { ...about, draft: null })
    await endAttemptsIn(db, session.id, longestLifetimeOf(app), now)
    if (purpose === 'protect') {
      const { draft: email } = factorOf('email').enrol(account, toolsFor(app, attempt, now))
      const drafted = { ...attempt, draft: { email } }
      await insertAsking(change, drafted, account, 'email', email)
    } else {
      const standing = await standingWith(app, db, account, enrolled)
      const ways = waysOf(purpose, { ...standing, isFromMail: false })
      await insertWithWays(change, attempt, account, ways, enrolled)
    }
    return { secret }
  })
}
