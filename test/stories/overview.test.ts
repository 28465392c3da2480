import { expect } from 'vitest'
import { chainEvents } from '../../src/accounts/events/chain.ts'
import { countDay } from '../../src/accounts/overview/count.ts'
import { overviewOf } from '../../src/accounts/overview/overview.ts'
import { newId } from '../../src/lib/random.ts'
import { insertEnrolment } from '../../src/store/enrolments.ts'
import { addCompany } from '../setup/people.ts'
import { ana, DAY, PASSWORD, type Visitor, type World } from '../world.ts'
import { placeOf, story } from './story.ts'

async function signedIn(world: World, email: string): Promise<Visitor> {
  const visitor = world.visitor()
  await visitor.signIn({ email, password: PASSWORD })
  return visitor
}

const give = (world: World, accountId: string, kind: string, state: unknown) =>
  insertEnrolment(world.app.db, {
    id: newId(world.app.random, world.now()),
    accountId,
    kind,
    name: '',
    state,
    createdAt: world.now(),
  })

/** The number beside a line of the page. */
const said = (page: string, line: string): string | undefined =>
  new RegExp(`<dt>${line}</dt>\\s*<dd>(?:\\s|<a[^>]*>|<bdi>)*([\\d,]+)`).exec(page)?.[1]

/** The last row of the table of a drawing: of today. */
const today = (page: string, title: string): string[] => {
  const part = page.split(`<h2>${title}</h2>`)[1]?.split('</section>')[0] ?? ''
  const row = part.split('<tbody>')[1]?.split('</tr>')[0] ?? ''
  return [...row.matchAll(/<td>(\d+)<\/td>/g)].map(([, count]) => count!)
}

story(
  'the overview tells how accounts stand, today and on days before, also when they are deleted; each main account its own',
  { people: [ana] },
  async (world) => {
    const { uma, ugo, otto, main } = await addCompany(world)
    await give(world, uma, 'totp', {})
    await give(world, ugo, 'email', { to: 'ugo@example.com' })
    await give(world, otto, 'email', { to: 'otto@example.org' })
    await countDay(world.app)
    // Twice is not more.
    await countDay(world.app)
    const visitor = await signedIn(world, 'mara@example.com')
    await signedIn(world, 'omar@example.org')
    await chainEvents(world.app)
    const page = await (await visitor.get('/overview')).text()
    expect(said(page, 'Accounts')).toBe('4')
    expect(said(page, 'With login protection')).toBe('2')
    expect(said(page, 'Without')).toBe('2')
    expect(said(page, 'Requests for recovery that wait')).toBe('0')
    expect(said(page, 'One factor and no recovery codes')).toBe('2')
    expect(page).toContain('href="/users?filter=no_codes"')
    expect(today(page, 'Protection over time')).toEqual(['2', '2'])
    expect(today(page, 'Sign-ins by factor').at(-1)).toBe('1')

    const whole = await (await (await signedIn(world, ana.email)).get('/overview?days=90')).text()
    expect(said(whole, 'Accounts')).toBe('8')
    expect(said(whole, 'With login protection')).toBe('3')

    // On the next day one is gone; the day before stays as it was.
    world.pass(DAY)
    await world.app.db.deleteFrom('accounts').where('id', '=', ugo).execute()
    await world.app.db
      .updateTable('accounts')
      .set({ disabledAt: world.now() })
      .where('email', '=', 'sam@example.com')
      .execute()
    const { now, days } = await overviewOf(world.app, main, 30)
    expect(now).toMatchObject({ accounts: 2, protected: 1 })
    const drawn = days.slice(-3).map((each) => [each.protected, each.unprotected])
    expect(drawn).toEqual([
      [0, 0],
      [2, 2],
      [1, 1],
    ])
    expect(days.at(-2)!.signIns.password).toBe(1)
  },
)

story(
  'a request for recovery that waits is counted for whose it is; and the overview is for who looks after accounts',
  { people: [ana] },
  async (world) => {
    const { uma, otto } = await addCompany(world)
    const open = (accountId: string, about: { refusedAt?: number; openUntil?: number } = {}) =>
      world.app.db
        .insertInto('cases')
        .values({
          id: newId(world.app.random, world.now()),
          accountId,
          openedAt: world.now(),
          openUntil: world.now() + DAY,
          waitsUntil: world.now(),
          sealed: '',
          knowsPassword: 0,
          isKnownPlace: 0,
          address: '',
          userAgent: '',
          passTries: 0,
          ...about,
        })
        .execute()
    await open(uma)
    await open(uma, { refusedAt: 1 })
    await open(uma, { openUntil: world.now() })
    await open(otto)
    const mara = await signedIn(world, 'mara@example.com')
    const page = await (await mara.get('/overview')).text()
    expect(said(page, 'Requests for recovery that wait')).toBe('1')
    expect((await mara.get('/overview?days=31')).status).toBe(404)
    expect((await mara.get('/overview?more=1')).status).toBe(404)
    for (const email of ['sam@example.com', 'uma@example.com'])
      expect((await (await signedIn(world, email)).get('/overview')).status).toBe(403)
    expect(placeOf(await world.visitor().get('/overview'))).toMatch(/^\/sign-in/)
  },
)
