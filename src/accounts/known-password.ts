import type { App } from '../app.ts'
import { normalizePassword } from '../lib/password-rules.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { change, note, undo } from '../sign-in/change.ts'
import { finish, stepOf, type SignIn } from '../sign-in/finish.ts'
import { hold } from '../sign-in/limits.ts'
import { requests } from '../sign-in/rules.ts'
import type { Visit } from '../sign-in/visit.ts'
import { findAccount, holdAccount } from '../store/accounts.ts'
import { findAgain, type Attempt } from '../store/attempts.ts'
import type { FieldCode } from './new-account.ts'
import { newPasswordProblem, setPassword } from './new-password.ts'

/** Is a new password what is missing in this attempt, and nothing else? */
export const isNewPasswordDue = async (app: App, attempt: Attempt): Promise<boolean> =>
  (await stepOf({ app, db: app.db, now: app.now() }, attempt)).kind === 'new-password'

/**
 * The last step of a sign-in where others know the password: a new one takes its place, whoever came
 * in by the old one is out, and the attempt becomes a session.
 */
export async function replaceKnownPassword(
  app: App,
  visit: Visit,
  attempt: Attempt,
  password: string,
  remember: boolean,
): Promise<SignIn | { readonly problem: FieldCode } | Refusal> {
  const over = { refused: 'attempt_over' } as const
  const before = await findAccount(app.db, attempt.accountId)
  if (!before || !(await isNewPasswordDue(app, attempt))) return over
  const each = requests(app.config.limits, { address: visit.address })
  const { wait } = await hold(app.db, each, app.now())
  if (wait > 0) return { refused: 'slow_down', wait }

  const wrong = newPasswordProblem(app, before, password)
  if (wrong) return { problem: wrong }
  const normal = normalizePassword(password)
  const isSame = await app.passwords.matches(normal, before.passwordHash)
  const passwordHash = isSame === null ? null : await app.passwords.hash(normal)
  if (passwordHash === null) return { refused: 'busy' }

  return change(app, visit, async (change) => {
    const { db, now } = change
    const held = await hold(db, each, now)
    if (held.wait > 0) return { refused: 'slow_down', wait: held.wait }
    await held.count(each)
    if (isSame) return { problem: 'password_same' }
    await holdAccount(db, before.id)
    // As it is now: another request may have ended it, or gone this way already.
    const mine = await findAgain(db, attempt)
    if (!mine || (await stepOf(change, mine)).kind !== 'new-password') return over
    const next = { passwordHash, passwordResetAt: null }
    if (!(await setPassword(change, before, next, { attemptId: mine.id }))) return over
    await note(change, 'password_changed', { accountId: before.id, attemptId: mine.id })
    const end = await finish(change, mine, remember)
    return end.kind === 'signed-in' ? end : undo(over)
  })
}
