import type { Send } from '../factors/factor.ts'
import type { Account } from '../store/accounts.ts'
import type { Attempt } from '../store/attempts.ts'
import type { Refusal } from './attempt.ts'
import { note, tell, type Change } from './change.ts'
import { hold, type Limit } from './limits.ts'
import { newEmailSends, newNumberSends, sends, smsSends, stoppedSends } from './rules.ts'
import { whyNoSms } from './sms-guard.ts'

/** Those of the messages that may go, and the way to count them. */
type Cleared = { readonly sends: readonly Send[]; readonly count: () => Promise<void> }

/**
 * Which of these may go now? One that may not keeps no other back; when none may, it says why. In a
 * transaction that holds the account.
 */
export async function clearSends(
  change: Change,
  account: Account,
  attempt: Attempt,
  wanted: readonly Send[],
): Promise<Cleared | Refusal> {
  const { db, now } = change
  const whyNot: Refusal[] = []
  const open: { readonly send: Send; readonly limits: readonly Limit[] }[] = []
  for (const send of wanted) {
    const why = send.by === 'sms' ? await whyNoSms(change, account, send.to) : null
    if (why) whyNot.push(why)
    else open.push({ send, limits: limitsOf(change, attempt, send) })
  }
  const stopped = stoppedSends(account.id)
  // All at once: whoever holds some of them and waits for others would wait for somebody who does, too.
  const held = await hold(db, [...open.flatMap(({ limits }) => limits), stopped], now)
  if (held.left(stopped) === 0) return { refused: 'sends_stopped', wait: held.wait }
  const free = open.filter(({ limits }) => held.waitFor(limits) === 0)
  if (free.length > 0)
    return {
      sends: free.map(({ send }) => send),
      count: () => held.count(free.flatMap(({ limits }) => limits)),
    }
  if (open.length === 0) return whyNot[0]!
  return {
    refused: 'send_limited',
    wait: Math.min(...open.map(({ limits }) => held.waitFor(limits))),
  }
}

/** What a code of this attempt counts in. */
function limitsOf({ app, visit }: Change, attempt: Attempt, { by, to }: Send): Limit[] {
  const { limits } = app.config
  const { accountId, purpose } = attempt
  if (by === 'sms') {
    const ledgers = isTyped(attempt) ? newNumberSends : smsSends
    return ledgers(limits, { to, accountId }, visit.address)
  }
  return purpose === 'new-email'
    ? newEmailSends(limits, to, accountId, visit.address)
    : sends(limits, to, visit.address)
}

/** Does somebody only say that the number is theirs? Pure. */
const isTyped = ({ purpose }: Attempt): boolean =>
  purpose === 'protect' || purpose === 'add-factor' || purpose === 'set-up'

/** Writes a message for each. */
export async function sendAll(
  change: Change,
  attempt: Attempt,
  account: Account,
  all: readonly Send[],
): Promise<void> {
  for (const what of all) await send(change, attempt, account, what)
}

async function send(change: Change, attempt: Attempt, account: Account, what: Send) {
  const minutes = Math.max(1, Math.ceil((what.until - change.now) / 60_000))
  const message = await tell(
    change,
    account,
    { kind: 'code', purpose: attempt.purpose, code: what.code, minutes },
    { by: what.by, recipient: what.to, attemptId: attempt.id, until: what.until },
  )
  await note(change, 'code_sent', {
    accountId: account.id,
    attemptId: attempt.id,
    detail: { by: what.by, purpose: attempt.purpose, message },
  })
}
