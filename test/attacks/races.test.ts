import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterEach, describe, expect, test } from 'vitest'
import { openSetUp } from '../../src/accounts/set-up.ts'
import { codesLeft } from '../../src/factors/recovery.ts'
import { readLimits } from '../../src/store/limits.ts'
import { sha256 } from '../../src/lib/random.ts'
import { databases } from '../setup/databases.ts'
import { messageTo } from '../stories/not-me-tools.ts'
import {
  ana,
  bob,
  DAY,
  MINUTE,
  openWorld,
  protect,
  recoveryCodesIn,
  type Visitor,
  type World,
} from '../world.ts'
import { copyOf, notThe } from '../stories/story.ts'
import { atOnce, codeFor, enter, eventsIn, rowsIn, slowly, statuses, tally } from './tools.ts'

// Many requests at the same moment: on PostgreSQL over two servers, on SQLite at the one there may
// be. The database answers slowly, so that each has read before the first of them writes.

const WIDE = {
  SECOND_STEP_FAILURES_5_MINUTES: '1000',
  SECOND_STEP_FAILURES_DAY: '1000',
  SECOND_STEP_ADDRESS_FAILURES_5_MINUTES: '1000',
  SECOND_STEP_ADDRESS_FAILURES_HOUR: '1000',
}

