import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterEach, describe, expect, test } from 'vitest'
import { findAccountByLogin, lockAccount } from '../../src/store/accounts.ts'
import { databases } from '../setup/databases.ts'
import { ana, HOUR, openWorld, protect, type Visitor, type World } from '../world.ts'
import { copyOf } from '../stories/story.ts'
import { atOnce, codeFor, eventsIn, expectNoChange, slowly, statuses, tally } from './tools.ts'

const NEXT = 'seven herons over the weir'
const WIDE = {
  SECOND_STEP_FAILURES_5_MINUTES: '1000',
  SECOND_STEP_FAILURES_DAY: '1000',
  SECOND_STEP_ADDRESS_FAILURES_5_MINUTES: '1000',
  SECOND_STEP_ADDRESS_FAILURES_HOUR: '1000',
  PASSWORD_ADDRESS_REQUESTS_MINUTE: '1000',
  PASSWORD_ADDRESS_FAILURES_5_MINUTES: '1000',
  PASSWORD_FAILURES_5_MINUTES: '1000',
  ADDRESS_REQUESTS_5_MINUTES: '10000',
  ADDRESS_SENDS_5_MINUTES: '1000',
  RESETS_DAY: '1000',
  RESETS_ADDRESS_HOUR: '1000',
  MAILS_HOUR: '1000',
  MAILS_DAY: '1000',
}

/** The token of the newest link to set a new password. */
async function linkFor(world: World): Promise<string> {
  await world.visitor().post('/sign-in/forgot', { login: ana.email })
  const links = (await world.messagesTo(ana.email)).flatMap(({ notice }) =>
    notice.kind === 'password_reset' ? [notice.token] : [],
  )
  return links.at(-1)!
}

const isIn = async (visitor: Visitor) => (await visitor.get('/session')).ok

async function livingSessions({ app }: World): Promise<number> {
  const rows = await app.db
    .selectFrom('sessions')
    .select('id')
    .where('endedAt', 'is', null)
    .execute()
  return rows.length
}

