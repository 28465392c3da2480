import { maskEmail } from '../../lib/email.ts'
import { longestLifetimeOf, type Refusal } from '../../sign-in/attempt.ts'
import type { Change } from '../../sign-in/change.ts'
import { findAccountByLogin, type Account } from '../../store/accounts.ts'
import { endAttemptsOf } from '../../store/attempts.ts'
import { endLinksOf } from '../../store/links.ts'
import { rewriteAccount } from '../../store/users.ts'
import type { Outcome } from '../deeds/deed.ts'
import { stopWaiting } from '../stop-change.ts'
import type { By } from './do-user-change.ts'
import { noteDone, tellDone } from './told.ts'
import type { UserChange } from './user-change.ts'

type Rewritten = Extract<UserChange, { readonly what: 'profile' }>['user']

/**
 * Another address counts at once, and is not proven: codes by e-mail go where they were proven to arrive, until
 * the person proves the new one. Both addresses are told.
 */
export async function rewriteProfile(
  change: Change,
  by: By,
  target: Account,
  { email, login, name, country, language }: Rewritten,
): Promise<Outcome | Refusal> {
  const { db } = change
  const done = { done: 'user_changed' } as const
  const holder = login === target.login ? null : await findAccountByLogin(db, login)
  if (holder) return { refused: 'login_taken' }
  // Another spelling of it is the same address.
  const isNew = login !== target.login
  const before = [target.email, target.name, target.country, target.language]
  if (String(before) === String([email, name, country, language])) return done

  const emailProvenAt = isNew ? null : target.emailProvenAt
  await rewriteAccount(db, target.id, { email, login, name, country, language, emailProvenAt })
  if (isNew) await endWhatWentThere(change, target.id)
  const moved = isNew ? { from: maskEmail(target.email), to: maskEmail(email) } : {}
  await noteDone(change, by, target, 'account_changed', { what: 'profile', ...moved })
  await tellDone(change, by, target, 'profile')
  const after = { ...target, name, language }
  if (isNew) await tellDone(change, by, after, 'profile', { recipient: email })
  return done
}

/** Links and codes that are on their way to the address before. */
async function endWhatWentThere(change: Change, accountId: string): Promise<void> {
  const { app, db, now } = change
  await endAttemptsOf(db, accountId, longestLifetimeOf(app), now)
  await endLinksOf(db, accountId, now)
  await stopWaiting(change, accountId, 'administrator')
}
