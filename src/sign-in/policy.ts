import { z } from 'zod'
import type { App } from '../app.ts'
import { factorOf, kinds } from '../factors/all.ts'
import type { FactorKind } from '../factors/factor.ts'
import { mainOf, type Account } from '../store/accounts.ts'
import type { Attempt } from '../store/attempts.ts'
import type { Database } from '../store/open.ts'
import { policiesFor } from '../store/policies.ts'
import type { Privilege } from '../store/tables.ts'
import { fulfils } from './login-code.ts'

type Kind = (typeof kinds)[number]

/** Unset: as the settings say, or as the other policy does. Times in milliseconds since 1970. */
export const PolicyRules = z.strictObject({
  protection: z.enum(['off', 'offered', 'required']).default('offered'),
  /** Until then people may put it off. */
  requiredFrom: z.int().nonnegative().nullable().default(null),
  /** Whoever may do so much to others needs an app or a passkey, at each sign-in. */
  strongFor: z
    .array(z.enum(['operator', 'manage', 'support']))
    .max(3)
    .default([]),
  factors: z
    .array(z.enum(['passkey', 'totp', 'sms', 'email']))
    .min(1)
    .max(4)
    .nullable()
    .default(null),
  /** 0: no device is remembered. */
  rememberDays: z.int().min(0).max(30).nullable().default(null),
  idleMinutes: z.int().min(1).max(60).nullable().default(null),
  sessionHours: z.int().min(1).max(24).nullable().default(null),
  /** How long a case waits, for a known device and place, and for others. */
  caseKnownHours: z.int().min(0).max(168).nullable().default(null),
  caseHours: z.int().min(1).max(720).nullable().default(null),
  /** What is required is only measured, since then. */
  shadowSince: z.int().nonnegative().nullable().default(null),
})

export type PolicyRules = z.output<typeof PolicyRules>

/** What holds where nothing was written. */
export const noRules: PolicyRules = PolicyRules.parse({})

/** What holds for one account. */
export type Policy = {
  readonly protection: PolicyRules['protection']
  /** Where it is required: since when (ms since 1970). */
  readonly requiredFrom: number
  /** The kinds that may be used. */
  readonly factors: readonly Kind[]
  /** Whoever has only others: since when these let in no more (ms since 1970). */
  readonly closedFrom: Readonly<Partial<Record<FactorKind, number>>>
  readonly rememberDays: number
  readonly rememberIdleDays: number
  /** A session ends after so long, unused and in any case (ms); `null`: as the settings say. */
  readonly longestIdle: number | null
  readonly longestLife: number | null
  /** Something is required, and for now only measured. */
  readonly isShadow: boolean
}

/**
 * Of the installation's rules, which come first, and the main account's, the stricter count. What is required from a
 * day on trusts remembered devices until then; where nothing is said of `now`, every such day has come. Pure.
 */
export function policyFrom(
  config: Pick<App['config'], 'factors' | 'limits'>,
  all: readonly PolicyRules[],
  privilege: Privilege | null,
  now = Infinity,
): Policy {
  const live = all.filter(({ shadowSince }) => shadowSince === null)
  const isShadow = all.some((rules) => rules.shadowSince !== null && asks(rules, privilege))
  const strong = live.filter(({ strongFor }) => privilege !== null && strongFor.includes(privilege))
  const needsStrong = strong.length > 0
  const strongFrom = earliest(strong)
  const required = live.filter(({ protection }) => protection === 'required')
  const isOff = live.length > 0 && live.every(({ protection }) => protection === 'off')
  const { limits } = config
  const given = kinds.filter(
    (kind) => config.factors.includes(kind) && (!needsStrong || factorOf(kind).isStrong),
  )
  const within = (some: readonly PolicyRules[]): Kind[] =>
    given.filter((kind) => some.every(({ factors }) => factors === null || factors.includes(kind)))
  // What nobody could show would be asked of nobody: the main account gives way, and then a wish for weak ones.
  const counting = [live, live.slice(0, 1)].find((some) => within(some).length > 0) ?? []
  const closedBy = (kind: Kind): number =>
    Math.min(
      factorOf(kind).isStrong ? Infinity : strongFrom,
      earliest(counting.filter(({ factors }) => factors !== null && !factors.includes(kind))),
    )
  const factors = within(counting)
  const closed = config.factors.filter((kind) => !factors.includes(kind))
  return {
    protection: needsStrong || required.length > 0 ? 'required' : isOff ? 'off' : 'offered',
    requiredFrom: Math.min(strongFrom, earliest(required)),
    factors,
    closedFrom: Object.fromEntries(closed.map((kind) => [kind, closedBy(kind)])),
    rememberDays:
      strongFrom <= now && needsStrong ? 0 : least(limits.rememberDays, live, 'rememberDays'),
    rememberIdleDays: limits.rememberIdleDays,
    longestIdle: leastOf(live, 'idleMinutes', 60_000),
    longestLife: leastOf(live, 'sessionHours', 3_600_000),
    isShadow,
  }
}

/** Where no day is said, at once; where there are no rules, never. */
const earliest = (all: readonly PolicyRules[]): number =>
  Math.min(...all.map(({ requiredFrom }) => requiredFrom ?? 0))

const asks = (rules: PolicyRules, privilege: Privilege | null): boolean =>
  rules.protection === 'required' || (privilege !== null && rules.strongFor.includes(privilege))

type Bound = 'rememberDays' | 'idleMinutes' | 'sessionHours'

const least = (given: number, all: readonly PolicyRules[], name: Bound): number =>
  Math.min(given, ...all.map((rules) => rules[name] ?? given))

