import { beginImport, findImport } from '../../store/imports.ts'
import { has } from '../privileges.ts'
import type { Doing } from './deed.ts'

/** A process takes it up a moment later. */
export const importAccounts: Doing<'import'> = async ({ db, now }, { account }, { id }) => {
  const found = await findImport(db, id)
  if (!found || found.accountId !== account.id || !has(account, 'manage'))
    return { refused: 'attempt_over' }
  return (await beginImport(db, id, now))
    ? { done: 'import_begun' }
    : { refused: 'changed_meanwhile' }
}
