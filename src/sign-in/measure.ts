import type { FactorKind } from '../factors/factor.ts'
import { findAccount, mainOf, type Account } from '../store/accounts.ts'
import { readStanding } from '../store/enrolments.ts'
import { lastMailTo } from '../store/last-mail.ts'
import { policiesFor } from '../store/policies.ts'
import type { Attempt } from '../store/attempts.ts'
import { note, type Change } from './change.ts'
import { spend } from './limits.ts'
import { policyFrom, rulesIn, type Due } from './policy.ts'
import { whyMute, type WhyMute } from './reach.ts'
import { measurings } from './rules.ts'
import { standingFrom } from './standing.ts'

const MONTH = 30 * 24 * 60 * 60 * 1000

/**
 * Writes down, once a day, that somebody who has just signed in would have been asked to set something up,
 * and whether a code would get to them. Only where a policy is measured. In the transaction of the sign-in.
 */
export async function measure(change: Change, attempt: Attempt): Promise<void> {
  const { app, db, now } = change
  const account = await findAccount(db, attempt.accountId)
  const read = account && (await readStanding(db, account.id))
  if (!account || !read) return
  const rows = await policiesFor(db, mainOf(account))
  const rules = rows.map((row) => ({ ...rulesIn(row.rules), shadowSince: null }))
  const policy = policyFrom(app.config, rules, account.privilege)
  // An administrator's login code is asked for anyway.
  const plain = { ...read, wantedCode: null, wantedAt: null }
  const { due } = standingFrom(app.config, policy, plain, read.enrolled)
  if (!due || !(await spend(db, measurings(account.id, now), now))) return
  const { id: attemptId } = attempt
  const detail = await reachOf(change, account, due)
  await note(change, 'would_be_asked', { accountId: account.id, attemptId, detail })
}

/** Whether a code would get there, as far as is known; what is not asked for is not there. */
async function reachOf({ app, db, now }: Change, account: Account, { kinds }: Due) {
  const asks = (kind: FactorKind): boolean => kinds.some((each) => each === kind)
  const mail = asks('email') && (await lastMailTo(db, account.id, account.email, now - MONTH))
  const mute = asks('sms') && (await whyNumber())
  return { kinds: kinds.join('+'), ...(mail && { email: mail }), ...(mute && { sms: mute }) }

  async function whyNumber(): Promise<WhyMute | 'no_number' | 'open'> {
    if (account.phone === null) return 'no_number'
    return (await whyMute(app, db, account, account.phone)) ?? 'open'
  }
}
