import { parseArgs } from 'node:util'
import type { Typed } from '../accounts/new-account.ts'
import { setUp } from '../accounts/set-up.ts'
import type { Config } from '../config.ts'
import { noRoutes } from '../delivery/routes.ts'
import { openApp } from '../open-app.ts'
import { addCommand, fields, readPassword, saidOf, typedIn } from './add-account.ts'
import { importTotpCommand } from './import-totp.ts'
import { listCommand } from './list-accounts.ts'
import { atTheMachine, say, Stop } from './terminal.ts'
import { isUserCommand, userCommand } from './users.ts'

/** `setup`: the first account, from a script. */
export async function setUpCommand(config: Config, args: readonly string[]): Promise<void> {
  const typed = await readTyped(config, args)
  // Messages are left to the server.
  const opened = await openApp(config, { routes: noRoutes })
  try {
    say(saidOf(await setUp(opened.app, atTheMachine, null, typed)))
  } finally {
    await opened.close()
  }
}

/** `account …` */
export async function accountCommand(config: Config, args: readonly string[]): Promise<void> {
  const [command = '', ...rest] = args
  if (isUserCommand(command)) return userCommand(config, command, rest)
  switch (command) {
    case 'add':
      return addCommand(config, rest)
    case 'list':
      return listCommand(config, rest)
    case 'import-totp':
      return importTotpCommand(config, rest)
  }
  throw new Stop('Usage: nightlatch account add …, list …, invite …: see nightlatch help', 2)
}

async function readTyped(config: Config, args: readonly string[]): Promise<Typed> {
  try {
    const { values } = parseArgs({ args: [...args], options: fields, strict: true })
    const password = await readPassword(values['password-stdin'])
    return { ...typedIn(config, values), password }
  } catch (error) {
    throw new Stop((error as Error).message, 2)
  }
}
