import { factorOf, kinds } from '../../factors/all.ts'
import {
  fulfils,
  mayBeWanted,
  numberFor,
  provenNumber,
  sentBy,
  whyStuck,
} from '../../sign-in/login-code.ts'
import type { Policy } from '../../sign-in/policy.ts'
import type { Reached } from '../../sign-in/reach.ts'
import { isUsable } from '../../sign-in/standing.ts'
import type { CodeUser } from '../../store/login-codes.ts'
import type { LoginCode } from '../../store/tables.ts'
import type { WayOut, WhyStuck } from './user-change.ts'

/** An account, what is set up for it, and what holds for it. */
export type User = CodeUser & { readonly policy: Pick<Policy, 'factors' | 'protection'> }

/** `phone`: the number it is to go to; `null`: the one that is known of each. */
export type Wish = { readonly code: LoginCode | null; readonly phone: string | null }

/** Why it cannot be set for this account at all. */
export type WhyBarred = 'factor_not_allowed' | 'policy_requires'

/** How it would be, once it is written. */
export type Plan = {
  readonly code: LoginCode | null
  readonly phone: string | null
  /** It is asked for from the next sign-in on until it is proven. Not where all of it is, or it waits. */
  readonly isAsked: boolean
  readonly isBoth: boolean
  /** The ids of what lets in no more. */
  readonly taken: readonly string[]
}

/** What comes of it for one account. */
export type Verdict =
  /** At once, since all of it is proven; at the next sign-in; nothing changes; nothing is asked any more. */
  | { readonly gets: 'now' | 'next' | 'same' | 'off'; readonly plan: Plan }
  | { readonly barred: WhyBarred }
  /** `mailToo`: a code by e-mail would get there. */
  | { readonly stuck: WhyStuck; readonly mailToo: boolean }

/** Pure. */
export function judge(user: User, { code, phone }: Wish, reached: Reached): Verdict {
  if (code === null) return judgeOff(user)
  if (!mayBeWanted(user.policy, code)) return { barred: 'factor_not_allowed' }
  const contact = contactOf(user, phone)
  const stuck = whyStuck(contact, code, reached)
  if (stuck !== null) {
    const byMail = mayBeWanted(user.policy, 'email') && whyStuck(contact, 'email', reached) === null
    return { stuck, mailToo: stuck !== 'address_unproven' && byMail }
  }
  const plan = isProven(user, code, phone) ? planNow(user, code) : planNext(user, code, phone)
  if (isSame(user, plan)) return { gets: 'same', plan }
  return { gets: plan.isAsked ? 'next' : 'now', plan }
}

/** What is done by what was said about those who would be stuck; `null`: that was not said. Pure. */
export function settle(
  user: User,
  wish: Wish,
  wayOut: Readonly<Partial<Record<WhyStuck, WayOut>>>,
  reached: Reached,
): Plan | 'leave' | null {
  const verdict = judge(user, wish, reached)
  if ('gets' in verdict) return verdict.plan
  if ('barred' in verdict || wish.code === null) return 'leave'
  const way = wayOut[verdict.stuck]
  if (way === 'email' && verdict.mailToo)
    return settle(user, { ...wish, code: 'email' }, {}, reached)
  // Who cannot get it by e-mail either is one of those whose address is not proven.
  const last = way === 'email' ? wayOut.address_unproven : way
  if (last === 'wait') return { ...planNext(user, wish.code, wish.phone), isAsked: false }
  return last === 'leave' ? 'leave' : null
}

/** Is it as planned already? Pure. */
export const isSame = ({ account }: User, plan: Plan): boolean =>
  account.wantedCode === plan.code &&
  account.wantedPhone === plan.phone &&
  (account.wantedAt !== null) === plan.isAsked &&
  (account.bothSince !== null) === plan.isBoth &&
  plan.taken.length === 0

const ownOf = ({ enrolled }: Pick<User, 'enrolled'>) =>
  enrolled.filter(({ kind }) => kind !== 'recovery')

const workingOf = (user: User): User['enrolled'] =>
  ownOf(user).filter((each) => isUsable(user.policy, each))

const contactOf = (user: User, phone: string | null) => ({
  ...user.account,
  wantedPhone: phone ?? user.account.wantedPhone,
  enrolled: user.enrolled,
  hasOwn: workingOf(user).length > 0,
})

/** Does all of it work already? Pure. */
function isProven(user: User, code: LoginCode, phone: string | null): boolean {
  const working = workingOf(user).map(({ kind }) => kind)
  const isThere = numberFor(contactOf(user, phone)) === provenNumber(user.enrolled)
  return fulfils(code, working) && (isThere || !sentBy(code).includes('sms'))
}

const planNow = (user: User, code: LoginCode): Plan => ({
  code,
  phone: null,
  isAsked: false,
  isBoth: code === 'both',
  taken: notWanted(user, code),
})

/** What works goes on to do so until the new one is proven. */
const planNext = ({ account }: User, code: LoginCode, phone: string | null): Plan => ({
  code,
  phone: sentBy(code).includes('sms') ? (phone ?? account.wantedPhone) : null,
  isAsked: true,
  isBoth: account.bothSince !== null,
  taken: [],
})

/** What is sent and was not asked for; what people have set up that is stronger is theirs. Pure. */
export const notWanted = (user: Pick<User, 'enrolled'>, code: LoginCode): readonly string[] =>
  ownOf(user)
    .filter(({ kind }) => isSent(kind) && !sentBy(code).some((each) => each === kind))
    .map(({ id }) => id)

const isSent = (kind: string): boolean =>
  kinds.some((each) => each === kind) && factorOf(kind).isSent

function judgeOff(user: User): Verdict {
  const left = workingOf(user).filter(({ kind }) => !isSent(kind))
  // What lets nobody in must not be all that is left.
  const taken = left.length > 0 ? ownOf(user).filter(({ kind }) => isSent(kind)) : user.enrolled
  const plan = {
    code: null,
    phone: null,
    isAsked: false,
    isBoth: false,
    taken: taken.map(({ id }) => id),
  }
  if (isSame(user, plan)) return { gets: 'same', plan }
  const isBare = user.policy.protection === 'required' && left.length === 0
  return isBare ? { barred: 'policy_requires' } : { gets: 'off', plan }
}
