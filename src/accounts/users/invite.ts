import { newToken, sha256 } from '../../lib/random.ts'
import type { Refusal } from '../../sign-in/attempt.ts'
import { tell, type Change } from '../../sign-in/change.ts'
import { hold } from '../../sign-in/limits.ts'
import { invitations } from '../../sign-in/rules.ts'
import type { Account } from '../../store/accounts.ts'
import { endLinksOf, insertLink } from '../../store/links.ts'
import { markInvited } from '../../store/users.ts'
import type { Outcome } from '../deeds/deed.ts'
import type { By } from './do-user-change.ts'
import { noteDone } from './told.ts'

/** How long an invitation lives. */
const LIFETIME = 72 * 60 * 60_000

/** Mails a link that sets the first password. Those before it end. */
export async function invite(change: Change, by: By, target: Account): Promise<Outcome | Refusal> {
  const { app, db, now } = change
  // A link that replaces a password is for its owner to ask for.
  if (target.passwordHash !== '') return { refused: 'has_password' }
  if (target.disabledAt !== null) return { refused: 'changed_meanwhile' }
  const limit = invitations(target.id)
  const held = await hold(db, [limit], now)
  if (held.wait > 0) return { refused: 'slow_down', wait: held.wait }
  await held.count([limit])

  await endLinksOf(db, target.id, now, 'invite')
  const token = newToken(app.random)
  const expiresAt = now + LIFETIME
  await insertLink(db, {
    tokenHash: sha256(token),
    purpose: 'invite',
    createdAt: now,
    expiresAt,
    accountId: target.id,
    about: null,
  })
  await markInvited(db, target.id, now)
  await noteDone(change, by, target, 'account_invited')
  const until = new Date(expiresAt).toISOString()
  const notice = { kind: 'invitation', token, until, login: by.login } as const
  await tell(change, target, notice, { until: expiresAt })
  return { done: 'user_invited' }
}