for (const { name } of databases) {
  describe(name, () => {
    const open: World[] = []
    afterEach(async () => {
      for (const world of open.splice(0).toReversed()) await world.close()
    })

    /** One world, and the server that a request of this number goes to. */
    async function servers(settings: Record<string, string> = {}, people = [ana]) {
      const about = { database: name, settings, wrap: slowly(3) }
      const world = await openWorld({ ...about, people })
      open.push(world)
      if (name === 'SQLite') return { world, at: () => world }
      await breakNoRings(world)
      const first = await openWorld({ ...about, beside: world })
      const second = await openWorld({ ...about, beside: world })
      open.push(first, second)
      return { world, at: (index: number) => (index % 2 ? second : first) }
    }
    const addressOf = (index: number) => `198.51.100.${index}`
    const locations = (all: readonly Response[]) =>
      tally(all.map(({ status, headers }) => headers.get('location') ?? status))

    test('C-05: of a hundred wrong codes sent at once to one attempt five are looked at', async () => {
      const { world, at } = await servers(WIDE)
      const browser = world.visitor()
      await protect(world, browser)
      await browser.post('/sign-out')
      await browser.signIn()
      const code = await codeFor(world, browser)
      const answers = await atOnce(100, (index) => {
        const guesser = copyOf(at(index), browser, { address: addressOf(index) })
        return guesser.post('/sign-in/second', { code: notThe(code, index + 1) })
      })
      expect(statuses(answers)).toEqual({ 401: 100 })
      expect(await eventsIn(world, 'second_step_refused')).toBe(5)
      expect((await browser.post('/sign-in/second', { code })).status).toBe(401)
      expect((await browser.get('/account')).headers.get('location')).toMatch(/^\/sign-in/)
    })

    test('C-02: wrong codes in many attempts at once are counted together', async () => {
      const { world, at } = await servers({ MAILS_HOUR: '20' })
      await protect(world, world.visitor())
      const browsers = await atOnce(10, async (index) => {
        const browser = at(index).visitor({ address: addressOf(index) })
        await browser.signIn()
        return { browser, code: await codeFor(world, browser) }
      })
      const answers = await atOnce(50, (index) => {
        const { browser, code } = browsers[index % 10]!
        return browser.post('/sign-in/second', { code: notThe(code, index + 1) })
      })
      expect(statuses(answers)).toEqual({ 401: 5, 429: 45 })
      expect(await eventsIn(world, 'second_step_refused')).toBe(5)
      const { browser, code } = browsers[0]!
      expect((await browser.post('/sign-in/second', { code })).status).toBe(429)
    })

    test('B-04: one right code sent twenty times at once is one sign-in', async () => {
      const { world, at } = await servers()
      const browser = world.visitor()
      await protect(world, browser)
      await browser.post('/sign-out')
      await browser.signIn()
      const [sessions, code] = [await rowsIn(world, 'sessions'), await codeFor(world, browser)]
      const answers = await atOnce(20, (index) =>
        copyOf(at(index), browser).post('/sign-in/second', { code }),
      )
      expect(locations(answers)).toEqual({ '/account': 1, 401: 19 })
      expect(
        answers.filter(({ headers }) => /session=/.test(headers.getSetCookie().join())),
      ).toHaveLength(1)
      expect(await rowsIn(world, 'sessions')).toBe(sessions + 1)
    })

    test('a person who asks and answers at the same moment, in many tabs, waits for nobody', async () => {
      const { world, at } = await servers({
        ...WIDE,
        MAILS_HOUR: '1000',
        MAILS_DAY: '1000',
        NEW_EMAIL_CODES_DAY: '1000',
        ADDRESS_SENDS_5_MINUTES: '1000',
      })
      const browser = world.visitor()
      await protect(world, browser)
      const ask = (visitor: Visitor, to: string) => visitor.post('/account/email', { email: to })
      for (let turn = 0; turn < 8; turn++) {
        world.pass(6 * MINUTE)
        await ask(browser, 'first@new.example.com')
        const code = await codeFor(world, browser)
        // Some are all different things, some a right answer and questions at the same moment.
        const some = turn < 2 ? 20 : 6
        const answers = await atOnce(some, (index) => {
          const tab = copyOf(at(index), browser)
          if (index === 2) return tab.post('/account/confirm', { code })
          if (some === 6 || index % 4 === 0) return ask(tab, `tab${index}@new.example.com`)
          if (index % 4 === 1) return tab.post('/account/confirm/send')
          if (index % 4 === 2) return tab.post('/account/security/unprotect')
          return tab.post('/account/confirm', { code: notThe(code) })
        })
        expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([])
        await browser.post('/sign-out')
        await enter(world, browser)
      }
    })

    test('B-04: one recovery code typed in twenty browsers at once is one sign-in', async () => {
      const { world, at } = await servers()
      const [recovery] = await protect(world, world.visitor())
      const browsers = await atOnce(20, async (index) => {
        const browser = at(index).visitor({ address: addressOf(index) })
        await browser.signIn()
        return browser
      })
      const sessions = await rowsIn(world, 'sessions')
      const answers = await atOnce(20, (index) =>
        browsers[index]!.post('/sign-in/second', { code: recovery!, with: 'recovery' }),
      )
      expect(locations(answers)).toEqual({ '/account?notice=recovery_left': 1, 401: 19 })
      expect(await rowsIn(world, 'sessions')).toBe(sessions + 1)
      expect(await eventsIn(world, 'recovery_code_used')).toBe(1)
      expect(await left(world)).toBe(9)
    })

    test('B-08: one recovery code, for signing in and for switching off at once, does one of them', async () => {
      const { world, at } = await servers()
      const inside = world.visitor()
      const [recovery] = await protect(world, inside)
      await inside.post('/account/security/unprotect')
      const outside = at(1).visitor({ address: addressOf(1) })
      await outside.signIn()
      const typed = { code: recovery!, with: 'recovery' }
      await Promise.all([
        inside.post('/account/security/code', typed),
        outside.post('/sign-in/second', typed),
      ])
      expect(await eventsIn(world, 'recovery_code_used')).toBe(1)
      const off = (await eventsIn(world, 'unprotected')) === 1
      const isIn = (await outside.get('/account')).status === 200
      expect(off).not.toBe(isIn)
    })

    test('C-07: of fifty who press "send again" at once one is sent a message', async () => {
      const { world, at } = await servers({ ADDRESS_SENDS_5_MINUTES: '1000', MAILS_HOUR: '1000' })
      const browser = world.visitor()
      await protect(world, browser)
      await browser.signIn()
      world.pass(MINUTE)
      const before = await rowsIn(world, 'messages')
      const answers = await atOnce(50, (index) =>
        copyOf(at(index), browser).post('/sign-in/second/send'),
      )
      expect(statuses(answers)).toEqual({ 303: 1, 429: 49 })
      expect(await rowsIn(world, 'messages')).toBe(before + 1)
    })

    test('C-05: of a hundred wrong passwords sent at once ten are answered', async () => {
      const { world, at } = await servers({ PASSWORD_QUEUE: '200' })
      const password = 'a guess that is wrong'
      const answers = await atOnce(100, (index) =>
        at(index)
          .visitor({ address: addressOf(index) })
          .post('/sign-in', { login: ana.email, password }),
      )
      expect(statuses(answers)).toEqual({ 401: 10, 429: 90 })
      const key = `password:${sha256(ana.email)}`
      expect((await readLimits(world.app.db, [key])).get(key)?.count).toBe(10)

      const owner = world.visitor({ address: addressOf(200) })
      expect((await owner.signIn()).status).toBe(429)
      world.pass(2000)
      expect((await owner.signIn()).headers.get('location')).toBe('/account')
    })

    test('C-10: of the first twenty wrong passwords ever, sent at once, all are counted', async () => {
      const wide = { PASSWORD_FAILURES_5_MINUTES: '1000', PASSWORD_QUEUE: '200' }
      const { world, at } = await servers(wide)
      const answers = await atOnce(20, (index) =>
        at(index)
          .visitor({ address: addressOf(index) })
          .post('/sign-in', { login: ana.email, password: 'a guess that is wrong' }),
      )
      expect(statuses(answers)).toEqual({ 401: 20 })
      const keys = [`password:${sha256(ana.email)}`, 'password-all:server']
      const read = await readLimits(world.app.db, keys)
      expect(keys.map((key) => read.get(key)?.count)).toEqual([20, 20])
    })

    const form = { ...ana, phone: '', email: '' }

    test('B-14: one set-up link used by ten at once makes one account', async () => {
      const { world, at } = await servers({}, [])
      const token = await openSetUp(world.app)
      const answers = await atOnce(10, (index) =>
        at(index)
          .visitor()
          .post('/setup', { ...form, token, email: `ana${index}@example.com` }),
      )
      expect(statuses(answers)).toEqual({ 303: 1, 410: 9 })
      expect(await rowsIn(world, 'accounts')).toBe(1)
    })

    test('B-14: ten set-up links used at once make one account', async () => {
      const { world, at } = await servers({}, [])
      const tokens = await atOnce(10, () => openSetUp(world.app))
      const answers = await atOnce(10, (index) =>
        at(index)
          .visitor()
          .post('/setup', { ...form, token: tokens[index]!, email: `ana${index}@example.com` }),
      )
      expect(statuses(answers)).toEqual({ 303: 1, 410: 9 })
      expect(await rowsIn(world, 'accounts')).toBe(1)
    })

    test('A-20: two tabs that switch protection on at once switch it on once, with one list', async () => {
      const { world, at } = await servers()
      const tabs = await atOnce(2, async (index) => {
        const tab = at(index).visitor({ address: addressOf(index) })
        await tab.signIn()
        await tab.post('/account/security/protect')
        const code = await codeFor(world, tab)
        const page = await (await tab.post('/account/security/code', { code })).text()
        return { tab, codes: recoveryCodesIn(page) }
      })
      const answers = await atOnce(10, (index) =>
        copyOf(at(index), tabs[index % 2]!.tab).post('/account/security/confirm', { saved: 'yes' }),
      )
      const done = answers.filter((each) => each.headers.get('location')?.includes('protected'))
      expect(done).toHaveLength(1)
      expect(await eventsIn(world, 'protected')).toBe(1)
      expect(await rowsIn(world, 'enrolments')).toBe(2)

      const winner = answers.indexOf(done[0]!) % 2
      const visitor = world.visitor({ address: addressOf(9) })
      await visitor.signIn()
      const use = (codes: readonly string[]) =>
        visitor.post('/sign-in/second', { code: codes[0]!, with: 'recovery' })
      expect((await use(tabs[1 - winner]!.codes)).status).toBe(401)
      expect((await use(tabs[winner]!.codes)).status).toBe(303)
    })

    test('G-11: signing out while signing in again leaves the old session dead', async () => {
      const { world, at } = await servers()
      const browser = world.visitor()
      await browser.signIn()
      const old = copyOf(world, browser)
      const answers = await atOnce(10, async (index) => {
        const tab = copyOf(at(index), browser)
        await (index % 2 ? tab.signIn() : tab.post('/sign-out'))
        return tab
      })
      expect((await old.get('/session')).status).toBe(401)
      expect(await eventsIn(world, 'signed_out')).toBeLessThanOrEqual(1)
      const signedIn = answers.filter((_, index) => index % 2)
      const after = await Promise.all(signedIn.map((tab) => tab.get('/session')))
      expect(statuses(after)).toEqual({ 200: 5 })
    })

    /** Sessions that live on a device that was deleted. */
    const onDeleted = ({ app }: World) =>
      app.db
        .selectFrom('sessions')
        .innerJoin('devices', 'devices.id', 'sessions.deviceId')
        .select('sessions.id')
        .where('sessions.endedAt', 'is', null)
        .where('devices.removedAt', 'is not', null)
        .execute()
    const living = async ({ app }: World) =>
      (await app.db.selectFrom('sessions').select('id').where('endedAt', 'is', null).execute())
        .length
    const newestDevice = async ({ app }: World): Promise<string> =>
      (
        await app.db
          .selectFrom('sessions')
          .select('deviceId')
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirstOrThrow()
      ).deviceId
    const CALM = { ...WIDE, MAILS_HOUR: '1000', MAILS_DAY: '1000', ADDRESS_SENDS_5_MINUTES: '1000' }

    for (const way of ['the second step', 'trust'] as const)
      test(`G-11: no session lives on a device that is deleted while it signs in by ${way}`, async () => {
        const { world, at } = await servers({ ...CALM, SECOND_STEP_FAILURES_5_MINUTES: '1000' })
        const owner = world.visitor()
        await protect(world, owner)
        for (let turn = 0; turn < 12; turn++) {
          const browser = at(turn).visitor({ address: addressOf(turn) })
          await enter(world, browser, way === 'trust' ? { remember: 'yes' } : {})
          const device = await newestDevice(world)
          await browser.post('/sign-out')
          if (way === 'the second step') await browser.signIn()
          const code = way === 'trust' ? '' : await codeFor(world, browser)
          const [, removed] = await Promise.all([
            way === 'trust' ? browser.signIn() : browser.post('/sign-in/second', { code }),
            copyOf(at(turn + 1), owner).post('/account/devices/remove', { device }),
          ])
          expect(removed.headers.get('location')).toContain('devices_removed')
          expect(await onDeleted(world)).toEqual([])
        }
      })

    test('G-11: of ten sign-ins that had begun, none survives "all but this one"', async () => {
      const { world, at } = await servers(CALM)
      const owner = world.visitor()
      await protect(world, owner)
      for (let turn = 0; turn < 3; turn++) {
        const browsers = await atOnce(10, async (index) => {
          const browser = at(index).visitor({ address: addressOf(index) })
          await browser.signIn()
          return { browser, code: await codeFor(world, browser) }
        })
        await Promise.all([
          ...browsers.map(({ browser, code }) => browser.post('/sign-in/second', { code })),
          copyOf(at(1), owner).post('/account/devices/remove-others'),
        ])
        expect(await living(world)).toBe(1)
        expect((await owner.get('/session')).status).toBe(200)
      }
    })

    test('G-11: a change that was on its way in a session that is ended is not made', async () => {
      const { world, at } = await servers(CALM)
      const owner = world.visitor()
      await protect(world, owner)
      for (let turn = 0; turn < 6; turn++) {
        const thief = at(turn).visitor({ address: addressOf(turn) })
        await enter(world, thief)
        const device = await newestDevice(world)
        await thief.post('/account/security/unprotect')
        const code = await codeFor(world, thief)
        const [changed] = await Promise.all([
          thief.post('/account/security/code', { code }),
          copyOf(at(turn + 1), owner).post('/account/devices/remove', { device }),
        ])
        // It was first, and then it was made by somebody signed in; or it was not made at all.
        const isMade = changed.headers.get('location')?.includes('unprotected') === true
        expect((await rowsIn(world, 'enrolments')) === 0).toBe(isMade)
        expect((await thief.get('/session')).status).toBe(401)
        if (isMade) return
      }
    })

    test('of two sign-ins at once, one by trust and one by a code, one session lives', async () => {
      const { world, at } = await servers({ ...CALM, SESSIONS: '1' })
      const trusted = world.visitor()
      await protect(world, trusted)
      await enter(world, trusted, { remember: 'yes' })
      for (let turn = 0; turn < 12; turn++) {
        const asked = at(turn).visitor({ address: addressOf(turn) })
        await asked.signIn()
        const code = await codeFor(world, asked)
        world.pass(MINUTE)
        await Promise.all([trusted.signIn(), asked.post('/sign-in/second', { code })])
        expect(await living(world)).toBe(1)
      }
    })

    test('of twenty sign-ins at once, over all ways in, three sessions live', async () => {
      const { world, at } = await servers({ ...CALM, SESSIONS: '3', PASSWORD_QUEUE: '200' })
      const owner = world.visitor()
      await protect(world, owner)
      const trusted = await atOnce(6, async (index) => {
        const browser = at(index).visitor({ address: addressOf(index) })
        await enter(world, browser, { remember: 'yes' })
        return browser
      })
      expect(await living(world)).toBe(3)
      const asked = await atOnce(14, async (index) => {
        const browser = at(index).visitor({ address: addressOf(index + 50) })
        await browser.signIn()
        return { browser, code: await codeFor(world, browser) }
      })
      await Promise.all([
        ...trusted.map((browser) => browser.signIn()),
        ...asked.map(({ browser, code }) => browser.post('/sign-in/second', { code })),
      ])
      expect(await living(world)).toBe(3)
      expect(await eventsIn(world, 'session_ended')).toBeGreaterThan(10)
    })

    test('E-10: twenty sign-ins at once from a remembered device leave it remembered', async () => {
      const { world, at } = await servers()
      const browser = world.visitor()
      await protect(world, browser)
      await enter(world, browser, { remember: 'yes' })
      await browser.post('/sign-out')
      world.pass(DAY)
      const shared = copyOf(world, browser)
      const answers = await atOnce(20, async (index) => {
        const answer = await copyOf(at(index), browser).signIn()
        // A browser's tabs share its cookies: what comes last stays.
        keep(shared.cookies, answer)
        return answer
      })
      expect(locations(answers)).toEqual({ '/account': 20 })
      expect(await eventsIn(world, 'device_trust_ended')).toBe(0)
      await shared.post('/sign-out')
      world.pass(DAY)
      expect((await shared.signIn()).headers.get('location')).toBe('/account')
    })

    test('E-10: a copied token used at two addresses at once ends the trust, once', async () => {
      const { world, at } = await servers()
      const browser = world.visitor()
      await protect(world, browser)
      await enter(world, browser, { remember: 'yes' })
      world.pass(DAY)
      const answers = await atOnce(6, (index) =>
        copyOf(at(index), browser, { address: addressOf(index) }).signIn(),
      )
      const { '/account': passed = 0, '/sign-in/second': asked = 0 } = locations(answers)
      expect([passed, asked]).toEqual([1, 5])
      expect(await eventsIn(world, 'device_trust_ended')).toBe(1)
      const told = (await world.messagesTo(ana.email)).map(({ notice }) => notice.kind)
      expect(told.filter((kind) => kind === 'device_trust_ended')).toHaveLength(1)
    })

    test('B-14: of twenty who say "this was not me" at once about one message, one is heard', async () => {
      const { world, at } = await servers({}, [bob, ana])
      await protect(world, world.visitor())
      await at(1)
        .visitor({ address: addressOf(1) })
        .signIn()
      const { token } = await messageTo(world, 'code')
      const answers = await atOnce(20, (index) => at(index).visitor().post('/not-me', { token }))
      expect(statuses(answers)).toEqual({ 303: 20 })
      expect(await eventsIn(world, 'not_me')).toBe(1)
      const told = (await world.messagesTo(bob.email)).map(({ notice }) => notice.kind)
      expect(told).toEqual(['reported'])
    })

    test('G-11: "this was not me" against the right code at the same moment: no session survives', async () => {
      const { world, at } = await servers({ MAILS_HOUR: '100', MAILS_DAY: '100' })
      await protect(world, world.visitor())
      for (let turn = 0; turn < 6; turn++) {
        world.pass(61 * MINUTE)
        const thief = at(0).visitor({ address: addressOf(turn) })
        await thief.signIn()
        const code = await codeFor(world, thief)
        const { token, attemptId } = await messageTo(world, 'code')
        await Promise.all([
          sleep(turn % 3).then(() => thief.post('/sign-in/second', { code, remember: 'yes' })),
          sleep((turn + 1) % 2).then(() => at(1).visitor().post('/not-me', { token })),
          copyOf(at(1), thief).post('/sign-in/second/send'),
        ])
        const alive = await world.app.db
          .selectFrom('sessions')
          .select('id')
          .where('attemptId', '=', attemptId!)
          .where('endedAt', 'is', null)
          .execute()
        expect(alive, `turn ${turn}`).toEqual([])
        for (const each of [world, at(0), at(1)])
          expect((await copyOf(each, thief).get('/session')).status).toBe(401)
        world.pass(61 * MINUTE)
        expect((await thief.signIn()).headers.get('location')).toBe('/sign-in/second')
      }
    })

    test('G-11: "this was not me" against the right code for a change: the session ends either way', async () => {
      const { world, at } = await servers({ MAILS_HOUR: '100', MAILS_DAY: '100' })
      await protect(world, world.visitor())
      const profile = { name: ana.name, country: 'PT', language: 'en' }
      for (let turn = 0; turn < 4; turn++) {
        world.pass(61 * MINUTE)
        const thief = at(0).visitor({ address: addressOf(turn) })
        await enter(world, thief)
        world.pass(6 * MINUTE)
        await thief.post('/account', { ...profile, phone: `91234567${turn}` })
        const code = await codeFor(world, thief)
        const { token } = await messageTo(world, 'code')
        await Promise.all([
          thief.post('/account/confirm', { code }),
          sleep(turn).then(() => at(1).visitor().post('/not-me', { token })),
        ])
        expect((await thief.get('/session')).status, `turn ${turn}`).toBe(401)
      }
    })
  })
}

