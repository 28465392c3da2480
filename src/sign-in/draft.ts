import { kinds } from '../factors/all.ts'
import type { Attempt } from '../store/attempts.ts'

/** Which factor is being set up in an attempt; `null`: none. Pure. */
export const kindIn = (draft: Attempt['draft']): (typeof kinds)[number] | null =>
  kinds.find((kind) => draft?.[kind] !== undefined) ?? null

/** Is a factor being set up on the way in? Then nothing is asked but what that is proven by. Pure. */
export const isDrafting = ({ purpose, draft }: Pick<Attempt, 'purpose' | 'draft'>): boolean =>
  purpose === 'sign-in' && kindIn(draft) !== null

/**
 * A sign-in as it is looked at by whatever asks for, and checks, the factor that is being set up in it.
 * It is kept as a sign-in all the while, and so it stays for the rules. Pure.
 */
export const asSetUp = (attempt: Attempt): Attempt => ({ ...attempt, purpose: 'set-up' })

/** As it is kept. Pure. */
export const asKept = (attempt: Attempt): Attempt =>
  attempt.purpose === 'set-up' ? { ...attempt, purpose: 'sign-in' } : attempt

/** What is left of a draft when nothing is being set up any more: whether to remember, what was put off. */
export function withoutFactor(draft: Attempt['draft']): NonNullable<Attempt['draft']> {
  const { later, remember, made } = draft ?? {}
  return {
    ...(later === true && { later }),
    ...(remember === true && { remember }),
    ...(made !== undefined && { made }),
  }
}

/** Does the person wish this device to be remembered, as they said when they were asked? Pure. */
export const wishesToRemember = ({ draft }: Pick<Attempt, 'draft'>): boolean =>
  draft?.['remember'] === true
