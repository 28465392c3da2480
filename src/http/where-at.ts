import { isDrafting, wishesToRemember } from '../sign-in/draft.ts'
import { stepOf } from '../sign-in/finish.ts'
import type { Step } from '../sign-in/next-step.ts'
import type { Attempt } from '../store/attempts.ts'
import type { Door } from './door.ts'

export const SECOND = '/sign-in/second'
export const NEW_PASSWORD = '/sign-in/password'
export const SET_UP = '/sign-in/set-up'
export const SET_UP_CODE = '/sign-in/set-up/code'
export const SET_UP_CODES = '/sign-in/set-up/codes'

/** The page where somebody goes on who is at this step of signing in. */
export function pathOf(step: Step['kind'], attempt: Attempt): string {
  switch (step) {
    case 'first':
    case 'ended':
      return '/sign-in'
    case 'second':
      return SECOND
    case 'set-up':
      if (attempt.draft?.['recovery'] !== undefined) return SET_UP_CODES
      return isDrafting(attempt) ? SET_UP_CODE : SET_UP
    // Nothing is missing any more: there they go on.
    case 'passed':
      return SET_UP
    case 'new-password':
      return wishesToRemember(attempt) ? `${NEW_PASSWORD}?remember=yes` : NEW_PASSWORD
    default:
      return step satisfies never
  }
}

/** What is missing in a sign-in now. */
export const stepNow = async ({ app }: Door, attempt: Attempt): Promise<Step['kind']> =>
  (await stepOf({ app, db: app.db, now: app.now() }, attempt)).kind
