import type { App } from '../../app.ts'
import type { Refusal } from '../../sign-in/attempt.ts'
import { change } from '../../sign-in/change.ts'
import type { Visit } from '../../sign-in/visit.ts'
import { holdAccount } from '../../store/accounts.ts'
import { deleteImport, type Import } from '../../store/imports.ts'
import type { SignedIn } from '../../store/sessions.ts'
import { whenSure, type Sure } from '../step-up.ts'

export const importPath = (id: string): string => `/users/import/file?id=${id}`

/** Has it done what was shown, once it is sure who asks. */
export const askImport = (
  app: App,
  visit: Visit,
  session: SignedIn,
  id: string,
): Promise<Sure | Refusal> =>
  change(app, visit, async (change): Promise<Sure | Refusal> => {
    const account = await holdAccount(change.db, session.accountId)
    if (!account) return { refused: 'attempt_over' }
    return whenSure(change, account, session, { kind: 'import', id }, importPath(id))
  })

/** It is gone, with its lines. Not while it is being done: then it is false. */
export async function dropImport(app: App, found: Import): Promise<boolean> {
  if (found.begunAt !== null && found.endedAt === null && found.stopped === null) return false
  await deleteImport(app.db, found.id)
  return true
}
