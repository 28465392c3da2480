import type { Config } from '../config.ts'
import { bucketOf } from '../lib/address.ts'
import { parseEmail } from '../lib/email.ts'
import { aboutNumber } from '../lib/phone.ts'
import { sha256 } from '../lib/random.ts'
import type { Limit, Rule } from './limits.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

type Limits = Config['limits']

const free = (name: string, most: number, window: number): Rule => ({
  name,
  free: most,
  window,
  from: 'first',
  waits: null,
})

/**
 * Who is at the door. A device that has been here before is counted by itself, so that a stranger
 * who guesses, be it from the same address, cannot keep its owner out.
 */
export type Caller = { readonly address: string } | { readonly device: string }

const placeOf = (caller: Caller): string =>
  'device' in caller ? `device ${caller.device}` : bucketOf(caller.address)

/** Everything that is posted at the door. */
export const requests = (limits: Limits, caller: Caller): Limit[] => [
  { rule: free('requests', limits.addressRequests5Minutes, 5 * MINUTE), subject: placeOf(caller) },
]

/** Asking somebody signed in who they are. It is held after the account, and by nobody before it. */
export const stepUps = (limits: Limits, deviceId: string): Limit => ({
  rule: free('step-ups', limits.addressRequests5Minutes, 5 * MINUTE),
  subject: deviceId,
})

/** Invitations to one account: whoever may send them could fill a stranger's mailbox. */
export const invitations = (accountId: string): Limit => ({
  rule: free('invitations', 5, DAY),
  subject: accountId,
})

/** Each password that is tried, right or wrong. */
export const passwordRequests = (limits: Limits, caller: Caller): Limit[] => {
  const each = free('password-requests', limits.passwordAddressRequestsMinute, MINUTE)
  return [{ rule: each, subject: placeOf(caller) }, ...requests(limits, caller)]
}

/**
 * Wrong passwords: they slow down and never lock. The login is counted whether or not it is
 * somebody's.
 */
export const wrongPasswords = (limits: Limits, caller: Caller, login: string): Limit[] => {
  const perLogin: Rule = {
    name: 'password',
    free: limits.passwordFailures5Minutes,
    window: 5 * MINUTE,
    from: 'last',
    waits: { first: SECOND, most: MINUTE },
  }
  if ('device' in caller) return [{ rule: perLogin, subject: placeOf(caller) }]
  return [
    { rule: perLogin, subject: sha256(login) },
    {
      rule: free('password-address', limits.passwordAddressFailures5Minutes, 5 * MINUTE),
      subject: placeOf(caller),
    },
  ]
}

/** Wrong passwords on the whole server. It refuses nobody; past it, everybody waits a moment. */
export const allWrongPasswords = (limits: Limits): Limit => ({
  rule: {
    ...free('password-all', limits.allPasswordFailures5Minutes, 5 * MINUTE),
    waits: { first: 0, most: 0 },
  },
  subject: 'server',
})

/**
 * Wrong second steps, over all factors and attempts of an account. A right answer does not clear
 * them: else a patient guesser would go on for ever between its owner's sign-ins.
 */
export const wrongSecondSteps = (limits: Limits, accountId: string, caller: Caller): Limit[] => [
  { rule: free('second', limits.secondStepFailures5Minutes, 5 * MINUTE), subject: accountId },
  wrongSecondStepsOfDay(limits, accountId),
  ...wrongSecondStepsFrom(limits, caller),
]

/** Those of them that count where an answer comes from, and say nothing of the account. */
export const wrongSecondStepsFrom = (limits: Limits, caller: Caller): Limit[] =>
  wrongFrom(limits, caller, 'second-address')

/**
 * Wrong passkeys of those who have not said who they are. With the numbers of those, in a ledger of their
 * own: else whoever has not even a password would keep others from their second step.
 */
export const wrongPasskeysFrom = (limits: Limits, caller: Caller): Limit[] =>
  wrongFrom(limits, caller, 'passkey-address')

