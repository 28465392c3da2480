import { parseArgs } from 'node:util'
import type { Outcome } from '../accounts/deeds/deed.ts'
import { doUserChange, type By } from '../accounts/users/do-user-change.ts'
import type { UserChange } from '../accounts/users/user-change.ts'
import type { App } from '../app.ts'
import type { Config } from '../config.ts'
import { noRoutes } from '../delivery/routes.ts'
import { parseEmail } from '../lib/email.ts'
import { openApp } from '../open-app.ts'
import { en } from '../pages/texts/en.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { change, undo } from '../sign-in/change.ts'
import { findAccountByLogin } from '../store/accounts.ts'
import type { Privilege } from '../store/tables.ts'
import { atTheMachine, say, Stop } from './terminal.ts'

/** Whoever sits at the machine may do what an operator may. */
export const machine: By = {
  id: 'this machine',
  mainId: null,
  privilege: 'operator',
  login: 'this machine',
}

type Wish = { readonly change: (id: string) => UserChange; readonly said: string }

const usage = {
  invite: 'invite LOGIN',
  disable: 'disable LOGIN',
  enable: 'enable LOGIN',
  delete: 'delete LOGIN --yes',
  privilege: 'privilege LOGIN none|support|manage|operator',
  'sign-out': 'sign-out LOGIN',
  'password-due': 'password-due LOGIN',
} as const

export type UserCommand = keyof typeof usage

export const isUserCommand = (text: string): text is UserCommand => Object.hasOwn(usage, text)

/** `account invite LOGIN` and the like: what an administrator does to one account, from the command line. */
export async function userCommand(
  config: Config,
  command: UserCommand,
  args: readonly string[],
): Promise<void> {
  const { login, wish } = readWish(command, args)
  // Messages are left to the server.
  const opened = await openApp(config, { routes: noRoutes })
  try {
    say(await doToLogin(opened.app, login, wish))
  } finally {
    await opened.close()
  }
}

/** Does it, and gives what is to be said. */
export async function doToLogin(app: App, login: string, wish: Wish): Promise<string> {
  const canonical = parseEmail(login)?.canonical ?? login
  const account = await findAccountByLogin(app.db, canonical)
  if (!account) throw new Stop(`There is no account ${login}. Nothing has changed.`)
  await changeAtTheMachine(app, wish.change(account.id))
  return `${account.email}: ${wish.said}`
}

/** Throws what there is to say where it is refused: then nothing has changed. */
export async function changeAtTheMachine(app: App, wanted: UserChange): Promise<void> {
  const outcome = await change(app, atTheMachine, async (change): Promise<Outcome | Refusal> => {
    const outcome = await doUserChange(change, machine, wanted)
    return 'refused' in outcome ? undo(outcome) : outcome
  })
  if ('refused' in outcome) throw new Stop(inWords(outcome))
}

const inWords = ({ refused, wait = 0 }: Refusal): string => {
  const text = en.problems[refused]
  return typeof text === 'string'
    ? text
    : text({ wait: Math.ceil(wait / 1000), minutes: 1, ahead: false })
}

/** What is asked for; an end with the usage where it is asked wrongly. */
export function readWish(
  command: UserCommand,
  args: readonly string[],
): { readonly login: string; readonly wish: Wish } {
  const line = `Usage: nightlatch account ${usage[command]}`
  try {
    const options = command === 'delete' ? { yes: { type: 'boolean' } as const } : {}
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const [login, privilege, ...more] = positionals
    const isWhole = (privilege !== undefined) === (command === 'privilege') && more.length === 0
    if (!login || !isWhole) throw new Error('name one account')
    if (command === 'delete' && !('yes' in values))
      throw new Error('what is deleted does not come back: say --yes')
    return { login, wish: wishFor(command, privilege ?? '') }
  } catch (error) {
    throw new Stop(`${(error as Error).message}\n${line}`, 2)
  }
}

function wishFor(command: UserCommand, given: string): Wish {
  switch (command) {
    case 'invite':
      return { change: (id) => ({ what: 'invite', id }), said: 'an invitation is on its way.' }
    case 'disable':
      return { change: (id) => ({ what: 'disable', id }), said: 'disabled. Nobody is signed in.' }
    case 'enable':
      return { change: (id) => ({ what: 'enable', id }), said: 'enabled.' }
    case 'delete':
      return { change: (id) => ({ what: 'delete', id }), said: 'deleted.' }
    case 'sign-out':
      return { change: (id) => ({ what: 'sign_out', id }), said: 'signed out everywhere.' }
    case 'password-due': {
      const said = 'another password is due at the next sign-in.'
      return { change: (id) => ({ what: 'password_due', id }), said }
    }
    case 'privilege': {
      const privilege = readPrivilege(given)
      return { change: (id) => ({ what: 'privilege', id, privilege }), said: `privilege ${given}.` }
    }
    default:
      return command satisfies never
  }
}

/** Throws for what is none. */
export function readPrivilege(text: string): Privilege | null {
  if (text === 'none') return null
  if (text === 'support' || text === 'manage' || text === 'operator') return text
  throw new Error(`there is no privilege "${text}"`)
}