function leastOf(all: readonly PolicyRules[], name: Bound, unit: number): number | null {
  const some = all.flatMap((rules) => rules[name] ?? [])
  return some.length === 0 ? null : Math.min(...some) * unit
}

/** Whose policy is asked for. */
export type Subject = Pick<Account, 'id' | 'mainId' | 'privilege'>

/**
 * What holds for this account now. Throws when what was written cannot be read: then nobody gets in. `skips`:
 * that is left out instead, for what lets nobody in.
 */
export async function policyOf(
  { config, now }: Pick<App, 'config' | 'now'>,
  db: Database,
  account: Subject,
  { skips = false }: { readonly skips?: boolean } = {},
): Promise<Policy> {
  const rows = await policiesFor(db, mainOf(account))
  const read = rows.map(({ rules }) => (skips ? rulesOrNull(rules) : rulesIn(rules)))
  return policyFrom(
    config,
    read.filter((rules) => rules !== null),
    account.privilege,
    now(),
  )
}

/**
 * Does somebody who is signed in show who they are to write a policy? Their own may be the one that cannot be
 * read, and it must not keep them from writing it anew. Pure.
 */
export const isForPolicy = ({ purpose, draft }: Pick<Attempt, 'purpose' | 'draft'>): boolean =>
  purpose === 'step-up' && (draft?.['deed'] as Deed | undefined)?.kind === 'policy'

type Deed = { readonly kind: string }

const read = new Map<string, PolicyRules>()
const MOST_READ = 200

/** The same text says the same again: it is read once. */
export function rulesIn(text: string): PolicyRules {
  const known = read.get(text)
  if (known) return known
  const rules = PolicyRules.parse(JSON.parse(text))
  if (read.size >= MOST_READ) read.clear()
  read.set(text, rules)
  return rules
}

/** `null`: it cannot be read. */
export function rulesOrNull(text: string): PolicyRules | null {
  try {
    return rulesIn(text)
  } catch {
    return null
  }
}

/** What must be set up before somebody is in. */
export type Due = {
  /** One of these: what is wished for first. */
  readonly kinds: readonly Kind[]
  /** Until then (ms since 1970) it can be put off; `null`: it cannot. */
  readonly until: number | null
  readonly why: 'policy' | 'login_code' | 'pass'
  /** It may take the place of the second step: then one of these, to where an administrator says it goes. */
  readonly instead: readonly Kind[]
  /** It does so now: the second step is still missing. */
  readonly isInstead?: true
}

type Wanted = Pick<Account, 'wantedCode' | 'wantedPhone' | 'wantedAt'>

/** What is due for an account on which these kinds work that may be used. Pure. */
export function dueFor(
  { factors, closedFrom, protection, requiredFrom }: Policy,
  { wantedCode, wantedPhone, wantedAt }: Wanted,
  working: readonly FactorKind[],
  {
    enrolled,
    sendsNew,
    isOffered = false,
  }: {
    /** Of the kinds that may be used by the settings, those that work, be it that the policy closes them. */
    readonly enrolled: readonly FactorKind[]
    readonly sendsNew: boolean
    /** Nobody can count on it that what is wished for gets there: it keeps nobody out. */
    readonly isOffered?: boolean
  },
): Due | null {
  const isRequired = protection === 'required'
  const isEnrolled = enrolled.length > 0
  const own = working.filter((kind) => kind !== 'recovery')
  // Where none of what is set up may be used any more, from that day on it lets in only to set up what may.
  const closes = Math.max(0, ...enrolled.map((kind) => closedFrom[kind] ?? 0)) || null
  const isThere = wantedCode !== null && wantedPhone === null && fulfils(wantedCode, own)
  if (wantedCode !== null && wantedAt !== null && !isThere) {
    const first = wishedBy(wantedCode, own).filter((kind) => factors.includes(kind))
    if (first.length > 0) {
      // What works already lets in until the new one is proven, and nobody is kept out by a wrong number.
      // An app can be set up by everybody: nothing weaker takes its place, today or later.
      const isApp = wantedCode === 'app'
      const rest = own.length > 0 || isApp ? [] : factors.filter((kind) => !first.includes(kind))
      const offered = isRequired ? requiredFrom : Infinity
      const alone = isEnrolled ? closes : isOffered ? offered : null
      const until = own.length > 0 && !isApp ? Infinity : alone
      // Never a number that is only typed, nor an app: who knows a password would bring their own.
      const goesThere = first.filter(
        (kind) => kind === 'email' || (kind === 'sms' && wantedPhone !== null),
      )
      const instead = sendsNew && !isApp ? goesThere : []
      return { kinds: [...first, ...rest], until, why: 'login_code', instead }
    }
  }
  if (own.length > 0 || factors.length === 0) return null
  if (!isRequired && !isEnrolled) return null
  const until = isEnrolled ? closes : requiredFrom
  return { kinds: factors, until, why: 'policy', instead: [] }
}

/** Is it one of those that an administrator wants? Pure. */
export const isWished = (code: Account['wantedCode'], kind: Kind): boolean =>
  code !== null && wishedBy(code, []).includes(kind)

function wishedBy(code: NonNullable<Account['wantedCode']>, own: readonly FactorKind[]): Kind[] {
  switch (code) {
    case 'app':
      return kinds.filter((kind) => factorOf(kind).isStrong)
    case 'both':
      if (own.includes('email')) return ['sms']
      return own.includes('sms') ? ['email'] : ['email', 'sms']
    case 'email':
    case 'sms':
      return [code]
    default:
      return code satisfies never
  }
}