for (const { name } of databases) {
  describe(name, () => {
    const open: World[] = []
    afterEach(async () => {
      for (const world of open.splice(0).toReversed()) await world.close()
    })

    /** One world, and the server a request of this number goes to; nobody may ever wait in a ring. */
    async function servers(settings: Record<string, string> = {}) {
      const about = { database: name, settings: { ...WIDE, ...settings }, wrap: slowly(3) }
      const world = await openWorld({ ...about, people: [ana] })
      open.push(world)
      if (name === 'SQLite') return { world, at: () => world }
      const database = sql.id(new URL(world.config.databaseUrl).pathname.slice(1))
      await sql`alter database ${database} set deadlock_timeout = '60s'`.execute(world.app.db)
      const first = await openWorld({ ...about, beside: world })
      const second = await openWorld({ ...about, beside: world })
      open.push(first, second)
      return { world, at: (index: number) => (index % 2 ? second : first) }
    }

    type Change = (world: World, inside: Visitor) => Promise<() => Promise<Response>>
    const changes: [name: string, change: Change][] = [
      [
        'changed',
        async (_world, inside) => () =>
          inside.post('/account/password', { current: ana.password, next: NEXT }),
      ],
      [
        'reset',
        async (world) => {
          const token = await linkFor(world)
          return () => world.visitor().post('/sign-in/reset', { token, password: NEXT })
        },
      ],
    ]

    for (const [what, prepare] of changes) {
      test(`G-11: first steps while the password is ${what} leave no living session`, async () => {
        const { world, at } = await servers()
        for (let turn = 0; turn < 5; turn++) {
          await world.app.db.deleteFrom('limits').execute()
          const { passwordHash } = await world.app.db
            .selectFrom('accounts')
            .select('passwordHash')
            .executeTakeFirstOrThrow()
          const inside = world.visitor()
          await inside.signIn()
          const change = await prepare(world, inside)
          const others = Array.from({ length: 8 }, (_, index) => at(index).visitor())
          const [done] = await Promise.all([change(), ...others.map((each) => each.signIn())])
          expect(done.status).toBe(303)
          for (const each of others) expect(await isIn(each)).toBe(false)
          expect(await livingSessions(world)).toBe(what === 'changed' ? 1 : 0)
          await world.app.db.updateTable('accounts').set({ passwordHash }).execute()
        }
      })

      test(`G-11: second steps while the password is ${what} leave no living session`, async () => {
        const { world, at } = await servers()
        await protect(world, world.visitor())
        for (let turn = 0; turn < 5; turn++) {
          await world.app.db.deleteFrom('limits').execute()
          await world.app.db.updateTable('accounts').set({ passwordResetAt: null }).execute()
          const { passwordHash } = await world.app.db
            .selectFrom('accounts')
            .select('passwordHash')
            .executeTakeFirstOrThrow()
          const inside = world.visitor()
          await inside.signIn()
          await inside.post('/sign-in/second', { code: await codeFor(world, inside) })
          const change = await prepare(world, inside)
          const others: [Visitor, string][] = []
          for (let index = 0; index < 6; index++) {
            const browser = at(index).visitor()
            await browser.signIn()
            others.push([browser, await codeFor(world, browser)])
          }
          const [done] = await Promise.all([
            change(),
            ...others.map(([browser, code]) =>
              browser.post('/sign-in/second', { code, remember: 'yes' }),
            ),
          ])
          expect(done.status).toBe(303)
          for (const [browser] of others) expect(await isIn(browser)).toBe(false)
          expect(await livingSessions(world)).toBe(what === 'changed' ? 1 : 0)
          const trusted = await world.app.db
            .selectFrom('devices')
            .select('id')
            .where('rememberedAt', 'is not', null)
            .execute()
          expect(trusted).toEqual([])
          await world.app.db.updateTable('accounts').set({ passwordHash }).execute()
        }
      })
    }

    test('G-11: recovery codes, wrong codes and remembered devices beside a reset wait in no ring', async () => {
      const { world, at } = await servers({ SECOND_STEP_FAILURES_DAY: '12', CODE_TRIES: '10' })
      const codes = await protect(world, world.visitor())
      const remembered = world.visitor()
      await remembered.signIn()
      const code = await codeFor(world, remembered)
      await remembered.post('/sign-in/second', { code, remember: 'yes' })
      const token = await linkFor(world)
      const others = await atOnce(4, async (index) => {
        const browser = at(index).visitor()
        await browser.signIn()
        return browser
      })
      await world.app.db
        .updateTable('accounts')
        .set({ passwordResetAt: world.now() - 48 * HOUR })
        .execute()
      const answers = await Promise.all([
        world.visitor().post('/sign-in/reset', { token, password: NEXT }),
        ...others.map((browser, index) =>
          browser.post('/sign-in/second', { code: codes[index]!, with: 'recovery' }),
        ),
        ...others.map((browser) => browser.post('/sign-in/second', { code: '000000' })),
        copyOf(world, remembered).signIn(),
      ])
      expect(answers[0].status).toBe(303)
      expect(answers.filter(({ status }) => status >= 500)).toEqual([])
      for (const browser of others) expect(await isIn(browser)).toBe(false)
      expect(await livingSessions(world)).toBe(0)
    })

    const known: Change = async (world) => {
      await world.app.db.updateTable('accounts').set({ passwordKnownAt: world.now() }).execute()
      const browser = world.visitor()
      await browser.signIn()
      await browser.post('/sign-in/second', { code: await codeFor(world, browser) })
      return () => browser.post('/sign-in/password', { password: NEXT })
    }

    for (const [what, prepare] of [...changes, ['replaced', known] as const])
      test(`G-11: before a password is ${what}, answers that are looked at come to their end`, async () => {
        const { world } = await servers()
        const inside = world.visitor()
        await protect(world, inside)
        const { id } = (await findAccountByLogin(world.app.db, ana.email))!
        const request = await prepare(world, inside)
        let isAnswered = false
        const { answer } = await world.app.db.transaction().execute(async (tx) => {
          await lockAccount(tx, id)
          const answer = request().finally(() => (isAnswered = true))
          await sleep(300)
          expect(isAnswered).toBe(false)
          return { answer }
        })
        expect((await answer).status).toBe(303)
      })

    test('B-04: one link sent twenty times at once sets one password', async () => {
      const { world, at } = await servers()
      const token = await linkFor(world)
      const passwords = Array.from({ length: 20 }, (_, index) => `${NEXT} ${index}`)
      const answers = await atOnce(20, (index) =>
        at(index).visitor().post('/sign-in/reset', { token, password: passwords[index]! }),
      )
      expect(statuses(answers)).toEqual({ 303: 1, 410: 19 })
      expect(await eventsIn(world, 'password_reset')).toBe(1)
      const winner = answers.findIndex(({ status }) => status === 303)
      const entered = await world.visitor().signIn({ ...ana, password: passwords[winner]! })
      expect(entered.headers.get('location')).toBe('/account')
    })

    test('B-04: of links asked for at once and used at once, one sets a password, and none is left', async () => {
      const { world, at } = await servers()
      await atOnce(12, (index) => at(index).visitor().post('/sign-in/forgot', { login: ana.email }))
      const tokens = (await world.messagesTo(ana.email)).flatMap(({ notice }) =>
        notice.kind === 'password_reset' ? [notice.token] : [],
      )
      const looked = await Promise.all(
        tokens.map((token) => world.visitor().get(`/sign-in/reset?token=${token}`)),
      )
      expect(statuses(looked)).toEqual({ 200: 12 })
      const used = await atOnce(12, (index) =>
        at(index)
          .visitor()
          .post('/sign-in/reset', { token: tokens[index]!, password: `${NEXT} ${index}` }),
      )
      expect(statuses(used)).toEqual({ 303: 1, 410: 11 })
      expect(await eventsIn(world, 'password_reset')).toBe(1)
      const after = await Promise.all(
        tokens.map((token) => world.visitor().get(`/sign-in/reset?token=${token}`)),
      )
      expect(statuses(after)).toEqual({ 410: 12 })
    })

    test('B-04: two changes at once are one', async () => {
      const { world, at } = await servers()
      const browsers = [at(0).visitor(), at(1).visitor()]
      for (const browser of browsers) await browser.signIn()
      const answers = await Promise.all(
        browsers.map((browser, index) =>
          browser.post('/account/password', { current: ana.password, next: `${NEXT} ${index}` }),
        ),
      )
      expect(statuses(answers)).toEqual({ 303: 1, 401: 1 })
      expect(await eventsIn(world, 'password_changed')).toBe(1)
      expect(await livingSessions(world)).toBe(1)
    })

    test('B-04: a new password sent ten times at once in one sign-in makes one session', async () => {
      const { world, at } = await servers()
      await protect(world, world.visitor())
      await world.app.db.updateTable('accounts').set({ passwordKnownAt: world.now() }).execute()
      const browser = world.visitor()
      await browser.signIn()
      await browser.post('/sign-in/second', { code: await codeFor(world, browser) })
      const answers = await atOnce(10, (index) =>
        copyOf(at(index), browser).post('/sign-in/password', { password: `${NEXT} ${index}` }),
      )
      const places = answers.map(({ status, headers }) => headers.get('location') ?? status)
      expect(tally(places)['/account']).toBe(1)
      expect(await livingSessions(world)).toBe(1)
      expect(await eventsIn(world, 'password_changed')).toBe(1)
    })
  })

  test(`${name}: D-01: asking for a link tells nobody whether there is such an account`, async () => {
    const paused: number[] = []
    const pause = async (ms: number) => void paused.push(ms)
    const world = await openWorld({ database: name, people: [ana], given: { pause } })
    const ask = async (login: string) => {
      const answer = await world.visitor().post('/sign-in/forgot', { login })
      return { status: answer.status, headers: [...answer.headers], body: await answer.text() }
    }
    const known = await ask(ana.email)
    expect(known.status).toBe(200)
    expect(known.body).not.toContain(ana.email)
    const unknown = await expectNoChange(world, () => ask('nobody@example.com'))
    expect(unknown).toEqual(known)
    expect(await ask('not an address')).toEqual(known)
    expect(paused).toHaveLength(3)
    for (const ms of paused) expect(ms).toBeGreaterThan(0)
    await world.close()
  })

  test(`${name}: D-05: asking for a link takes as long for nobody as for somebody`, async () => {
    const given = { pause: (ms: number) => new Promise<void>((go) => void setTimeout(go, ms)) }
    const world = await openWorld({ database: name, people: [ana], settings: WIDE, given })
    const timeOf = async (login: string) => {
      const began = performance.now()
      await world.visitor().post('/sign-in/forgot', { login })
      return performance.now() - began
    }
    const logins = [ana.email, 'nobody@example.com', 'not an address']
    const rounds = await atOnce(5, () => Promise.all(logins.map(timeOf)))
    const medians = logins.map((_, index) => {
      const times = rounds.map((round) => round[index]!).toSorted((a, b) => a - b)
      return times[2]!
    })
    // Whole floors: what is left of the difference is what the timer and the machine make of it.
    expect(Math.min(...medians)).toBeGreaterThanOrEqual(398)
    expect(Math.max(...medians) - Math.min(...medians)).toBeLessThan(150)
    await world.close()
  })
}

test('Q-01: the token of a link is in no row and no line of the log', async () => {
  const lines: string[] = []
  const write = (about: unknown) => void lines.push(JSON.stringify(about))
  const log = { info: write, warn: write, error: write, debug: write, fatal: write } as never
  const world = await openWorld({ people: [ana], given: { log } })
  const token = await linkFor(world)
  const visitor = world.visitor()
  await visitor.get(`/sign-in/reset?token=${token}`)
  await visitor.get('/sign-in/reset?token=wrong')
  await visitor.post('/sign-in/reset', { token, password: 'short' })
  await visitor.post('/sign-in/reset', { token, password: NEXT })
  await visitor.post('/sign-in/reset', { token, password: NEXT })
  expect(lines.length).toBeGreaterThan(4)
  expect(lines.join()).toContain('/sign-in/reset')
  expect(lines.join()).not.toContain(token)
  expect(lines.join()).not.toContain(NEXT)
  const links = await world.app.db.selectFrom('links').selectAll().execute()
  expect(JSON.stringify(links)).not.toContain(token)
  await world.close()
})
