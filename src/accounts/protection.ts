import type { App } from '../app.ts'
import { factorOf, kinds as known } from '../factors/all.ts'
import type { FactorKind } from '../factors/factor.ts'
import { aboutPasskey } from '../factors/passkey.ts'
import { codesLeft } from '../factors/recovery.ts'
import { cardOf } from '../factors/totp.ts'
import { policyOf, type Policy } from '../sign-in/policy.ts'
import { isAllowed } from '../sign-in/standing.ts'
import { findAccount } from '../store/accounts.ts'
import { enrolmentsOf, type Enrolment } from '../store/enrolments.ts'

/** A factor that can be set up by itself, as its owner sees it. */
export type OwnFactor = {
  readonly id: string
  readonly kind: Exclude<FactorKind, 'recovery'>
  /** As the person calls it; '' when they do not. */
  readonly name: string
  readonly since: number
  readonly lastUsedAt: number | null
  /** Guessed at too often: it must be proven anew before it counts. */
  readonly isDisabled: boolean
  /** May be used here. */
  readonly isAllowed: boolean
  /** Of a passkey: is there a copy of it with whoever made it? */
  readonly isSynced: boolean
  /** Of an authenticator app: the number of the backup card. */
  readonly card: string | null
}

export type Protection = {
  readonly since: number
  readonly recoveryLeft: number
  readonly factors: readonly OwnFactor[]
  /** What the person wishes to be asked for first. */
  readonly preferred: string | null
  /** Codes go out by mail and by text message at once; `null` where only one of these lets in. */
  readonly isBoth: boolean | null
  readonly judgement: Judgement
  /** What would still let in if the phone were lost today. */
  readonly withoutPhone: readonly FactorKind[]
}

/** In plain words: how well is the account protected? */
export type Judgement =
  /** Nothing but recovery codes lets in. */
  | 'only_codes'
  /** Nothing but codes that are sent: to a mailbox, to a number, or to either. */
  | 'only_email'
  | 'only_sms'
  | 'only_sent'
  /** A strong factor, and such codes let in as well. */
  | 'email_too'
  | 'sms_too'
  | 'sent_too'
  /** One strong factor, and nothing beside it but recovery codes. */
  | 'one_strong'
  | 'strong'

/** How an account is protected; `null` when its password alone lets in. */
export async function protectionOf(app: App, accountId: string): Promise<Protection | null> {
  const enrolments = await enrolmentsOf(app.db, accountId)
  const [first] = enrolments
  if (!first) return null
  const account = await findAccount(app.db, accountId)
  const rules = account ? await policyOf(app, app.db, account, { skips: true }) : app.config
  // Not what a newer program has set up: it counts for nothing here.
  const factors = enrolments
    .filter(({ kind }) => known.some((each) => each === kind))
    .map((each) => ownFactor(rules, each))
  const recovery = enrolments.find(({ kind }) => kind === 'recovery')
  const recoveryLeft = recovery ? codesLeft(recovery.state) : 0
  return {
    since: factors[0]?.since ?? first.createdAt,
    recoveryLeft,
    factors,
    preferred: account?.preferredFactor ?? null,
    isBoth: canBeBoth(factors) ? account !== null && account.bothSince !== null : null,
    judgement: judge(factors),
    withoutPhone: leftWithoutPhone(factors, recoveryLeft),
  }
}

function ownFactor(rules: Pick<Policy, 'factors'>, enrolment: Enrolment): OwnFactor {
  const { id, name, state, createdAt: since, lastUsedAt, disabledAt } = enrolment
  const kind = enrolment.kind as OwnFactor['kind']
  return {
    id,
    kind,
    name,
    since,
    lastUsedAt,
    isDisabled: disabledAt !== null,
    isAllowed: isAllowed(rules, kind),
    isSynced: kind === 'passkey' && aboutPasskey(state).isSynced,
    card: kind === 'totp' ? cardOf(state) : null,
  }
}

const usableOf = <F extends Pick<OwnFactor, 'isDisabled' | 'isAllowed'>>(
  factors: readonly F[],
): F[] => factors.filter(({ isDisabled, isAllowed: may }) => may && !isDisabled)

const canBeBoth = (factors: readonly OwnFactor[]): boolean => {
  const kinds = usableOf(factors).map(({ kind }) => kind)
  return kinds.includes('email') && kinds.includes('sms')
}

/** Pure. */
export function judge(
  factors: readonly Pick<OwnFactor, 'kind' | 'isDisabled' | 'isAllowed'>[],
): Judgement {
  const usable = usableOf(factors)
  const strong = usable.filter(({ kind }) => factorOf(kind).isStrong)
  if (usable.length === 0) return 'only_codes'
  const weak = new Set(usable.filter((each) => !strong.includes(each)).map(({ kind }) => kind))
  const sent = weak.size > 1 ? 'sent' : weak.has('sms') ? 'sms' : 'email'
  if (strong.length === 0) return `only_${sent}`
  if (weak.size > 0) return `${sent}_too`
  return strong.length === 1 ? 'one_strong' : 'strong'
}

/**
 * We do not know what is on which phone, so we take the worst: all apps, the number, and each passkey
 * of which there is no copy. A mailbox can be read elsewhere. Pure.
 */
export function leftWithoutPhone(
  factors: readonly Pick<OwnFactor, 'kind' | 'isDisabled' | 'isAllowed' | 'isSynced'>[],
  recoveryLeft: number,
): FactorKind[] {
  const left = usableOf(factors).filter(
    ({ kind, isSynced }) => kind === 'email' || (kind === 'passkey' && isSynced),
  )
  const kinds: FactorKind[] = [...new Set(left.map(({ kind }) => kind))]
  return recoveryLeft > 0 ? [...kinds, 'recovery'] : kinds
}
