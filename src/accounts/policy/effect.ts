import type { App } from '../../app.ts'
import { factorOf, type kinds } from '../../factors/all.ts'
import { sha256 } from '../../lib/random.ts'
import { dueFor, policyFrom, type Policy, type PolicyRules } from '../../sign-in/policy.ts'
import type { AccountClass, Group } from '../../store/policy-effect.ts'

/** Why somebody could not set up what would be asked for. */
export type WhyNone = 'address_unproven' | 'no_number'

/** What a policy would do to one class of accounts. */
export type Verdict = {
  /** Something works that may be used; must be set up at once, or from a day on; or nothing is asked. */
  readonly is: 'enough' | 'asked' | 'asked_later' | 'free'
  /** What works may not be used any more. */
  readonly isReplaced: boolean
  readonly stuck: WhyNone | null
  /** Has much to say, and neither an app nor a passkey. */
  readonly isWeak: boolean
}

/** What holds for whom: for the accounts of a main account with a policy of its own, or of the others (''). */
export type PolicyFor = (of: Pick<Group, 'owner' | 'privilege'>) => Policy

/** All policies there are, by owner, as what holds for each: now, or once every day has come. Pure. */
export function policyForOf(
  config: Pick<App['config'], 'factors' | 'limits'>,
  rules: ReadonlyMap<string, PolicyRules>,
  now = Infinity,
): PolicyFor {
  const made = new Map<string, Policy>()
  return ({ owner, privilege }) => {
    const key = `${owner}|${privilege ?? ''}`
    let policy = made.get(key)
    if (!policy) {
      const both = owner === '' ? [rules.get('')] : [rules.get(''), rules.get(owner)]
      const written = both.filter((each) => each !== undefined)
      made.set(key, (policy = policyFrom(config, written, privilege, now)))
    }
    return policy
  }
}

/** What comes of a policy for accounts of a class. Pure. */
export function verdictOn(
  config: Pick<App['config'], 'factors'>,
  policy: Policy,
  one: AccountClass,
  now: number,
): Verdict {
  const working = one.kinds.filter((kind) => policy.factors.includes(kind))
  const enrolled = one.kinds.filter((kind) => config.factors.includes(kind))
  // An administrator's login code is asked for whatever the policy says.
  const nothing = { wantedCode: null, wantedPhone: null, wantedAt: null }
  const due = dueFor(policy, nothing, working, { enrolled, sendsNew: false })
  const isLater = due !== null && due.until !== null && due.until > now
  const isStrong = one.kinds.some((kind) => factorOf(kind).isStrong)
  const hasMuchToSay = one.privilege === 'operator' || one.privilege === 'manage'
  return {
    is: working.length > 0 ? 'enough' : due === null ? 'free' : isLater ? 'asked_later' : 'asked',
    isReplaced: enrolled.length > 0 && working.length === 0 && due !== null,
    stuck: due === null ? null : whyNone(due.kinds, one),
    isWeak: hasMuchToSay && !isStrong,
  }
}

/** An app or a passkey can be set up by everybody; a code must get there. Pure. */
function whyNone(
  asked: readonly (typeof kinds)[number][],
  { isAddressProven, hasNumber }: AccountClass,
): WhyNone | null {
  const can = asked.some(
    (kind) => !factorOf(kind).isSent || (kind === 'email' ? isAddressProven : hasNumber),
  )
  if (can) return null
  return asked.includes('email') ? 'address_unproven' : 'no_number'
}

/** What a policy would do, in numbers, and who the first of them are. */
export type Effect = {
  /** Another one when the rules are others, or those who would be stuck. */
  readonly name: string
  readonly people: number
  readonly enough: number
  readonly asked: number
  readonly askedLater: number
  readonly free: number
  readonly replaced: number
  readonly weak: Named
  readonly stuck: Readonly<Record<WhyNone, Named>>
  /** Remembered devices that would be so no longer, and sessions that would end sooner. */
  readonly devices: number
  readonly sessions: number
}

export type Named = { readonly count: number; readonly first: readonly string[] }

/** Without what must be read for it. */
export type Counted = Omit<Effect, 'name' | 'weak' | 'stuck' | 'devices' | 'sessions'> & {
  /** The classes of each. */
  readonly weak: readonly AccountClass[]
  readonly stuck: Readonly<Record<WhyNone, readonly AccountClass[]>>
}

/** Adds the classes up. Pure. */
export function countUp(
  config: Pick<App['config'], 'factors'>,
  policyFor: PolicyFor,
  classes: readonly AccountClass[],
  now: number,
): Counted {
  const judged = classes.map((one) => ({
    one,
    verdict: verdictOn(config, policyFor(one), one, now),
  }))
  const those = (is: (verdict: Verdict) => boolean) =>
    judged.filter(({ verdict }) => is(verdict)).map(({ one }) => one)
  const sum = (is: (verdict: Verdict) => boolean) => sumOf(those(is))
  return {
    people: sumOf(classes),
    enough: sum(({ is }) => is === 'enough'),
    asked: sum(({ is }) => is === 'asked'),
    askedLater: sum(({ is }) => is === 'asked_later'),
    free: sum(({ is }) => is === 'free'),
    replaced: sum(({ isReplaced }) => isReplaced),
    weak: those(({ isWeak }) => isWeak),
    stuck: {
      address_unproven: those(({ stuck }) => stuck === 'address_unproven'),
      no_number: those(({ stuck }) => stuck === 'no_number'),
    },
  }
}

export const sumOf = (all: readonly { readonly count: number }[]): number =>
  all.reduce((sum, { count }) => sum + count, 0)

/** Remembered devices that would be so no longer. Pure. */
export const devicesEnded = (
  before: PolicyFor,
  after: PolicyFor,
  groups: readonly (Group & { readonly age: number })[],
): number =>
  sumOf(
    groups.filter(
      (one) => one.age < before(one).rememberDays && one.age >= after(one).rememberDays,
    ),
  )

type Times = { readonly longestIdle: number | null; readonly longestLife: number | null }

/** Living sessions that would end sooner than now. `usual`: by the settings (ms). Pure. */
export function sessionsShortened(
  after: PolicyFor,
  groups: readonly (Group & Times)[],
  usual: { readonly idle: number; readonly absolute: number },
): number {
  const idle = ({ longestIdle }: Times) => Math.min(usual.idle, longestIdle ?? Infinity)
  const life = ({ longestLife }: Times) => Math.min(usual.absolute, longestLife ?? Infinity)
  return sumOf(groups.filter((one) => idle(after(one)) < idle(one) || life(after(one)) < life(one)))
}

/** Pure. */
export const nameOf = (
  owner: string,
  { shadowSince, ...rules }: PolicyRules,
  stuck: Effect['stuck'],
): string => sha256(JSON.stringify([owner, rules, shadowSince !== null, stuck]))
