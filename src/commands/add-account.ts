import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import type { Problems, Typed } from '../accounts/new-account.ts'
import { addAccount, type Owned, type SetUp } from '../accounts/set-up.ts'
import { readUser } from '../accounts/users/read-user.ts'
import type { App } from '../app.ts'
import type { Config } from '../config.ts'
import { noRoutes } from '../delivery/routes.ts'
import { parseEmail } from '../lib/email.ts'
import { openApp } from '../open-app.ts'
import { en } from '../pages/texts/en.ts'
import { findAccountByLogin } from '../store/accounts.ts'
import { isSetUp } from '../store/installation.ts'
import { atTheMachine, say, Stop } from './terminal.ts'
import { changeAtTheMachine, readPrivilege } from './users.ts'

const whyNot = {
  setup_link_dead: 'There is an account already. Nothing has changed.',
  not_set_up: 'There is no account yet: make the first one with `nightlatch setup`.',
  no_such_main: 'There is no such main account. Nothing has changed.',
  busy: 'Too many passwords are being hashed. Nothing has changed; try again.',
}

/** What is typed about a new account, and whose it is. */
export type Wanted = {
  readonly typed: Typed
  /** The login of the main account that owns it. */
  readonly main: string | null
  readonly privilege: Owned['privilege']
  /** A mail asks for the password. */
  readonly isInvited: boolean
}

/** `account add`: one more account, with a password from standard input, or by a mail that asks for one. */
export async function addCommand(config: Config, args: readonly string[]): Promise<void> {
  const wanted = await readWanted(config, args)
  // Messages are left to the server.
  const opened = await openApp(config, { routes: noRoutes })
  try {
    say(await addAtTheMachine(opened.app, wanted))
  } finally {
    await opened.close()
  }
}

/** Makes it, and gives what is to be said. Throws what there is to say where nothing is made. */
export async function addAtTheMachine(app: App, wanted: Wanted): Promise<string> {
  const { typed, main, privilege } = wanted
  if (!(await isSetUp(app.db))) throw new Stop(whyNot.not_set_up)
  const canonical = main === null ? null : (parseEmail(main)?.canonical ?? main)
  const owner = canonical === null ? null : await findAccountByLogin(app.db, canonical)
  if (canonical !== null && owner?.mainId !== null) throw new Stop(whyNot.no_such_main)
  const owned = { mainId: owner?.id ?? null, privilege }
  if (!wanted.isInvited) return saidOf(await addAccount(app, atTheMachine, typed, owned))

  const read = readUser(typed, owned)
  if ('problems' in read) return stopWith(read.problems)
  await changeAtTheMachine(app, { what: 'add', user: read.user, invite: true })
  return `The account ${read.user.email} is made, and an invitation is on its way.`
}

/** What is to be said of an account that was made, or was not. */
export function saidOf(result: SetUp): string {
  if ('refused' in result) throw new Stop(whyNot[result.refused])
  if ('problems' in result) return stopWith(result.problems)
  return `The account ${result.account.email} is made.`
}

function stopWith(problems: Problems): never {
  const lines = Object.entries(problems).map(([field, code]) => `  --${field}: ${en.fields[code]}`)
  throw new Stop(`No account was made:\n${lines.join('\n')}`, 2)
}

const option = { type: 'string' } as const

/** What both commands ask for. */
export const fields = {
  email: option,
  name: option,
  country: option,
  language: option,
  phone: option,
  'password-stdin': { type: 'boolean' },
} as const

type Values = Partial<Record<'email' | 'name' | 'country' | 'language' | 'phone', string>>

async function readWanted(config: Config, args: readonly string[]): Promise<Wanted> {
  const options = {
    ...fields,
    main: option,
    privilege: option,
    invite: { type: 'boolean' },
  } as const
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true })
    const isInvited = values.invite === true
    if (isInvited && values['password-stdin'])
      throw new Error('who is invited chooses the password: leave out --password-stdin')
    const privilege = readPrivilege(values.privilege ?? 'none')
    const password = isInvited ? '' : await readPassword(values['password-stdin'])
    const typed = { ...typedIn(config, values), password }
    return { typed, main: values.main ?? null, privilege, isInvited }
  } catch (error) {
    throw new Stop((error as Error).message, 2)
  }
}

export const typedIn = (config: Config, values: Values): Omit<Typed, 'password'> => ({
  email: values.email ?? '',
  name: values.name ?? '',
  country: values.country ?? '',
  language: values.language ?? config.defaultLanguage,
  phone: values.phone ?? '',
})

/** One line, as `echo` writes it; the line break is not part of it. */
export async function readPassword(isOnStdin: boolean | undefined): Promise<string> {
  if (!isOnStdin) throw new Error('give the password on standard input, with --password-stdin')
  return (await text(process.stdin)).replace(/\r?\n$/, '')
}
