import { parseArgs } from 'node:util'
import { recoverAtMachine } from '../accounts/cases/recover.ts'
import type { Config } from '../config.ts'
import { noRoutes } from '../delivery/routes.ts'
import { openApp } from '../open-app.ts'
import { atTheMachine, say, Stop } from './terminal.ts'

const whyNot = {
  no_account: 'No account has this login. Nothing has changed.',
  disabled: 'This account is disabled. Nothing has changed; enable it first.',
  not_protected:
    'Login protection is off for this account: its password is enough to sign in. Nothing has changed.',
}

/** `account recover`: a pass for somebody who has lost everything beside the password. */
export async function recoverCommand(config: Config, args: readonly string[]): Promise<void> {
  const login = readLogin(args)
  // Messages are left to the server.
  const opened = await openApp(config, { routes: noRoutes })
  try {
    const result = await recoverAtMachine(opened.app, atTheMachine, login)
    if ('refused' in result) throw new Stop(whyNot[result.refused])
    say(`The pass for ${result.email}: ${result.pass}
It works for one hour and once, after the password, under "I have a pass from support".
The person is told by mail.`)
  } finally {
    await opened.close()
  }
}

function readLogin(args: readonly string[]): string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { yes: { type: 'boolean' } },
      allowPositionals: true,
      strict: true,
    })
    const [login, ...more] = positionals
    if (login === undefined || more.length > 0) throw new Error('give one login')
    if (!values.yes)
      throw new Error(
        'This gives out a pass with which whoever knows the password gets into the account, ' +
          'and what was lost lets nobody in any more. Are you sure who asks? Then add --yes.',
      )
    return login
  } catch (error) {
    throw new Stop((error as Error).message, 2)
  }
}
