import type { App } from '../app.ts'
import type { Proof } from '../factors/factor.ts'
import { normalizePassword } from '../lib/password-rules.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { provePasswordAgain } from '../sign-in/password.ts'
import type { Visit } from '../sign-in/visit.ts'
import { findAccount } from '../store/accounts.ts'
import type { SignedIn } from '../store/sessions.ts'
import type { FieldCode } from './new-account.ts'
import { newPasswordProblem } from './new-password.ts'
import { whenSure, type Sure } from './step-up.ts'

type Typed = { readonly current: string; readonly next: string }

/** What is wrong with which field. */
export type PasswordProblems = Readonly<Partial<Record<keyof Typed, FieldCode>>>

/**
 * A person changes their password, and shows the present one for it. Where there is a second step,
 * that must have been shown a moment ago too: else the change waits until it is.
 */
export async function changePassword(
  app: App,
  visit: Visit,
  session: SignedIn,
  { current, next }: Typed,
): Promise<Sure | { readonly problems: PasswordProblems } | Refusal> {
  const account = await findAccount(app.db, session.accountId)
  if (!account) return { refused: 'attempt_over' }
  const wrong = newPasswordProblem(app, account, next)
  if (wrong) return { problems: { next: wrong } }
  // Two things that were typed: whether either is right is not told by this.
  if (normalizePassword(current) === normalizePassword(next))
    return { problems: { next: 'password_same' } }

  return provePasswordAgain(
    app,
    visit,
    session,
    account,
    current,
    (change, mine, nextHash) => {
      const { passwordHash: replaces } = mine
      const deed = { kind: 'password', passwordHash: nextHash!, replaces } as const
      const just: Proof = { by: 'password', shows: ['knows'], at: change.now }
      return whenSure(change, mine, session, deed, '/account/security', { just: [just] })
    },
    next,
  )
}
