import type { App } from '../app.ts'
import { normalizePassword } from '../lib/password-rules.ts'
import { sha256 } from '../lib/random.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { change, note, type Change } from '../sign-in/change.ts'
import { hold } from '../sign-in/limits.ts'
import { requests } from '../sign-in/rules.ts'
import type { Visit } from '../sign-in/visit.ts'
import { findAccount, holdAccount, replacePassword, type Account } from '../store/accounts.ts'
import { enrolmentsOf } from '../store/enrolments.ts'
import { endLinksOf, findLink, spendLink } from '../store/links.ts'
import { proveEmail } from '../store/users.ts'
import type { FieldCode } from './new-account.ts'
import { newPasswordProblem } from './new-password.ts'

/** Whose account this invitation opens, if it still does. Changes nothing: mail scanners look at every link. */
export async function invitedBy(app: App, token: string): Promise<Account | null> {
  const link = await findLink(app.db, 'invite', sha256(token), app.now())
  const account = link?.accountId ? await findAccount(app.db, link.accountId) : null
  return account && isWaiting(account) ? account : null
}

/** Nobody has set a password yet, and nobody has barred the account. */
const isWaiting = ({ passwordHash, disabledAt }: Account): boolean =>
  passwordHash === '' && disabledAt === null

type Accepted = { readonly login: string } | 'dead' | { readonly problem: FieldCode } | Refusal

/**
 * Sets the first password of an account, once. It signs nobody in: the sign-in asks whatever the policy does.
 * Who holds the link has read mail to the address.
 */
export async function acceptInvitation(
  app: App,
  visit: Visit,
  token: string,
  password: string,
): Promise<Accepted> {
  const before = await invitedBy(app, token)
  if (!before) return 'dead'
  const each = requests(app.config.limits, { address: visit.address })
  const { wait } = await hold(app.db, each, app.now())
  if (wait > 0) return { refused: 'slow_down', wait }
  const wrong = newPasswordProblem(app, before, password)
  if (wrong) return { problem: wrong }
  const passwordHash = await app.passwords.hash(normalizePassword(password))
  if (passwordHash === null) return { refused: 'busy' }

  return change(app, visit, async (change): Promise<Accepted> => {
    const { db, now } = change
    const held = await hold(db, each, now)
    if (held.wait > 0) return { refused: 'slow_down', wait: held.wait }
    await held.count(each)
    const account = await holdAccount(db, before.id)
    if (!account || !isWaiting(account)) return 'dead'
    if (!(await spendLink(db, 'invite', sha256(token), now))) return 'dead'
    return firstPassword(change, account, passwordHash)
  })
}

async function firstPassword(
  change: Change,
  account: Account,
  passwordHash: string,
): Promise<Accepted> {
  const { db, now } = change
  // What was set up before by others than the person: a code by mail shows the same mailbox once more.
  const isProtected = (await enrolmentsOf(db, account.id)).length > 0
  await replacePassword(db, account, { passwordHash, passwordResetAt: isProtected ? now : null })
  await proveEmail(db, account.id, now)
  await endLinksOf(db, account.id, now)
  await note(change, 'password_changed', { accountId: account.id, detail: { by: 'invitation' } })
  return { login: account.email }
}