const wrongFrom = (limits: Limits, caller: Caller, name: string): Limit[] => [
  {
    rule: free(name, limits.secondStepAddressFailures5Minutes, 5 * MINUTE),
    subject: placeOf(caller),
  },
  {
    rule: free(`${name}-hour`, limits.secondStepAddressFailuresHour, HOUR),
    subject: placeOf(caller),
  },
]

/** The one of them that says whether others know the password. */
export const wrongSecondStepsOfDay = (limits: Limits, accountId: string): Limit => ({
  rule: {
    name: 'second-day',
    free: limits.secondStepFailuresDay,
    window: DAY,
    from: 'first',
    waits: { first: 30 * SECOND, most: HOUR },
  },
  subject: accountId,
})

/** A challenge to sign in with a passkey: it is answered once. It lives shorter than this counts. */
export const spentChallenges = (challenge: string): Limit => ({
  rule: free('challenge', 1, 10 * MINUTE),
  subject: sha256(challenge),
})

/** Asking for a link to set a new password, from one address. */
export const resetRequests = (limits: Limits, address: string): Limit[] => [
  { rule: free('resets-address', limits.resetsAddressHour, HOUR), subject: bucketOf(address) },
  ...requests(limits, { address }),
]

/**
 * Links to set a new password that one account is sent. It refuses nobody: past it none is sent, and
 * the answer is the same. `whose` is the account, a browser that was there before, or the login that is
 * nobody's.
 */
export const resets = (limits: Limits, whose: string): Limit => ({
  rule: { ...free('resets', limits.resetsDay, DAY), waits: { first: 0, most: 0 } },
  subject: whose,
})

/** Asking support for recovery, from one address. */
export const caseRequests = (limits: Limits, address: string): Limit[] => [
  { rule: free('cases-address', limits.resetsAddressHour, HOUR), subject: bucketOf(address) },
  ...requests(limits, { address }),
]

/**
 * Cases of one account. Whoever knows the password, or comes from a browser that was there before, has
 * their own: strangers cannot use them up. Past it none is opened.
 */
export const openedCases = (whose: string): Limit => ({
  rule: { ...free('cases', 3, 7 * DAY), waits: { first: 0, most: 0 } },
  subject: whose,
})

/**
 * Codes sent to one recipient, however the address is written, and codes one client address has
 * sent.
 */
export const sends = (limits: Limits, to: string, address: string): Limit[] => [
  ...toRecipient(limits, 'mails', to),
  fromAddress(limits, address),
]

/**
 * The same for codes to an address that somebody only says is theirs, and how many of those one
 * account has asked for. In ledgers of their own: who types the address of somebody else keeps them
 * from no code of theirs, and learns nothing of what they were sent.
 */
export const newEmailSends = (
  limits: Limits,
  to: string,
  accountId: string,
  address: string,
): Limit[] => [
  ...toRecipient(limits, 'mails-new', to),
  { rule: free('new-email-account', limits.newEmailCodesDay, DAY), subject: accountId },
  fromAddress(limits, address),
]

const toRecipient = (limits: Limits, name: 'mails' | 'mails-new', to: string): Limit[] => {
  const recipient = parseEmail(to)?.canonical ?? to
  return [
    { rule: free(name, limits.mailsHour, HOUR), subject: recipient },
    { rule: free(`${name}-day`, limits.mailsDay, DAY), subject: recipient },
  ]
}

type OfNumber = { readonly to: string; readonly accountId: string }

/**
 * Codes sent to one number that is proven, to such numbers that begin alike, for one account, and by one
 * client address.
 */
export const smsSends = (limits: Limits, { to, accountId }: OfNumber, address: string): Limit[] => [
  { rule: free('sms', limits.smsNumberHour, HOUR), subject: to },
  { rule: free('sms-day', limits.smsNumberDay, DAY), subject: to },
  { rule: free('sms-prefix', limits.smsPrefixHour, HOUR), subject: aboutNumber(to).prefix },
  { rule: free('sms-account', limits.smsAccountDay, DAY), subject: accountId },
  fromAddress(limits, address),
]

