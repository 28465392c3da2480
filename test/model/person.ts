import type { Authenticator } from '../setup/authenticator.ts'
import type { Phone } from '../stories/factor-tools.ts'
import { DAY, HOUR, MINUTE, type Visitor } from '../world.ts'

// What a person has set up and still holds, and what follows from it. It is written from what we
// promise, and knows nothing of how the promise is kept.

export const kinds = ['passkey', 'totp', 'email'] as const
export type Kind = (typeof kinds)[number]
export type Way = Kind | 'recovery'

/** Something that is set up, or was. */
export type Factor = {
  readonly id: string
  readonly kind: Kind
  /** What it is in the hand: a phone with an app, an authenticator; a mailbox is neither. */
  readonly phone: Phone | null
  readonly passkey: Authenticator | null
  readonly isSynced: boolean
  /** Else somebody else has it. */
  isHeld: boolean
  /** Wrong answers since the last right one, at most. */
  wrong: number
  isOff: boolean
  usedAt: number
}

/** What somebody shows. */
export type Means = {
  readonly way: Way
  readonly factor: Factor | null
  /** Of a recovery code. */
  readonly code: string
}

type Shown = { readonly by: Way | 'password' | 'device'; readonly at: number }
export type Session = { readonly since: number; visitedAt: number; shown: Shown[] }

export type Change =
  | { readonly what: 'add'; readonly kind: Kind; readonly isSynced: boolean }
  | { readonly what: 'remove'; readonly factor: Factor }
  | { readonly what: 'bind'; readonly factor: Factor }
  | { readonly what: 'off' }
  | { readonly what: 'codes' }

/** Something begun in a browser. */
export type Open = {
  readonly what: Change | { readonly what: 'sign-in'; readonly remember: boolean }
  readonly stage: 'second' | 'confirm' | 'set-up' | 'save'
  readonly session: Session | null
  readonly begunAt: number
  readonly isFirst: boolean
  /** Nothing has happened since that may have ended it. */
  isSure: boolean
  wrong: number
  /** Of what is to be saved. */
  readonly codes?: readonly string[]
  readonly thing?: Omit<Factor, 'id'>
  readonly shown?: Shown
}

export type Browser = {
  readonly visitor: Visitor
  session: Session | null
  trust: { readonly since: number; seenAt: number } | null
  open: Open | null
}

export type Person = {
  readonly accountId: string
  readonly email: string
  allowed: readonly Kind[]
  factors: Factor[]
  /** Were set up once. */
  gone: Factor[]
  codes: readonly string[]
  /** Used, or replaced by others. */
  dead: readonly string[]
  hasPaper: boolean
  hasMailbox: boolean
  preferred: Kind | null
  resetAt: number | null
  readonly browsers: readonly Browser[]
  /** Answers that were right, the newest last. */
  seen: { readonly way: Way; readonly text: string; readonly at: number }[]
}

export const LIMITS = {
  attempt: 10 * MINUTE,
  mailedCode: 5 * MINUTE,
  fresh: 5 * MINUTE,
  idle: 30 * MINUTE,
  session: 12 * HOUR,
  reset: 24 * HOUR,
  remembered: 30 * DAY,
  unused: 14 * DAY,
  inARow: 20,
  most: { passkey: 20, totp: 10, email: 1 },
}

export const isProtected = ({ factors }: Person): boolean => factors.length > 0
const isStrong = (kind: Way): boolean => kind === 'passkey' || kind === 'totp'

/** What lets in, beside recovery codes. */
export const counting = ({ allowed, factors }: Person): Factor[] =>
  factors.filter(({ kind, isOff }) => allowed.includes(kind) && !isOff)

const strongOnes = ({ allowed, factors }: Person): Factor[] =>
  factors.filter(({ kind }) => isStrong(kind) && allowed.includes(kind))

/** Is this a second step after the password? */
export function works(person: Person, { way, factor, code }: Means, now: number): boolean {
  if (!isProtected(person)) return false
  if (way === 'recovery') return person.codes.includes(code)
  const isShownTwice = person.resetAt !== null && now < person.resetAt + LIMITS.reset
  if (way === 'email' && isShownTwice) return false
  return factor !== null && counting(person).includes(factor)
}

/** Does this kind of proof do for a change of what protects the account? */
function isEnoughBy(person: Person, by: Shown['by']): boolean {
  if (!isProtected(person)) return by === 'password'
  if (by === 'recovery') return true
  if (!counting(person).some(({ kind }) => kind === by)) return false
  return strongOnes(person).length === 0 || by === 'passkey' || by === 'totp'
}

/** Is this enough to be shown now, for a change of what protects the account? */
export function isEnough(person: Person, { way, factor, code }: Means): boolean {
  if (!isEnoughBy(person, way)) return false
  return way === 'recovery'
    ? person.codes.includes(code)
    : factor !== null && counting(person).includes(factor)
}

