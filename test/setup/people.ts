import { nothingWanted } from '../../src/accounts/new-account.ts'
import { parseEmail } from '../../src/lib/email.ts'
import { newId } from '../../src/lib/random.ts'
import { foldCase } from '../../src/lib/text.ts'
import { findAccountByLogin, insertAccount, type Account } from '../../src/store/accounts.ts'
import { ana, type World } from '../world.ts'

type Person = Partial<Omit<Account, 'mainId'>> & {
  readonly email: string
  /** The address of the main account that owns it. */
  readonly main?: string
}

/** Somebody who has an account with the password of all; how it was made is of no matter. Gives its id. */
export async function addPerson({ app }: World, { main, ...about }: Person): Promise<string> {
  const { passwordHash } = (await findAccountByLogin(app.db, ana.email))!
  const owner = main === undefined ? null : await findAccountByLogin(app.db, main)
  if (owner === null && main !== undefined) throw new Error(`there is no ${main}`)
  const id = newId(app.random, app.now())
  const name = about.name ?? about.email.split('@')[0]!
  const account: Account = {
    ...nothingWanted,
    id,
    login: parseEmail(about.email)!.canonical,
    name,
    nameFolded: foldCase(name),
    country: 'PT',
    language: 'en',
    phone: null,
    passwordHash,
    privilege: null,
    createdAt: app.now(),
    passwordResetAt: null,
    passwordKnownAt: null,
    preferredFactor: null,
    bothSince: null,
    mainId: owner?.id ?? null,
    ...about,
  }
  if (!(await insertAccount(app.db, account))) throw new Error(`${about.email} is there already`)
  return id
}

/**
 * A main account with its people: `mara` manages, `sam` is support, `uma` and `ugo` are users; and `otto`,
 * who is owned by another main account, `omar`. Beside Ana, who runs the installation.
 */
export async function addCompany(world: World): Promise<Record<(typeof names)[number], string>> {
  const main = 'main@example.com'
  const other = 'omar@example.org'
  const add = (email: string, about: Partial<Person> = {}) => addPerson(world, { email, ...about })
  return {
    main: await add(main, { privilege: 'manage' }),
    mara: await add('mara@example.com', { main, privilege: 'manage' }),
    sam: await add('sam@example.com', { main, privilege: 'support' }),
    uma: await add('uma@example.com', { main }),
    ugo: await add('ugo@example.com', { main }),
    omar: await add(other, { privilege: 'manage' }),
    otto: await add('otto@example.org', { main: other }),
  }
}

export const names = ['main', 'mara', 'sam', 'uma', 'ugo', 'omar', 'otto'] as const
