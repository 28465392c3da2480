import { noRoutes } from '../delivery/routes.ts'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import type { Typed } from '../accounts/new-account.ts'
import { addAccount, setUp, type SetUp } from '../accounts/set-up.ts'
import type { Config } from '../config.ts'
import { openApp } from '../open-app.ts'
import { en } from '../pages/texts/en.ts'
import type { App } from '../app.ts'
import { importTotpCommand } from './import-totp.ts'
import { recoverCommand } from './recover.ts'
import { atTheMachine, say, Stop } from './terminal.ts'

/** `setup`: the first account, from a script. */
export const setUpCommand = (config: Config, args: readonly string[]): Promise<void> =>
  make(config, args, (app, typed) => setUp(app, atTheMachine, null, typed))

/** `account …` */
export async function accountCommand(config: Config, args: readonly string[]): Promise<void> {
  const [command = '', ...rest] = args
  switch (command) {
    case 'add':
      return make(config, rest, (app, typed) => addAccount(app, atTheMachine, typed))
    case 'import-totp':
      return importTotpCommand(config, rest)
    case 'recover':
      return recoverCommand(config, rest)
  }
  throw new Stop('Usage: nightlatch account add …, import-totp … or recover …', 2)
}

const whyNot = {
  setup_link_dead: 'There is an account already. Nothing has changed.',
  not_set_up: 'There is no account yet: make the first one with `nightlatch setup`.',
  busy: 'Too many passwords are being hashed. Nothing has changed; try again.',
}

async function make(
  config: Config,
  args: readonly string[],
  work: (app: App, typed: Typed) => Promise<SetUp>,
): Promise<void> {
  const typed = await readTyped(config, args)
  // Messages are left to the server.
  const opened = await openApp(config, { routes: noRoutes })
  try {
    const result = await work(opened.app, typed)
    if ('refused' in result) throw new Stop(whyNot[result.refused])
    if ('problems' in result) {
      const lines = Object.entries(result.problems).map(
        ([field, code]) => `  --${field}: ${en.fields[code]}`,
      )
      throw new Stop(`No account was made:\n${lines.join('\n')}`, 2)
    }
    say(`The account ${result.account.email} is made.`)
  } finally {
    await opened.close()
  }
}

async function readTyped(config: Config, args: readonly string[]): Promise<Typed> {
  const option = { type: 'string' } as const
  const options = {
    email: option,
    name: option,
    country: option,
    language: option,
    phone: option,
    'password-stdin': { type: 'boolean' },
  } as const
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true })
    if (!values['password-stdin'])
      throw new Error('give the password on standard input, with --password-stdin')
    // One line, as `echo` writes it; the line break is not part of it.
    const password = (await text(process.stdin)).replace(/\r?\n$/, '')
    return {
      email: values.email ?? '',
      name: values.name ?? '',
      country: values.country ?? '',
      language: values.language ?? config.defaultLanguage,
      phone: values.phone ?? '',
      password,
    }
  } catch (error) {
    throw new Stop((error as Error).message, 2)
  }
}
