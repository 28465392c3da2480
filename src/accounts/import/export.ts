import type { App } from '../../app.ts'
import { BYTE_ORDER_MARK, csvLine } from '../../lib/csv.ts'
import { exportedAccounts, type ExportedAccount } from '../../store/exported-accounts.ts'
import { change, note } from '../../sign-in/change.ts'
import type { Visit } from '../../sign-in/visit.ts'
import type { SignedIn } from '../../store/sessions.ts'
import { scopeOf, type Actor } from '../privileges.ts'
import { needed, onlyExported, optional } from './read-line.ts'

const columns = [...needed, ...optional, ...onlyExported] as const

/**
 * The accounts that somebody looks after as a table, line by line; an import reads the same columns. Nothing
 * secret is in it.
 */
export async function* exportAccounts(app: App, by: Actor): AsyncGenerator<string, void> {
  yield BYTE_ORDER_MARK + csvLine(columns)
  for await (const account of exportedAccounts(app.db, scopeOf(by))) {
    const cells = cellsOf(account)
    yield csvLine(columns.map((column) => cells[column]))
  }
}

/** Pure. */
const cellsOf = (account: ExportedAccount): Record<(typeof columns)[number], string> => ({
  login: account.email,
  name: account.name,
  country: account.country,
  language: account.language,
  phone: account.wantedPhone ?? account.phone ?? '',
  privilege: account.privilege ?? 'none',
  main: account.main ?? '',
  login_code: account.wantedCode ?? 'off',
  id: account.id,
  state: stateOf(account),
  factors: account.kinds.join(' '),
  created: timeOf(account.createdAt),
  last_seen: timeOf(account.lastSeenAt),
})

const stateOf = ({ disabledAt, passwordHash }: ExportedAccount): string => {
  if (disabledAt !== null) return 'disabled'
  return passwordHash === '' ? 'invited' : 'active'
}

const timeOf = (at: number | null): string => (at === null ? '' : new Date(at).toISOString())

/** That somebody takes all of it along is an event. */
export const noteExport = (app: App, visit: Visit, { accountId }: SignedIn): Promise<void> =>
  change(app, visit, (change) => note(change, 'accounts_exported', { accountId }))