/**
 * The same for codes to a number that somebody only says is theirs. In ledgers of their own, as with new
 * e-mail addresses: who types the number of somebody else keeps them from no code of theirs.
 */
export const newNumberSends = (
  limits: Limits,
  { to, accountId }: OfNumber,
  address: string,
): Limit[] => [
  { rule: free('sms-new', limits.smsNewNumberHour, HOUR), subject: to },
  { rule: free('sms-new-day', limits.smsNewNumberDay, DAY), subject: to },
  { rule: free('sms-new-prefix', limits.smsNewPrefixHour, HOUR), subject: aboutNumber(to).prefix },
  { rule: free('sms-new-account', limits.smsNewNumbersDay, DAY), subject: accountId },
  fromAddress(limits, address),
]

const fromAddress = (limits: Limits, address: string): Limit => ({
  rule: free('sends-address', limits.addressSends5Minutes, 5 * MINUTE),
  subject: bucketOf(address),
})

/**
 * Codes to an account whose holder has said "this was not me": none for an hour. Nothing but that is
 * counted here.
 */
export const stoppedSends = (accountId: string): Limit => ({
  rule: free('sends-stopped', 1, HOUR),
  subject: accountId,
})

/**
 * Notices that whoever signs in often can cause without end. Past it nobody is told; what happened is
 * written down as ever. Held after the account, and by nobody before it.
 */
export const notices = (
  kind: 'new_device' | 'session_ended' | 'passkey_went_back',
  accountId: string,
): Limit => ({
  rule: free('notices', 5, DAY),
  subject: `${accountId} ${kind}`,
})

/** How often the operators are told what one account denies. Held like those. */
export const reports = (accountId: string): Limit => ({
  rule: free('reports', 3, DAY),
  subject: accountId,
})

/** That somebody would have been asked is written down once on each day (UTC). */
export const measurings = (accountId: string, now: number): Limit => ({
  rule: free('measured', 1, DAY),
  subject: `${accountId} ${Math.floor(now / DAY)}`,
})

/** Mails that protection must be set up soon: one for each day it is due (ms) and stage, counted in days before. */
export const reminders = (accountId: string, until: number, stage: number): Limit => ({
  rule: free('reminders', 1, (stage + 1) * DAY),
  subject: `${accountId} ${until} ${stage}`,
})

/** Test messages that one operator sends by the routes. */
export const tryOuts = (accountId: string): Limit => ({
  rule: free('try-outs', 10, HOUR),
  subject: accountId,
})

/** What one key asks the admin API. */
export const keyRequests = (keyId: string): Limit => ({
  rule: free('key', 600, MINUTE),
  subject: keyId,
})

/** Keys that are none of ours, or work no longer. They cannot be guessed: it spares the server work. */
export const unknownKeys = (address: string): Limit => ({
  rule: free('unknown-keys', 60, MINUTE),
  subject: bucketOf(address),
})

/**
 * Mails to the operators about one kind of alarm. Past it nobody is told; log and metrics go on. Those
 * about one account are few, and counted by themselves: what concerns everybody comes through.
 */
export const alarmMails = (kind: string, isOfAccount: boolean): Limit =>
  isOfAccount
    ? { rule: free('alarms-accounts', 3, DAY), subject: 'all' }
    : { rule: free('alarms', 10, DAY), subject: kind }

/** The wait before the next code of one attempt, after `sends` of them: 30 s, 60 s, 120 s, 5 min. */
export const resendWait = (limits: Limits, sends: number): number =>
  sends > 3 ? 5 * MINUTE : Math.min(limits.resendSeconds * SECOND * 2 ** (sends - 1), 5 * MINUTE)
