import { afterEach, describe, expect, test } from 'vitest'
import type { UserChange } from '../../src/accounts/users/user-change.ts'
import { machine } from '../../src/commands/users.ts'
import { operators, findAccountByLogin } from '../../src/store/accounts.ts'
import { newId } from '../../src/lib/random.ts'
import { databases } from '../setup/databases.ts'
import { actAs, actBy, newUser } from '../setup/act.ts'
import { addCompany, addPerson } from '../setup/people.ts'
import { ana, openWorld, PASSWORD, protect, type World } from '../world.ts'
import { noticesTo, story, whoIs, WIDE } from '../stories/story.ts'
import { atOnce, codeFor, expectNoChange, slowly, statuses, tally } from './tools.ts'

// Groups F and N of the attacks: who may do something to some may not to others, nor to themselves.

const uma = { email: 'uma@example.com', password: PASSWORD }

/** All that can be done to one account. */
const toOne = (id: string): readonly UserChange[] => [
  { what: 'invite', id },
  { what: 'profile', id, user: newUser },
  { what: 'privilege', id, privilege: null },
  { what: 'privilege', id, privilege: 'support' },
  { what: 'disable', id },
  { what: 'enable', id },
  { what: 'delete', id },
  { what: 'password_due', id },
  { what: 'sign_out', id },
  { what: 'devices', id, devices: null },
  { what: 'factor', id, factor: 'any', reason: 'because' },
]

story(
  'IDOR: another company, one above, a main account and nobody are refused alike, whatever is tried',
  { people: [ana], settings: WIDE },
  async (world) => {
    const { app } = world
    const ids = await addCompany(world)
    const anas = (await findAccountByLogin(app.db, ana.email))!.id
    const nobody = newId(app.random, world.now())
    const tries = [
      ['mara@example.com', [ids.otto, ids.omar, ids.main, anas, nobody, '', 'x'.repeat(500)]],
      ['omar@example.org', [ids.uma, ids.main]],
      ['sam@example.com', [ids.uma, ids.mara, ids.sam]],
      ['uma@example.com', [ids.ugo, ids.uma, anas]],
    ] as const
    await expectNoChange(world, async () => {
      for (const [who, targets] of tries)
        for (const target of targets)
          for (const wanted of toOne(target))
            expect(await actAs(app, who, wanted), `${who} ${wanted.what} ${target}`).toEqual({
              refused: 'no_such_user',
            })
    })
  },
)

story(
  'N-01: nobody rises by what they may do, nor raises others above themselves',
  { people: [ana], settings: WIDE },
  async (world) => {
    const { app } = world
    const ids = await addCompany(world)
    const id = ids.uma
    const program = { id: 'key:1', mainId: ids.main, privilege: 'manage', login: 'a key' } as const
    const lost = { ...program, mainId: null }
    await expectNoChange(world, async () => {
      for (const privilege of ['support', 'manage', 'operator'] as const) {
        const own = { what: 'privilege', id: ids.mara, privilege } as const
        expect(await actAs(app, 'mara@example.com', own)).toEqual({ refused: 'not_yourself' })
        const sams = { what: 'privilege', id: ids.sam, privilege } as const
        expect(await actAs(app, 'sam@example.com', sams)).toEqual({ refused: 'no_such_user' })
      }
      const raise = { what: 'privilege', id, privilege: 'operator' } as const
      const add = {
        what: 'add',
        user: { ...newUser, privilege: 'operator' },
        invite: true,
      } as const
      for (const wanted of [raise, add]) {
        expect(await actAs(app, 'mara@example.com', wanted)).toEqual({
          refused: 'not_allowed_to_give',
        })
        expect(await actBy(app, program, wanted)).toEqual({ refused: 'not_allowed_to_give' })
      }
      // A key whose main account is not said reaches nobody.
      expect(await actBy(app, lost, { what: 'disable', id })).toEqual({ refused: 'no_such_user' })
      expect(await actBy(app, lost, { what: 'add', user: newUser, invite: false })).toEqual({
        refused: 'no_such_user',
      })
    })
    // Whatever main account is asked for, it is their own.
    const user = { ...newUser, mainId: ids.omar }
    await actAs(app, 'mara@example.com', { what: 'add', user, invite: false })
    expect(await findAccountByLogin(app.db, newUser.login)).toMatchObject({ mainId: ids.main })
  },
)