/** Was enough shown in this session not long ago, so that nothing is asked for the change? */
export function isFresh(person: Person, session: Session, change: Change, now: number): boolean {
  if (asksAnew(person, change)) return false
  // What opened the session does not give the account a lock of somebody else's.
  const since = isProtected(person) ? -Infinity : session.since
  return session.shown.some(
    ({ by, at }) => isEnoughBy(person, by) && at > since && now - at < LIMITS.fresh,
  )
}

/** What weakens the account is asked for anew, however lately something was shown. */
export function asksAnew(person: Person, change: Change): boolean {
  if (change.what === 'off' || change.what === 'codes') return true
  const isOnly = (all: readonly Factor[]) =>
    change.what === 'remove' && all.length === 1 && all[0] === change.factor
  const strong = strongOnes(person)
  return isOnly(strong) || isOnly(strong.filter(({ isOff }) => !isOff))
}

/** Can it be done at all, whoever asks? */
export function isPossible(person: Person, change: Change): boolean {
  const { allowed, factors } = person
  switch (change.what) {
    case 'add': {
      const has = factors.filter(({ kind }) => kind === change.kind).length
      return allowed.includes(change.kind) && has < LIMITS.most[change.kind]
    }
    case 'remove':
      return factors.includes(change.factor) && !isLast(person, change.factor)
    case 'bind':
      return (
        factors.includes(change.factor) &&
        change.factor.isOff &&
        allowed.includes(change.factor.kind)
      )
    case 'off':
    case 'codes':
      return isProtected(person)
  }
}

/** Would nothing be left that lets in, beside recovery codes? */
function isLast(person: Person, factor: Factor): boolean {
  const left = (all: readonly Factor[]) => all.filter((each) => each !== factor).length
  if (left(person.factors) === 0) return true
  return counting(person).includes(factor) && left(counting(person)) === 0
}

export const isTrusted = ({ trust }: Pick<Browser, 'trust'>, now: number): boolean =>
  trust !== null && now < trust.since + LIMITS.remembered && now < trust.seenAt + LIMITS.unused

export const isAlive = ({ since, visitedAt }: Session, now: number): boolean =>
  now < since + LIMITS.session && now < visitedAt + LIMITS.idle

/** Its idle limit may have been moved on or not, which happens once a minute at most. */
export const isUnsure = ({ visitedAt }: Session, now: number): boolean =>
  now >= visitedAt + LIMITS.idle - 3 * MINUTE

/** What the person has at hand: what does first, for a change or to sign in, then what does not. */
export function meansOf(person: Person, now: number, purpose: 'change' | 'sign-in'): Means[] {
  const { factors, gone, codes, dead, hasPaper, hasMailbox } = person
  // There is but one mailbox, however often it was set up.
  const old = gone.filter(({ kind }) => kind !== 'email').slice(-2)
  const held = [...factors, ...old].filter(({ kind, isHeld }) =>
    kind === 'email' ? hasMailbox : isHeld,
  )
  const all: Means[] = held.map((factor) => ({ way: factor.kind, factor, code: '' }))
  const written = hasPaper ? [codes[0], dead.at(-1)] : []
  for (const code of written)
    if (code !== undefined) all.push({ way: 'recovery', factor: null, code })
  const does = (means: Means): boolean =>
    purpose === 'change' ? isEnough(person, means) : works(person, means, now)
  return [...all.filter(does), ...all.filter((means) => !does(means))]
}

/** What the page offers at the second step in a new browser: what to show first, and the rest. */
export function waysOf(person: Person, now: number): Way[] {
  const counts = (kind: Kind) =>
    counting(person).some(
      (factor) => factor.kind === kind && works(person, { way: kind, factor, code: '' }, now),
    )
  const ways = kinds.filter(counts)
  const first = ways.find((kind) => kind === person.preferred)
  return [...(first ? [first] : []), ...ways.filter((kind) => kind !== first), 'recovery']
}

/** What would let in if the phone were lost: with it go the apps, and passkeys there is no copy of. */
export function waysWithoutPhone(person: Person): Way[] {
  const left = counting(person).filter(
    ({ kind, isSynced }) => kind === 'email' || (kind === 'passkey' && isSynced),
  )
  const ways: Way[] = kinds.filter((kind) => left.some((factor) => factor.kind === kind))
  return person.codes.length > 0 ? [...ways, 'recovery'] : ways
}

export function judgementOf(person: Person) {
  const all = counting(person)
  const strong = all.filter(({ kind }) => isStrong(kind)).length
  if (!isProtected(person)) return 'off'
  if (all.length === 0) return 'only_codes'
  if (strong === 0) return 'only_email'
  if (strong < all.length) return 'email_too'
  return strong === 1 ? 'one_strong' : 'strong'
}
