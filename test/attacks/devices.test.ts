import { afterEach, describe, expect, test } from 'vitest'
import { deviceTag } from '../../src/sign-in/device.ts'
import { databases } from '../setup/databases.ts'
import { ana, bob, DAY, openWorld, protect, type Visitor, type World } from '../world.ts'
import { codeFor, copyOf, enter, eventsIn, expectNoChange, notThis } from './tools.ts'

const SECOND = 1000
const IN = '/account'
const CODE = '/sign-in/second'

for (const { name } of databases) {
  describe(name, () => {
    const open: World[] = []
    afterEach(async () => {
      for (const world of open.splice(0)) await world.close()
    })

    /** Ana, protected, and a browser of hers that is remembered and signed out. */
    async function remembered(settings: Record<string, string> = {}) {
      const world = await openWorld({ database: name, people: [ana, bob], settings })
      open.push(world)
      const browser = world.visitor()
      const recovery = await protect(world, browser)
      await browser.post('/sign-out')
      await enter(world, browser, { remember: 'yes' })
      await browser.post('/sign-out')
      return { world, browser, recovery }
    }
    const leadsTo = async (visitor: Visitor, typed = ana) =>
      (await visitor.signIn(typed)).headers.get('location')
    const deviceCookie = ({ cookies }: Visitor) =>
      [...cookies].find(([each]) => each.startsWith('device-'))!

    test('E-08: a remembered device without the password is nobody', async () => {
      const { world, browser } = await remembered()
      const [, token] = deviceCookie(browser)
      const thief = world.visitor()
      for (const each of [deviceCookie(browser)[0], 'session', 'attempt'])
        thief.cookies.set(each, token)
      await expectNoChange(world, async () => {
        expect((await thief.get('/session')).status).toBe(401)
        expect((await thief.get('/account')).status).toBe(303)
        const wrong = { email: ana.email, password: 'a guess that is wrong' }
        expect((await thief.signIn(wrong)).status).toBe(401)
      })
    })

    test('E-01: a device that one account trusts is nothing to another', async () => {
      const { world, browser } = await remembered()
      await protect(world, world.visitor(), bob)
      const { id } = (await world.app.db
        .selectFrom('accounts')
        .select('id')
        .where('login', '=', bob.email)
        .executeTakeFirst())!
      const mixed = copyOf(world, browser)
      mixed.cookies.set(`device-${deviceTag(id)}`, deviceCookie(browser)[1])
      expect(await leadsTo(mixed, bob)).toBe(CODE)
      expect(await eventsIn(world, 'device_trust_ended')).toBe(0)
      expect(await leadsTo(browser)).toBe(IN)
    })

    test('E-02: a device token that is not to the letter ours is no device', async () => {
      const { world, browser } = await remembered()
      const [cookie, token] = deviceCookie(browser)
      const [series = '', secret = ''] = token.split('.')
      const forged = ['', '.', series, `.${secret}`, `${token}.`, `${token}.x`]
      const other = 'A'.repeat(43)
      for (const value of [
        ...forged,
        `${other}.${secret}`,
        token.toLowerCase(),
        `${token}; ${cookie}=x`,
      ]) {
        const thief = world.visitor({ address: '198.51.100.5' })
        thief.cookies.set(cookie, value)
        expect([value, await leadsTo(thief)]).toEqual([value, CODE])
        world.pass(10 * 60 * SECOND)
      }
      expect(await leadsTo(browser)).toBe(IN)
    })

    test('E-04: trust ends after 30 days, or 14 without a visit, whatever the browser keeps', async () => {
      const { world, browser } = await remembered()
      world.pass(14 * DAY - SECOND)
      expect(await leadsTo(browser)).toBe(IN)
      world.pass(14 * DAY - SECOND)
      expect(await leadsTo(browser)).toBe(IN)
      await browser.post('/sign-out')
      world.pass(2 * DAY + 2 * SECOND)
      expect(await leadsTo(browser)).toBe(CODE)

      await enter(world, browser, { remember: 'yes' })
      await browser.post('/sign-out')
      world.pass(14 * DAY)
      expect(await leadsTo(browser)).toBe(CODE)
    })

    test('E-04: no two devices have one token, and each sign-in brings a new one', async () => {
      const { world, browser } = await remembered()
      const seen = new Set([deviceCookie(browser)[1]])
      for (let turn = 0; turn < 3; turn++) {
        world.pass(DAY)
        expect(await leadsTo(browser)).toBe(IN)
        await browser.post('/sign-out')
        seen.add(deviceCookie(browser)[1])
      }
      const other = world.visitor({ address: '198.51.100.6' })
      await enter(world, other, { remember: 'yes' })
      seen.add(deviceCookie(other)[1])
      expect(seen.size).toBe(5)
    })

    test('E-05: switching off, a recovery code and a new start end the trust of every device', async () => {
      const { world, browser, recovery } = await remembered()
      const other = world.visitor({ address: '198.51.100.7' })
      await other.signIn()
      await other.post(CODE, { code: recovery[0]!, with: 'recovery' })
      expect(await leadsTo(browser)).toBe(CODE)

      world.pass(DAY)
      await enter(world, browser, { remember: 'yes' })
      await browser.post('/account/security/unprotect')
      await browser.post('/account/security/code', { code: await codeFor(world, browser) })
      await protect(world, browser)
      await browser.post('/sign-out')
      expect(await leadsTo(browser)).toBe(CODE)
    })

    test('E-07: nothing but a right second step makes a device remembered', async () => {
      const { world, browser } = await remembered()
      await browser.post('/sign-out')
      const other = world.visitor({ address: '198.51.100.8' })
      await other.post('/sign-in', { login: ana.email, password: ana.password })
      const code = await codeFor(world, other)
      const wrong = await other.post(CODE, { code: notThis(code), remember: 'yes' })
      expect(wrong.headers.getSetCookie()).toEqual([])
      await other.post(CODE, { code })
      await other.post('/sign-out')
      expect(await leadsTo(other)).toBe(CODE)

      // Who is known by a password alone is not remembered when protection comes.
      const his = world.visitor({ address: '198.51.100.9' })
      await his.signIn(bob)
      await protect(world, world.visitor(), bob)
      await his.post('/sign-out')
      expect(await leadsTo(his, bob)).toBe(CODE)
    })

    test('E-07: where remembering is switched off, asking for it does nothing', async () => {
      const world = await openWorld({
        database: name,
        people: [ana],
        settings: { REMEMBER_DAYS: '0' },
      })
      open.push(world)
      const browser = world.visitor()
      await protect(world, browser)
      await enter(world, browser, { remember: 'yes' })
      await browser.post('/sign-out')
      expect(await leadsTo(browser)).toBe(CODE)
    })

    test('E-09: a remembered device does not stand in for the code that changes protection', async () => {
      const { world, browser } = await remembered()
      expect(await leadsTo(browser)).toBe(IN)
      for (const path of ['unprotect', 'recovery-codes']) {
        await browser.post(`/account/security/${path}`)
        const answer = await browser.post('/account/security/confirm', { saved: 'yes' })
        expect(answer.status).toBe(409)
        const codes = await browser.post('/account/security/codes')
        expect(codes.status).toBe(409)
      }
      expect(await eventsIn(world, 'unprotected')).toBe(0)
    })

    test('E-10: an old token ends the trust of its device, for its owner too, who is told', async () => {
      const { world, browser } = await remembered()
      const copy = copyOf(world, browser, '203.0.113.9')
      expect(await leadsTo(browser)).toBe(IN)
      await browser.post('/sign-out')
      world.pass(11 * SECOND)
      expect(await leadsTo(copy)).toBe(CODE)
      expect(await eventsIn(world, 'device_trust_ended')).toBe(1)
      const notices = (await world.messagesTo(ana.email)).map(({ notice }) => notice.kind)
      expect(notices).toContain('device_trust_ended')
      expect(await leadsTo(browser)).toBe(CODE)
      // A second look at the old token ends nothing twice.
      expect(await leadsTo(copy)).toBe(CODE)
      expect(await eventsIn(world, 'device_trust_ended')).toBe(1)
    })

    test('E-10: a thief who comes first with a copied token is found out by its owner', async () => {
      const { world, browser } = await remembered()
      const thief = copyOf(world, browser, '203.0.113.9')
      expect(await leadsTo(thief)).toBe(IN)
      world.pass(DAY)
      expect(await leadsTo(browser)).toBe(CODE)
      await thief.post('/sign-out')
      expect(await leadsTo(thief)).toBe(CODE)
    })

    test('E-10: an old token is forgiven for ten seconds at its own address, and nowhere else', async () => {
      const { world, browser } = await remembered()
      const [tab, late, elsewhere] = [
        copyOf(world, browser),
        copyOf(world, browser),
        copyOf(world, browser, '203.0.113.9'),
      ]
      expect(await leadsTo(browser)).toBe(IN)
      world.pass(9999)
      expect(await leadsTo(tab)).toBe(IN)
      world.pass(1)
      expect(await leadsTo(late)).toBe(CODE)
      expect(await eventsIn(world, 'device_trust_ended')).toBe(1)
      expect(await leadsTo(elsewhere)).toBe(CODE)
    })

    test('E-10: at another address an old token is not forgiven at all', async () => {
      const { world, browser } = await remembered()
      const elsewhere = copyOf(world, browser, '203.0.113.9')
      expect(await leadsTo(browser)).toBe(IN)
      expect(await leadsTo(elsewhere)).toBe(CODE)
      expect(await eventsIn(world, 'device_trust_ended')).toBe(1)
    })

    test('E-10: five tabs that start with one token leave the browser remembered', async () => {
      const { world, browser } = await remembered()
      const tabs = Array.from({ length: 5 }, () => copyOf(world, browser))
      const tokens: string[] = []
      for (const tab of tabs) {
        expect(await leadsTo(tab)).toBe(IN)
        tokens.push(deviceCookie(tab)[1])
      }
      expect(await eventsIn(world, 'device_trust_ended')).toBe(0)
      // Whichever answer the browser read last, it can go on with what it was given.
      const given = tokens.filter((token) => token !== deviceCookie(browser)[1])
      world.pass(DAY)
      const next = world.visitor()
      next.cookies.set(deviceCookie(browser)[0], given[0]!)
      expect(await leadsTo(next)).toBe(IN)
      expect(new Set(given).size).toBe(1)
    })
  })
}
