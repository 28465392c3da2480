import { longestLifetimeOf } from '../../sign-in/attempt.ts'
import { note, tell, type Change } from '../../sign-in/change.ts'
import { endSessionsOf } from '../../store/account-sessions.ts'
import { endAttemptsOf } from '../../store/attempts.ts'
import { forgetDevices } from '../../store/devices.ts'
import { deleteThese, writeLoginCode, type CodeUser } from '../../store/login-codes.ts'
import type { By } from './do-user-change.ts'
import type { Plan } from './judge-login-code.ts'
import { whoOf } from './told.ts'

/** Writes it for one account, and tells its person. In a transaction that holds it. */
export async function writePlan(
  change: Change,
  by: By,
  { account, enrolled }: CodeUser,
  plan: Plan,
): Promise<void> {
  const { db, now } = change
  const who = whoOf(by)
  await writeLoginCode(db, account.id, {
    wantedCode: plan.code,
    wantedPhone: plan.phone,
    wantedAt: plan.isAsked ? now : null,
    bothSince: plan.isBoth ? (account.bothSince ?? now) : null,
  })
  await takeThese(change, account.id, plan.taken, who)
  const isBare = enrolled.length > 0 && enrolled.every(({ id }) => plan.taken.includes(id))
  if (isBare) await note(change, 'unprotected', { accountId: account.id, detail: who })
  const detail = { code: plan.code ?? 'off', ...who }
  await note(change, 'login_code_set', { accountId: account.id, detail })
  await tell(change, account, { kind: 'account_changed', what: 'login_code', login: by.login })
}

/**
 * These let nobody in any more, and with them ends what they may have opened: the trust in devices, and
 * every session and what is under way, but for those to keep. Gives what was taken away.
 */
export async function takeThese(
  { app, db, now, ...rest }: Change,
  accountId: string,
  ids: readonly string[],
  detail: Readonly<Record<string, string>>,
  keep: { readonly sessionId?: string | null; readonly attemptId?: string | null } = {},
): Promise<readonly { readonly kind: string; readonly name: string }[]> {
  const taken = await deleteThese(db, accountId, ids)
  if (taken.length === 0) return taken
  await endAttemptsOf(db, accountId, longestLifetimeOf(app), now, keep.attemptId ?? null)
  await forgetDevices(db, accountId, 0, now)
  await endSessionsOf(db, accountId, now, keep.sessionId ?? null)
  for (const { kind, name } of taken.filter((each) => each.kind !== 'recovery'))
    await note({ app, db, now, ...rest }, 'factor_removed', {
      accountId,
      detail: { by: kind, name, ...detail },
    })
  return taken
}
