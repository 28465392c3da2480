import type { FactorKind } from '../../factors/factor.ts'
import { note, tell, type Change } from '../../sign-in/change.ts'
import { fulfils, provenNumber, sentBy } from '../../sign-in/login-code.ts'
import type { Account } from '../../store/accounts.ts'
import { codeUsers, writeLoginCode, type CodeUser } from '../../store/login-codes.ts'
import { notWanted } from './judge-login-code.ts'
import { takeThese } from './write-login-code.ts'

/** What goes on while the rest ends: the attempt in which it was proven, and the session that asked. */
type Kept = { readonly attemptId?: string; readonly sessionId?: string | null }

/**
 * A factor of this kind was just proven and written down: is it the last of what an administrator wants?
 * Then it counts from now on, and what is sent otherwise lets in no more. In a transaction that holds the
 * account.
 */
export async function loginCodeProven(
  change: Change,
  account: Pick<Account, 'id' | 'wantedCode'>,
  kind: FactorKind,
  kept: Kept = {},
): Promise<void> {
  const { db, now } = change
  if (account.wantedCode === null) return
  const [user] = await codeUsers(db, [account.id])
  const code = user?.account.wantedCode ?? null
  if (!user || code === null || !isJustProven(user, kind)) return
  const { id, bothSince } = user.account
  await writeLoginCode(db, id, {
    wantedCode: code,
    wantedPhone: null,
    wantedAt: null,
    bothSince: code === 'both' ? (bothSince ?? now) : null,
  })
  const { attemptId } = kept
  const about = { accountId: id, ...(attemptId && { attemptId }) }
  await note(change, 'login_code_proven', { ...about, detail: { code } })
  for (const { kind: by, name } of await takeThese(change, id, notWanted(user, code), {}, kept))
    if (by === 'email' || by === 'sms')
      await tell(
        change,
        user.account,
        { kind: 'factor_removed', by, called: name },
        attemptId ? { attemptId } : {},
      )
}

/** Is all of it there, and was it not before this one came? Pure. */
export function isJustProven({ account, enrolled }: CodeUser, kind: FactorKind): boolean {
  const { wantedCode: code, wantedPhone, wantedAt } = account
  if (code === null) return false
  const working = enrolled.filter(({ disabledAt }) => disabledAt === null)
  const newest = working.findLast((each) => each.kind === kind)
  const kindsOf = (all: typeof working) => all.map((each) => each.kind)
  const isOther =
    sentBy(code).includes('sms') && wantedPhone !== null && provenNumber(working) !== wantedPhone
  if (isOther || !fulfils(code, kindsOf(working))) return false
  const before = kindsOf(working.filter((each) => each !== newest))
  return wantedAt !== null || wantedPhone !== null || !fulfils(code, before)
}
