import type { FactorKind } from '../../factors/factor.ts'
import { factorOf } from '../../factors/all.ts'
import { sentTo } from '../../factors/sent-code.ts'
import { note, type Change } from '../../sign-in/change.ts'
import type { Account } from '../../store/accounts.ts'
import { deleteEnrolment, enrolmentsOf, type Enrolment } from '../../store/enrolments.ts'

/**
 * The person has proven a factor on an account for which an administrator wants one: once all that is wanted
 * is set up, it counts, and codes that are sent otherwise let in no more. In a transaction that holds the
 * account.
 */
export async function loginCodeProven(
  change: Change,
  account: Account,
  kind: FactorKind,
): Promise<void> {
  const { db, now } = change
  if (account.wantedAt === null || account.wantedCode === null) return
  const enrolments = await enrolmentsOf(db, account.id)
  if (!isAllThere(account, enrolments)) return
  const code = account.wantedCode
  const bothSince = code === 'both' ? (account.bothSince ?? now) : null
  await db
    .updateTable('accounts')
    .set({ wantedAt: null, bothSince })
    .where('id', '=', account.id)
    .where('wantedAt', '=', account.wantedAt)
    .execute()
  for (const each of enrolments) if (isLeftOver(code, each)) await deleteEnrolment(db, each)
  await note(change, 'login_code_proven', { accountId: account.id, detail: { by: kind } })
}

/** Is all that is wanted set up, and does it let in? Pure. */
function isAllThere({ wantedCode, wantedPhone }: Account, all: readonly Enrolment[]): boolean {
  const working = all.filter(({ disabledAt }) => disabledAt === null)
  const has = (wanted: 'email' | 'sms') =>
    working.some(
      ({ kind, state }) =>
        kind === wanted &&
        (kind !== 'sms' || wantedPhone === null || sentTo(state) === wantedPhone),
    )
  if (wantedCode === 'app') return working.some((each) => isStrong(each))
  return (wantedCode === 'sms' || has('email')) && (wantedCode === 'email' || has('sms'))
}

const isStrong = ({ kind }: Enrolment): boolean => kind !== 'recovery' && factorOf(kind).isStrong

const isLeftOver = (code: NonNullable<Account['wantedCode']>, { kind }: Enrolment): boolean =>
  code !== 'both' && (kind === 'email' || kind === 'sms') && kind !== code
