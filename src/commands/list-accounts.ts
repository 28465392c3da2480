import { parseArgs } from 'node:util'
import type { App } from '../app.ts'
import type { Config } from '../config.ts'
import { noRoutes } from '../delivery/routes.ts'
import { parseEmail } from '../lib/email.ts'
import { openApp } from '../open-app.ts'
import { findAccountByLogin } from '../store/accounts.ts'
import { accountsLike, type Listed } from '../store/account-list.ts'
import { say, Stop } from './terminal.ts'

const USAGE = 'Usage: nightlatch account list [--search TEXT] [--main LOGIN] [--json]'

type Wanted = { readonly search: string; readonly main: string | null; readonly isJson: boolean }

/** `account list`: a line for each account, by login. */
export async function listCommand(config: Config, args: readonly string[]): Promise<void> {
  const wanted = readArgs(args)
  const opened = await openApp(config, { routes: noRoutes })
  try {
    await listAccounts(opened.app, wanted, say)
  } finally {
    await opened.close()
  }
}

function readArgs(args: readonly string[]): Wanted {
  const text = { type: 'string' } as const
  const options = { search: text, main: text, json: { type: 'boolean', default: false } } as const
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true })
    return { search: values.search ?? '', main: values.main ?? null, isJson: values.json }
  } catch (error) {
    throw new Stop(`${(error as Error).message}\n${USAGE}`, 2)
  }
}

/** Says a line for each, however many there are: not all of them are in memory at once. */
export async function listAccounts(
  app: App,
  { search, main, isJson }: Wanted,
  tell: (line: string) => void,
): Promise<void> {
  const owner = main === null ? null : await findAccountByLogin(app.db, canonical(main))
  if (main !== null && owner === null) throw new Stop(`There is no account ${main}.`)
  let count = 0
  for await (const each of accountsLike(app.db, { search, mainId: owner?.id ?? null })) {
    tell(isJson ? JSON.stringify(each) : lineOf(each))
    count++
  }
  if (!isJson) tell(count === 1 ? '1 account' : `${count} accounts`)
}

const canonical = (login: string): string => parseEmail(login)?.canonical ?? login

const lineOf = ({ login, name, privilege, main, state, factors }: Listed): string =>
  [
    login,
    name,
    privilege ?? 'none',
    main === null ? 'main account' : `of ${main}`,
    state,
    factors.length > 0 ? factors.join('+') : 'unprotected',
  ].join('\t')
