import type { App } from '../../app.ts'
import { parseEmail } from '../../lib/email.ts'
import { change, note } from '../../sign-in/change.ts'
import { noRules, rulesOrNull } from '../../sign-in/policy.ts'
import type { Visit } from '../../sign-in/visit.ts'
import { findAccountByLogin } from '../../store/accounts.ts'
import { deletePolicy, INSTALLATION } from '../../store/policies.ts'
import type { By } from '../users/do-user-change.ts'
import { limitLiving } from './limit-living.ts'
import { difference, tellOthers } from './set-policy.ts'

type NoReset = { readonly refused: 'no_account' | 'no_main' | 'no_policy' }

/**
 * Takes away the policy of a main account (by login) or the installation (`null`), for whoever may run commands
 * on the server: it may be one that cannot be read, or that lets nobody in who could change it.
 */
export async function resetPolicy(
  app: App,
  visit: Visit,
  by: By,
  login: string | null,
): Promise<'reset' | NoReset> {
  const main = login === null ? null : await accountOf(app, login)
  if (login !== null && !main) return { refused: 'no_account' }
  if (main && main.mainId !== null) return { refused: 'no_main' }
  const owner = main?.id ?? INSTALLATION
  return change(app, visit, async (change) => {
    const { db, now } = change
    const text = await deletePolicy(db, owner)
    if (text === null) return { refused: 'no_policy' }
    await limitLiving(app, db, owner, now)
    const before = rulesOrNull(text)
    const { from, to } = before ? difference(before, noRules) : { from: '{}', to: '{}' }
    const detail = { from, to, policy: main?.login ?? '', actor: by.id, login: by.login }
    await note(change, 'policy_changed', { accountId: main?.id ?? null, detail })
    await tellOthers(change, by, main)
    return 'reset'
  })
}

const accountOf = (app: App, login: string) =>
  findAccountByLogin(app.db, parseEmail(login)?.canonical ?? login)
