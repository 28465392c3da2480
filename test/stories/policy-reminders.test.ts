import { expect } from 'vitest'
import { remindAll, remindSome } from '../../src/accounts/policy/remind.ts'
import { addCompany } from '../setup/people.ts'
import { ana, DAY, openWorld, type World } from '../world.ts'
import { enrol } from './delivery-tools.ts'
import { write } from './policy-tools.ts'
import { noticesTo, story } from './story.ts'

const people = [ana]

const remindersTo = async (world: World, name: string): Promise<number> => {
  const notices = await noticesTo(world, name)
  return notices.filter(({ kind }) => kind === 'protection_due').length
}

story(
  'who has nothing yet is reminded four times, by however many processes',
  { people },
  async (world) => {
    const { main, sam } = await addCompany(world)
    const { app } = world
    await enrol(world, 'ugo@example.com', 'totp', 'none')
    await app.db.updateTable('accounts').set({ disabledAt: 1 }).where('id', '=', sam).execute()
    await app.db
      .updateTable('accounts')
      .set({ passwordHash: '' })
      .where('email', '=', 'mara@example.com')
      .execute()
    const until = world.now() + 30 * DAY
    await write(world, main, { protection: 'required', requiredFrom: until })
    const other = await openWorld({
      beside: world,
      database: world.config.databaseUrl.startsWith('postgres') ? 'PostgreSQL' : 'SQLite',
    })
    try {
      const look = () => Promise.all([remindSome(app), remindSome(other.app), remindSome(app)])
      const seen: number[] = []
      for (const left of [30, 14, 13, 7, 3, 2, 1, 0.5, 0, -1]) {
        world.pass(until - left * DAY - world.now())
        await look()
        seen.push(await remindersTo(world, 'uma@example.com'))
      }
      expect(seen).toEqual([0, 1, 1, 2, 3, 3, 4, 4, 4, 4])
    } finally {
      await other.close()
    }
    const [notice] = await noticesTo(world, 'uma@example.com')
    expect(notice).toEqual({ kind: 'protection_due', from: new Date(until).toISOString() })
    // Enough, barred, not there yet, somebody else's, and not concerned.
    for (const name of [
      'ugo@example.com',
      'sam@example.com',
      'mara@example.com',
      'otto@example.org',
      ana.email,
    ])
      expect([name, await remindersTo(world, name)]).toEqual([name, 0])
    expect(await remindersTo(world, 'main@example.com')).toBe(4)
  },
)

story(
  'who has only what will not do by then is reminded too, and who has enough is not',
  { people },
  async (world) => {
    const { main } = await addCompany(world)
    for (const [name, kind] of [
      ['uma', 'email'],
      ['ugo', 'totp'],
      ['mara', 'email'],
      ['sam', 'email'],
    ] as const)
      await enrol(world, `${name}@example.com`, kind, `${name}@example.com`)
    const soon = { protection: 'required', requiredFrom: world.now() + 2 * DAY } as const
    const counts = () =>
      Promise.all(
        ['uma', 'ugo', 'mara', 'sam', 'main'].map((name) =>
          remindersTo(world, `${name}@example.com`),
        ),
      )
    await write(world, '', { ...soon, strongFor: ['manage'] })
    await remindSome(world.app)
    expect(await counts()).toEqual([0, 0, 1, 0, 1])
    await write(world, main, { ...soon, factors: ['totp', 'sms'] })
    await remindSome(world.app)
    expect(await counts()).toEqual([1, 0, 1, 1, 1])
  },
)

story(
  'nobody is reminded of what is only measured, or needed at once',
  { people },
  async (world) => {
    const { main, omar } = await addCompany(world)
    const soon = { protection: 'required', requiredFrom: world.now() + 2 * DAY } as const
    await write(world, main, { ...soon, shadowSince: world.now() })
    await write(world, omar, { protection: 'required', requiredFrom: null })
    await remindSome(world.app)
    for (const name of ['uma@example.com', 'otto@example.org'])
      expect(await remindersTo(world, name)).toBe(0)
    // For the whole server: all, except who is asked at once anyway.
    await write(world, '', soon)
    await remindSome(world.app)
    expect(await remindersTo(world, 'uma@example.com')).toBe(1)
    expect(await remindersTo(world, 'otto@example.org')).toBe(0)
    // Another day is news; and the same one said again is not.
    await world.app.db
      .updateTable('policies')
      .set({ rules: JSON.stringify({ ...soon, requiredFrom: soon.requiredFrom + DAY / 2 }) })
      .where('owner', '=', '')
      .execute()
    for (const look of [remindSome, remindSome]) await look(world.app)
    expect(await remindersTo(world, 'uma@example.com')).toBe(2)
  },
)

story(
  'a round goes on while there are more, for as long as it has time',
  { people },
  async (world) => {
    await addCompany(world)
    const names = ['main', 'mara', 'sam', 'uma', 'ugo'].map((name) => `${name}@example.com`)
    const reminded = async () => {
      const counts = await Promise.all(names.map((name) => remindersTo(world, name)))
      return counts.reduce((sum, count) => sum + count, 0)
    }
    await write(world, '', { protection: 'required', requiredFrom: world.now() + 2 * DAY })
    // Each look at the clock takes a while, as a busy machine does.
    let late = 0
    const slow = { ...world.app, now: () => world.now() + (late += 10_000) }
    const next = await remindAll(slow, '', 1)
    expect(next).not.toBe('')
    expect(await reminded()).toBeLessThan(names.length)
    expect(await remindAll(world.app, next, 1)).toBe('')
    expect(await reminded()).toBe(names.length)
  },
)
