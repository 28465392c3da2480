import type { App } from '../app.ts'
import { newToken, sha256 } from '../lib/random.ts'
import { change, note, undo, type Change } from '../sign-in/change.ts'
import type { Visit } from '../sign-in/visit.ts'
import { holdAccount, insertAccount, type Account } from '../store/accounts.ts'
import { isSetUp, spendSetUp } from '../store/installation.ts'
import { insertLink, isLinkAlive, spendLink } from '../store/links.ts'
import { readAccount, type Problems, type Typed } from './new-account.ts'

const LIFETIME = 60 * 60_000

export type SetUp =
  | { readonly account: Account }
  | { readonly problems: Problems }
  | { readonly refused: 'setup_link_dead' | 'not_set_up' | 'no_such_main' | 'busy' }

/** A link that makes the first account: 256 bits, one hour, once. Gives its token. */
export async function openSetUp(app: App): Promise<string> {
  const token = newToken(app.random)
  const now = app.now()
  const expiresAt = now + LIFETIME
  await insertLink(app.db, {
    tokenHash: sha256(token),
    purpose: 'setup',
    createdAt: now,
    expiresAt,
    accountId: null,
    about: null,
  })
  return token
}

export const isSetUpLinkAlive = async (app: App, token: string): Promise<boolean> =>
  !(await isSetUp(app.db)) && (await isLinkAlive(app.db, 'setup', sha256(token), app.now()))

/**
 * Makes the first account, which may do everything, once, however many links are about. Without a
 * token it is the operator at the machine who asks.
 */
export async function setUp(
  app: App,
  visit: Visit,
  token: string | null,
  typed: Typed,
): Promise<SetUp> {
  if (token !== null && !(await isSetUpLinkAlive(app, token))) return { refused: 'setup_link_dead' }
  const read = await readAccount(app, typed, 'operator')
  if (read === null) return { refused: 'busy' }
  if ('problems' in read) return read

  return change(app, visit, async (change): Promise<SetUp> => {
    const { db, now } = change
    const dead = { refused: 'setup_link_dead' } as const
    if (token !== null && !(await spendLink(db, 'setup', sha256(token), now))) return dead
    if (!(await spendSetUp(db, now))) return undo(dead)
    // What can still be corrected must not cost the link.
    const made = await add(change, read.account, 'set_up')
    return 'account' in made ? made : undo(made)
  })
}

/** Whose an account is (the id of its main account), and what it may do to others. */
export type Owned = Pick<Account, 'mainId' | 'privilege'>

/** One more account, made by the operator at the machine, once there is a first one. */
export async function addAccount(
  app: App,
  visit: Visit,
  typed: Typed,
  { mainId, privilege }: Owned = { mainId: null, privilege: null },
): Promise<SetUp> {
  if (!(await isSetUp(app.db))) return { refused: 'not_set_up' }
  const read = await readAccount(app, typed, privilege)
  if (read === null) return { refused: 'busy' }
  if ('problems' in read) return read
  return change(app, visit, async (change): Promise<SetUp> => {
    // It must not be deleted while it gets one more.
    const main = mainId === null ? null : await holdAccount(change.db, mainId)
    if (mainId !== null && main?.mainId !== null) return { refused: 'no_such_main' }
    return add(change, { ...read.account, mainId }, 'account_added')
  })
}

async function add(
  change: Change,
  account: Account,
  kind: 'set_up' | 'account_added',
): Promise<SetUp> {
  if (!(await insertAccount(change.db, account))) return { problems: { email: 'taken' } }
  await note(change, kind, { accountId: account.id })
  return { account }
}