for (const { name } of databases) {
  describe(`${name}, at the same moment`, () => {
    const open: World[] = []
    afterEach(async () => {
      for (const world of open.splice(0).toReversed()) await world.close()
    })

    /** Two servers on PostgreSQL, on SQLite the one there may be. The database answers slowly. */
    async function servers(): Promise<readonly [World, World]> {
      const about = { database: name, settings: WIDE, wrap: slowly(3) }
      const world = await openWorld({ ...about, people: [ana] })
      open.push(world)
      if (name === 'SQLite') return [world, world]
      const other = await openWorld({ ...about, beside: world })
      open.push(other)
      return [world, other]
    }
    const refusalsOf = (all: readonly object[]) =>
      tally(all.map((each) => ('refused' in each ? String(each.refused) : 'done')))

    test('the last two operators are taken away: one of them stays', async () => {
      const [world, other] = await servers()
      const second = await addPerson(world, { email: 'olga@example.com', privilege: 'operator' })
      const { id } = (await findAccountByLogin(world.app.db, ana.email))!
      const ends = await Promise.all([
        actBy(world.app, machine, { what: 'privilege', id, privilege: null }),
        actBy(other.app, machine, { what: 'disable', id: second }),
      ])
      expect(refusalsOf(ends)).toEqual({ done: 1, last_operator: 1 })
      expect(await operators(world.app.db, 5)).toHaveLength(1)
    })

    test('two operators take each other away: one of them stays', async () => {
      const [world, other] = await servers()
      const second = await addPerson(world, { email: 'olga@example.com', privilege: 'operator' })
      const { id } = (await findAccountByLogin(world.app.db, ana.email))!
      const ends = await Promise.all([
        actAs(world.app, ana.email, { what: 'delete', id: second }),
        actAs(other.app, 'olga@example.com', { what: 'privilege', id, privilege: null }),
      ])
      expect(ends.filter((each) => 'done' in each)).toHaveLength(1)
      expect(await operators(world.app.db, 5)).toHaveLength(1)
    })

    test('who loses the privilege meanwhile has done it before, or does not do it', async () => {
      const [world, other] = await servers()
      const ids = await addCompany(world)
      const [end, act] = await Promise.all([
        actAs(world.app, ana.email, { what: 'privilege', id: ids.mara, privilege: null }),
        actAs(other.app, 'mara@example.com', { what: 'disable', id: ids.uma }),
      ])
      expect(end).toEqual({ done: 'user_changed' })
      const isBarred = (await findAccountByLogin(world.app.db, uma.email))!.disabledAt !== null
      expect(act).toEqual(isBarred ? { done: 'user_changed' } : { refused: 'no_such_user' })
      expect(await actAs(world.app, 'mara@example.com', { what: 'enable', id: ids.uma })).toEqual({
        refused: 'no_such_user',
      })
    })

    test.each(['disable', 'delete', 'sign_out'] as const)(
      'who signs in while somebody says %s is not in afterwards',
      async (what) => {
        const [world, other] = await servers()
        const { uma: id } = await addCompany(world)
        await protect(world, world.visitor(), uma)
        const browsers = Array.from({ length: 4 }, () => other.visitor())
        for (const browser of browsers) await browser.signIn(uma)
        const codes = await Promise.all(browsers.map((browser) => codeFor(world, browser)))
        const [, act] = await Promise.all([
          atOnce(4, (n) => browsers[n]!.post('/sign-in/second', { code: codes[n]! })),
          actAs(world.app, 'mara@example.com', { what, id }),
        ])
        expect('done' in act).toBe(true)
        for (const browser of browsers) expect(await whoIs(browser)).toBe(null)
        const living = await world.app.db
          .selectFrom('sessions')
          .select('id')
          .where('accountId', '=', id)
          .where('endedAt', 'is', null)
          .execute()
        expect(living).toEqual([])
      },
    )

    test('a main account is deleted while it gets a sub-account: never a sub-account of nobody', async () => {
      const [world, other] = await servers()
      const main = await addPerson(world, { email: 'new@example.net', privilege: 'manage' })
      const user = { ...newUser, mainId: main }
      const ends = await Promise.all([
        actAs(world.app, ana.email, { what: 'delete', id: main }),
        actBy(other.app, machine, { what: 'add', user, invite: false }),
      ])
      expect(ends.filter((each) => 'done' in each)).toHaveLength(1)
      const made = await findAccountByLogin(world.app.db, newUser.login)
      const owner = await findAccountByLogin(world.app.db, 'new@example.net')
      expect(made === null).toBe(owner === null)
    })

    test('an invitation that is accepted many times at once sets one password', async () => {
      const [world, other] = await servers()
      await addCompany(world)
      await actAs(world.app, 'mara@example.com', { what: 'add', user: newUser, invite: true })
      const token = await tokenTo(world, 'invitation')
      const password = (n: number) => `seven herons over weir ${n}`
      const answers = await atOnce(6, (n) =>
        [world, other][n % 2]!.visitor().post('/invitation', { token, password: password(n) }),
      )
      expect(statuses(answers)).toEqual({ 200: 1, 410: 5 })
      const taken = answers.findIndex(({ status }) => status === 200)
      const signIn = { ...newUser, password: password(taken) }
      expect((await world.visitor().signIn(signIn)).status).toBe(303)
    })

    test('an invitation and a reset at once set one password', async () => {
      const [world, other] = await servers()
      await addCompany(world)
      for (const turn of [1, 2, 3]) {
        const email = `nina${turn}@example.com`
        const user = { ...newUser, email, login: email }
        await actAs(world.app, 'mara@example.com', { what: 'add', user, invite: true })
        await world.visitor().post('/sign-in/forgot', { login: email })
        const [invitation, reset] = [
          await tokenTo(world, 'invitation', email),
          await tokenTo(world, 'password_reset', email),
        ]
        const answers = await Promise.all([
          other.visitor().post('/sign-in/reset', { token: reset, password: 'a reset in winter' }),
          world.visitor().post('/invitation', { token: invitation, password: 'a guest in winter' }),
        ])
        expect(answers.filter(({ status }) => status === 410)).toHaveLength(1)
      }
    })

    test('one address is given to two people: one of them gets it', async () => {
      const [world, other] = await servers()
      await addCompany(world)
      const add = { what: 'add', user: newUser, invite: false } as const
      const ends = await Promise.all([
        actAs(world.app, 'mara@example.com', add),
        actAs(other.app, 'omar@example.org', add),
      ])
      expect(refusalsOf(ends)).toEqual({ done: 1, login_taken: 1 })
    })
  })
}

async function tokenTo(
  world: World,
  kind: 'invitation' | 'password_reset',
  email: string = newUser.email,
): Promise<string> {
  const notice = (await noticesTo(world, email)).find((each) => each.kind === kind)
  return (notice as { token: string }).token
}
