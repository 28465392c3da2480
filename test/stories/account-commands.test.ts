import { expect } from 'vitest'
import { addAtTheMachine } from '../../src/commands/add-account.ts'
import { listAccounts } from '../../src/commands/list-accounts.ts'
import { Stop } from '../../src/commands/terminal.ts'
import { doToLogin, readWish, type UserCommand } from '../../src/commands/users.ts'
import { findAccountByLogin } from '../../src/store/accounts.ts'
import { expectNoChange } from '../attacks/tools.ts'
import { addCompany } from '../setup/people.ts'
import { ana, bob, PASSWORD, protect, type World } from '../world.ts'
import { eventsOf, noticesTo, placeOf, story, whoIs, WIDE } from './story.ts'

const uma = { email: 'uma@example.com', password: PASSWORD }
const company = { people: [ana], settings: WIDE }

const run = (world: World, command: UserCommand, ...args: string[]): Promise<string> => {
  const { login, wish } = readWish(command, args)
  return doToLogin(world.app, login, wish)
}

async function stopped(work: () => Promise<unknown>): Promise<Stop> {
  const error: unknown = await work().catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(Stop)
  return error as Stop
}

const list = async (world: World, about: { search?: string; main?: string; isJson?: boolean }) => {
  const lines: string[] = []
  const wanted = { search: '', main: null, isJson: false, ...about }
  await listAccounts(world.app, wanted, (line) => void lines.push(line))
  return lines
}

story(
  'at the machine accounts are disabled, enabled, signed out, given privileges and deleted',
  company,
  async (world) => {
    const { id } = { id: (await addCompany(world)).uma }
    const browser = world.visitor()
    await browser.signIn(uma)
    expect(await run(world, 'privilege', 'UMA@example.com', 'operator')).toBe(
      'uma@example.com: privilege operator.',
    )
    expect((await browser.get('/deliveries')).status).toBe(200)
    await run(world, 'privilege', uma.email, 'none')
    await run(world, 'sign-out', uma.email)
    expect(await whoIs(browser)).toBe(null)
    await run(world, 'password-due', uma.email)
    expect(placeOf(await browser.signIn(uma))).toBe('/sign-in/second')
    await run(world, 'disable', uma.email)
    expect((await browser.signIn(uma)).status).toBe(401)
    await run(world, 'enable', uma.email)
    const [given] = await eventsOf(world, 'privilege_given')
    expect(given).toMatchObject({ accountId: id, address: 'this machine' })
    expect(JSON.parse(given!.detail)).toMatchObject({
      actor: 'this machine',
      login: 'this machine',
    })
    expect((await noticesTo(world, uma.email)).at(-1)).toEqual({
      kind: 'account_changed',
      what: 'enabled',
      login: 'this machine',
    })
    expect(await run(world, 'delete', uma.email, '--yes')).toBe('uma@example.com: deleted.')
    expect(await findAccountByLogin(world.app.db, uma.email)).toBe(null)
  },
)

story(
  'what cannot be done at the machine says why, and changes nothing',
  company,
  async (world) => {
    await addCompany(world)
    const wanted = (about: object) => ({
      typed: { ...bob, password: '' },
      main: null,
      privilege: null,
      isInvited: true,
      ...about,
    })
    const tries: readonly (readonly [RegExp, 1 | 2, () => Promise<unknown>])[] = [
      [
        /There is no account eve@x\.example\. Nothing/,
        1,
        () => run(world, 'enable', 'eve@x.example'),
      ],
      [/last operator/, 1, () => run(world, 'disable', ana.email)],
      [/last operator/, 1, () => run(world, 'delete', ana.email, '--yes')],
      [/sub-accounts/, 1, () => run(world, 'delete', 'main@example.com', '--yes')],
      [/has a password/, 1, () => run(world, 'invite', uma.email)],
      [/say --yes/, 2, async () => run(world, 'delete', uma.email)],
      [/no privilege "root"/, 2, async () => run(world, 'privilege', uma.email, 'root')],
      [/Usage: .* privilege LOGIN/, 2, async () => run(world, 'privilege', uma.email)],
      [/name one account/, 2, async () => run(world, 'disable')],
      [/name one account/, 2, async () => run(world, 'disable', uma.email, ana.email)],
      [/Unknown option/, 2, async () => run(world, 'disable', uma.email, '--yes')],
      [/no such main/, 1, () => addAtTheMachine(world.app, wanted({ main: 'eve@x.example' }))],
      [/no such main/, 1, () => addAtTheMachine(world.app, wanted({ main: uma.email }))],
      [
        /already/,
        1,
        () => addAtTheMachine(world.app, wanted({ typed: { ...bob, email: ana.email } })),
      ],
      [
        /--country: /,
        2,
        () => addAtTheMachine(world.app, wanted({ typed: { ...bob, country: '' } })),
      ],
      [/There is no account/, 1, () => list(world, { main: 'eve@x.example' })],
    ]
    await expectNoChange(world, async () => {
      for (const [why, exitCode, work] of tries) {
        const { message, exitCode: code } = await stopped(work)
        expect(message).toMatch(why)
        expect(code, message).toBe(exitCode)
      }
    })
  },
)

story(
  'an account is made for a main account with a password or by a mail that asks for one, and listed',
  company,
  async (world) => {
    await addCompany(world)
    const owned = { main: 'main@example.com', privilege: 'support' } as const
    expect(await addAtTheMachine(world.app, { ...owned, typed: bob, isInvited: false })).toBe(
      'The account bob@example.com is made.',
    )
    const typed = { ...bob, email: 'nina_x@example.com', name: 'Ñina 100%', password: '' }
    const said = await addAtTheMachine(world.app, { ...owned, typed, isInvited: true })
    expect(said).toContain('an invitation is on its way')
    expect((await noticesTo(world, typed.email)).map(({ kind }) => kind)).toEqual(['invitation'])
    await protect(world, world.visitor(), uma)
    await run(world, 'disable', 'ugo@example.com')

    const main = 'of main@example.com'
    expect(await list(world, owned)).toEqual([
      `bob@example.com\tBob Stone\tsupport\t${main}\tin use\tunprotected`,
      'main@example.com\tmain\tmanage\tmain account\tin use\tunprotected',
      `mara@example.com\tmara\tmanage\t${main}\tin use\tunprotected`,
      `nina_x@example.com\tÑina 100%\tsupport\t${main}\tno password yet\tunprotected`,
      `sam@example.com\tsam\tsupport\t${main}\tin use\tunprotected`,
      `ugo@example.com\tugo\tnone\t${main}\tdisabled\tunprotected`,
      `uma@example.com\tuma\tnone\t${main}\tin use\temail+recovery`,
      '7 accounts',
    ])
    expect(await list(world, { search: 'stone' })).toHaveLength(2)
    // What is typed is a text, and no pattern.
    for (const search of ['ñINA', '100%', 'a_x'])
      expect((await list(world, { search, isJson: true })).map((line) => JSON.parse(line))).toEqual(
        [
          {
            login: 'nina_x@example.com',
            name: 'Ñina 100%',
            privilege: 'support',
            main: 'main@example.com',
            state: 'no password yet',
            factors: [],
          },
        ],
      )
    expect(await list(world, { search: '_' })).toHaveLength(2)
    expect(await list(world, { search: 'nobody', isJson: true })).toEqual([])
  },
)
