import { parseArgs } from 'node:util'
import { resetPolicy } from '../accounts/policy/reset-policy.ts'
import type { Config } from '../config.ts'
import { noRoutes } from '../delivery/routes.ts'
import { openApp } from '../open-app.ts'
import { atTheMachine, say, Stop } from './terminal.ts'
import { machine } from './users.ts'

const whyNot = {
  no_account: 'No account has this login. Nothing has changed.',
  no_main: 'This is no main account: give the login of the one that owns it. Nothing has changed.',
  no_policy: 'There is no such policy. Nothing has changed.',
}

/** `policy reset`: as if it had never been written. For one that cannot be read, or lets nobody in. */
export async function policyCommand(config: Config, args: readonly string[]): Promise<void> {
  const login = readOwner(args)
  // Messages are left to the server.
  const opened = await openApp(config, { routes: noRoutes })
  try {
    const result = await resetPolicy(opened.app, atTheMachine, machine, login)
    if (result !== 'reset') throw new Stop(whyNot[result.refused])
    say(`The policy of ${login ?? 'the installation'} is gone. What holds now stands on its page.`)
  } finally {
    await opened.close()
  }
}

/** The login of a main account; `null` for the installation. */
function readOwner(args: readonly string[]): string | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { yes: { type: 'boolean' }, installation: { type: 'boolean' } },
      allowPositionals: true,
      strict: true,
    })
    const [command, login, ...more] = positionals
    if (command !== 'reset' || more.length > 0 || (login === undefined) !== !!values.installation)
      throw new Error('Usage: nightlatch policy reset LOGIN|--installation --yes')
    if (!values.yes)
      throw new Error(
        'This takes the whole policy away: what it required is required no more. Then add --yes.',
      )
    return login ?? null
  } catch (error) {
    throw new Stop((error as Error).message, 2)
  }
}
