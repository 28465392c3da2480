import { dayIn, kindsAsked } from '../accounts/events/asked.ts'
import type { Search } from '../accounts/events/search.ts'
import { scopeOf, type Actor } from '../accounts/privileges.ts'
import type { App } from '../app.ts'
import { parseProxies } from '../lib/address.ts'
import { parseEmail } from '../lib/email.ts'
import type { EventsProblems, ShownSearch } from '../pages/events-search.ts'
import { findAccount, findAccountByLogin, mainOf } from '../store/accounts.ts'
import { Refused } from './refused.ts'

const DAY = 24 * 60 * 60 * 1000
const ID = /^[0-9a-f]{32}$/

type Read = { readonly search: Search } | { readonly problems: EventsProblems }

/** What somebody looks for, among what they may see. A kind that nobody of ours has named is no address. */
export async function searchBy(app: App, actor: Actor, said: ShownSearch): Promise<Read> {
  const main = scopeOf(actor)
  const kinds = said.kind === '' ? null : kindsAsked(said.kind)
  if (said.kind !== '' && (kinds === null || (main !== null && said.kind === 'alarms')))
    throw new Refused(404, 'not_found')
  const since = said.from === '' ? 0 : dayIn(said.from)
  const last = said.to === '' ? app.now() : dayIn(said.to)
  const from = said.address === '' ? null : parseProxies(said.address)
  const accountId = said.account === '' ? null : await idOf(app, main, said.account)
  const problems: EventsProblems = {
    ...(since === null && { from: 'bad_day' }),
    ...(last === null && { to: 'bad_day' }),
    ...(from && 'problem' in from && { address: 'bad_address' }),
    ...(accountId === undefined && { account: 'no_account' }),
  }
  if (since === null || last === null || accountId === undefined) return { problems }
  if (from && 'problem' in from) return { problems }
  return { search: { accountId, main, kinds, since, until: last + DAY, from } }
}

/** `undefined`: there is none, or it is not among those. Of a deleted one there is only its id. */
async function idOf(app: App, main: string | null, said: string): Promise<string | undefined> {
  const isId = ID.test(said)
  const login = parseEmail(said)?.canonical
  const account = isId
    ? await findAccount(app.db, said)
    : login && (await findAccountByLogin(app.db, login))
  if (!account) return isId ? said : undefined
  const isSeen = main === null || (mainOf(account) === main && account.privilege !== 'operator')
  return isSeen ? account.id : undefined
}
