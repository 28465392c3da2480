import { factorOf, type kinds } from '../../factors/all.ts'
import { asciiDigits } from '../../lib/code-input.ts'
import type { PolicyRules } from '../../sign-in/policy.ts'

/** The form as it was typed. Boxes are `yes` or not there; '' is what nothing was said about. */
export type TypedPolicy = {
  readonly protection: string
  /** A day, `2026-12-01`. */
  readonly requiredFrom: string
  readonly measure?: string | undefined
  readonly strongOperator?: string | undefined
  readonly strongManage?: string | undefined
  readonly strongSupport?: string | undefined
  readonly usePasskey?: string | undefined
  readonly useTotp?: string | undefined
  readonly useSms?: string | undefined
  readonly useEmail?: string | undefined
  readonly rememberDays: string
  readonly idleMinutes: string
  readonly sessionHours: string
  readonly caseKnownHours: string
  readonly caseHours: string
  /** It was said once that people with privileges had better have an app or a passkey. */
  readonly advised?: string | undefined
}

export type PolicyProblem = 'wrong_value' | 'not_number' | 'bad_day' | 'no_factor' | 'no_strong'

type Problems = Readonly<Partial<Record<keyof TypedPolicy, PolicyProblem>>>
type Kind = (typeof kinds)[number]

/** What is given: the kinds that may be used here, and what holds until now. */
type Given = {
  readonly kinds: readonly Kind[]
  readonly before: PolicyRules
  readonly isInstallation: boolean
  readonly now: number
}

export const bounds = {
  rememberDays: [0, 30],
  idleMinutes: [1, 60],
  sessionHours: [1, 24],
  caseKnownHours: [0, 168],
  caseHours: [1, 720],
} as const

type Bounded = keyof typeof bounds

/**
 * Rules from the form, or what is wrong with it by field. Where protection is required for the first time,
 * an app or a passkey is required of those with much to say, unless that was advised and left out
 * (`advises`: it was added). Pure.
 */
export function readPolicy(
  typed: TypedPolicy,
  { kinds: given, before, isInstallation, now }: Given,
): { readonly rules: PolicyRules; readonly advises: boolean } | { readonly problems: Problems } {
  const problems: Partial<Record<keyof TypedPolicy, PolicyProblem>> = {}
  const protection = (['off', 'offered', 'required'] as const).find(
    (each) => each === typed.protection,
  )
  if (!protection) problems.protection = 'wrong_value'
  const from = dayIn(typed.requiredFrom)
  if (from === undefined) problems.requiredFrom = 'bad_day'
  const numbers = Object.fromEntries(
    (Object.keys(bounds) as Bounded[]).map((name) => {
      const number = numberIn(typed[name], bounds[name])
      if (number === undefined) problems[name] = 'not_number'
      return [name, number ?? null]
    }),
  ) as Record<Bounded, number | null>
  const chosen = given.filter((kind) => typed[useFields[kind]] === 'yes')
  if (chosen.length === 0) problems.usePasskey = 'no_factor'

  const ticked = (['operator', 'manage', 'support'] as const).filter(
    (privilege) =>
      typed[strongFields[privilege]] === 'yes' && (isInstallation || privilege !== 'operator'),
  )
  const isFirst = protection === 'required' && before.protection !== 'required'
  const isStrong = (kind: Kind): boolean => factorOf(kind).isStrong
  const advises = isFirst && typed.advised !== 'yes' && ticked.length === 0 && chosen.some(isStrong)
  const strongFor = advises ? advice(isInstallation) : ticked
  if (strongFor.length > 0 && chosen.length > 0 && !chosen.some(isStrong))
    problems.strongManage = 'no_strong'
  if (Object.keys(problems).length > 0) return { problems }
  const rules: PolicyRules = {
    protection: protection!,
    requiredFrom: protection === 'required' ? (from ?? null) : null,
    strongFor: [...strongFor],
    factors: chosen.length === given.length ? null : chosen,
    ...numbers,
    shadowSince: typed.measure === 'yes' ? (before.shadowSince ?? now) : null,
  }
  return { rules, advises }
}

const strongFields = {
  operator: 'strongOperator',
  manage: 'strongManage',
  support: 'strongSupport',
} as const

/** What may be used, by the boxes for it. */
const useFields = {
  passkey: 'usePasskey',
  totp: 'useTotp',
  sms: 'useSms',
  email: 'useEmail',
} as const

/** Who had better have an app or a passkey. Pure. */
export const advice = (isInstallation: boolean): readonly ('operator' | 'manage')[] =>
  isInstallation ? ['operator', 'manage'] : ['manage']

/** The form that says so. Pure. */
export function typedFrom(rules: PolicyRules, given: readonly Kind[]): TypedPolicy {
  const { factors, strongFor } = rules
  const box = (isTicked: boolean) => (isTicked ? 'yes' : undefined)
  const number = (value: number | null) => (value === null ? '' : String(value))
  const may = (kind: Kind) =>
    box(given.includes(kind) && (factors === null || factors.includes(kind)))
  return {
    protection: rules.protection,
    requiredFrom: rules.requiredFrom === null ? '' : dayText(rules.requiredFrom),
    measure: box(rules.shadowSince !== null),
    strongOperator: box(strongFor.includes('operator')),
    strongManage: box(strongFor.includes('manage')),
    strongSupport: box(strongFor.includes('support')),
    usePasskey: may('passkey'),
    useTotp: may('totp'),
    useSms: may('sms'),
    useEmail: may('email'),
    rememberDays: number(rules.rememberDays),
    idleMinutes: number(rules.idleMinutes),
    sessionHours: number(rules.sessionHours),
    caseKnownHours: number(rules.caseKnownHours),
    caseHours: number(rules.caseHours),
    advised: undefined,
  }
}

const dayText = (time: number): string => new Date(time).toISOString().slice(0, 10)

/** The beginning of a day in UTC; `null` where none is typed; `undefined` where there is no such day. */
function dayIn(typed: string): number | null | undefined {
  const text = asciiDigits(typed.trim())
  if (text === '') return null
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined
  const time = Date.parse(`${text}T00:00:00Z`)
  return Number.isNaN(time) || time < 0 || dayText(time) !== text ? undefined : time
}

function numberIn(typed: string, [least, most]: readonly [number, number]) {
  const text = asciiDigits(typed.trim())
  if (text === '') return null
  const number = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN
  return number >= least && number <= most ? number : undefined
}