test('PostgreSQL: P-02: strangers who come at once never wait for each other in a ring', async () => {
  const about = { database: 'PostgreSQL', settings: { PASSWORD_QUEUE: '200' } } as const
  const world = await openWorld({ ...about, people: [ana] })
  await breakNoRings(world)
  const server = await openWorld({ ...about, beside: world, wrap: slowly(3) })
  for (let turn = 0; turn < 4; turn++) {
    const answers = await atOnce(60, (index) =>
      server
        .visitor({ address: `198.51.100.${turn * 4 + (index % 3)}` })
        .signIn({ email: `nobody${turn * 20 + (index % 20)}@example.com`, password: 'wrong' }),
    )
    expect(statuses(answers)).toEqual({ 401: 30, 429: 30 })
  }
  await server.close()
  await world.close()
})

// PostgreSQL breaks a ring of requests that wait for each other after a second, and we try again. Here
// it takes longer than we have, for servers opened from now on: so nobody may ever wait in one.
async function breakNoRings({ app, config }: World): Promise<void> {
  const name = sql.id(new URL(config.databaseUrl).pathname.slice(1))
  await sql`alter database ${name} set deadlock_timeout = '60s'`.execute(app.db)
}

async function left({ app }: World): Promise<number> {
  const { state } = await app.db
    .selectFrom('enrolments')
    .select('state')
    .where('kind', '=', 'recovery')
    .executeTakeFirstOrThrow()
  return codesLeft(JSON.parse(state))
}

function keep(cookies: Map<string, string>, answer: Response): void {
  for (const line of answer.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
    if (value) cookies.set(name!, value)
  }
}
