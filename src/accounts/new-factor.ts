import type { FactorKind } from '../factors/factor.ts'
import { factorOf } from '../factors/all.ts'
import { makerOf } from '../factors/passkey.ts'
import { sentTo } from '../factors/sent-code.ts'
import { maskEmail } from '../lib/email.ts'
import { maskPhone } from '../lib/phone.ts'
import { newId } from '../lib/random.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import type { Change } from '../sign-in/change.ts'
import { replacePhone, type Account } from '../store/accounts.ts'
import { proveEmail } from '../store/users.ts'
import { findEnrolment, insertEnrolment } from '../store/enrolments.ts'

/** Writes a factor down that was just proven. In a transaction that holds the account. */
export async function insertFactor(
  { app, db, now }: Change,
  account: Account,
  kind: FactorKind,
  state: unknown,
  typed: string,
  attemptId: string | null = null,
): Promise<Refusal | null> {
  const handle = factorOf(kind).handleOf?.(state) ?? null
  if (handle !== null && (await findEnrolment(db, handle))) return { refused: 'factor_taken' }
  const name = nameFor(account, kind, state, typed)
  const id = newId(app.random, now)
  await insertEnrolment(db, {
    id,
    accountId: account.id,
    kind,
    name,
    state,
    createdAt: now,
    handle,
    attemptId,
  })
  if (kind === 'email' && sentTo(state) === account.email) await proveEmail(db, account.id, now)
  if (kind === 'sms') await replacePhone(db, account.id, sentTo(state))
  return null
}

/** What it is called from the start. */
export function nameFor(
  { email }: Pick<Account, 'email'>,
  kind: FactorKind,
  state: unknown,
  typed: string,
): string {
  if (kind === 'email') return maskEmail(email)
  if (kind === 'sms') return maskPhone(sentTo(state))
  return typed === '' && kind === 'passkey' ? (makerOf(state) ?? '') : typed
}
