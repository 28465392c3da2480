import type { WhyStuck } from '../accounts/users/user-change.ts'
import { factorOf, kinds } from '../factors/all.ts'
import type { FactorKind } from '../factors/factor.ts'
import { sentTo } from '../factors/sent-code.ts'
import type { Account } from '../store/accounts.ts'
import type { Enrolment } from '../store/enrolments.ts'
import type { LoginCode } from '../store/tables.ts'
import type { Reached } from './reach.ts'

type Kind = (typeof kinds)[number]

/** By what a code goes out that is wanted so; nothing for an app. Pure. */
export function sentBy(code: LoginCode | null): readonly ('email' | 'sms')[] {
  switch (code) {
    case null:
    case 'app':
      return []
    case 'both':
      return ['email', 'sms']
    case 'email':
    case 'sms':
      return [code]
    default:
      return code satisfies never
  }
}

/** The kinds of which this takes any, or all of what is sent. Pure. */
export const kindsFor = (code: LoginCode): readonly Kind[] =>
  code === 'app' ? kinds.filter((kind) => factorOf(kind).isStrong) : sentBy(code)

/** Are these kinds what is wanted? Pure. */
export const fulfils = (code: LoginCode, own: readonly string[]): boolean =>
  code === 'app'
    ? kindsFor(code).some((kind) => own.includes(kind))
    : sentBy(code).every((kind) => own.includes(kind))

/** May what is wanted be used? Pure. */
export const mayBeWanted = (
  { factors }: { readonly factors: readonly FactorKind[] },
  code: LoginCode,
): boolean => fulfils(code, factors)

/** What of an account says whether a code gets to its person. */
export type Contact = Pick<Account, 'phone' | 'wantedPhone' | 'emailProvenAt'> & {
  readonly enrolled: readonly Pick<Enrolment, 'kind' | 'state'>[]
  /** Something that is set up lets in, other than recovery codes. */
  readonly hasOwn: boolean
}

/** The number that gets codes, or got them until it was guessed at. Pure. */
export function provenNumber(enrolled: Contact['enrolled']): string | null {
  const own = enrolled.find(({ kind }) => kind === 'sms')
  return own ? sentTo(own.state) : null
}

/** The number that codes are to go to: the one that is wanted, the one that gets them, the one that is known. Pure. */
export const numberFor = (contact: Omit<Contact, 'hasOwn'>): string | null =>
  contact.wantedPhone ?? provenNumber(contact.enrolled) ?? contact.phone

/** Why nobody can count on this person to get such a code; `null`: they do, or have another way in. Pure. */
export function whyStuck(contact: Contact, code: LoginCode, reached: Reached): WhyStuck | null {
  const by = sentBy(code)
  if (by.includes('sms')) {
    const to = numberFor(contact)
    if (to === null) return 'no_number'
    if (!reached.number(to)) return 'number_out_of_reach'
  }
  if (!by.includes('email')) return null
  if (!reached.mail) return 'address_unproven'
  const { emailProvenAt, enrolled, hasOwn } = contact
  const isProven = emailProvenAt !== null || enrolled.some(({ kind }) => kind === 'email')
  return isProven || hasOwn ? null : 'address_unproven'
}

type Wanted = Pick<Account, 'wantedCode' | 'wantedPhone' | 'wantedAt'>

/** Is something wanted that cannot be counted on yet, so that nobody is asked for it? Pure. */
export const isWaiting = (
  { wantedCode, wantedPhone, wantedAt }: Wanted,
  own: readonly string[],
): boolean =>
  wantedCode !== null && wantedAt === null && !(wantedPhone === null && fulfils(wantedCode, own))
