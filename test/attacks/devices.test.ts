import { afterEach, describe, expect, test } from 'vitest'
import { deviceTag } from '../../src/sign-in/device.ts'
import { databases } from '../setup/databases.ts'
import { ana, bob, DAY, openWorld, protect, type Visitor, type World } from '../world.ts'
import { copyOf, notThe } from '../stories/story.ts'
import { codeFor, enter, eventsIn, expectNoChange } from './tools.ts'

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
      const wrong = await other.post(CODE, { code: notThe(code), remember: 'yes' })
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

    const LIST = '/account/devices'
    const idsOf = async (visitor: Visitor): Promise<string[]> =>
      [...(await (await visitor.get(LIST)).text()).matchAll(/id="tick-([0-9a-f]{32})"/g)].map(
        ([, id]) => id!,
      )

    /** Bob, signed in, and the devices of ana. */
    async function neighbours() {
      const { world, browser } = await remembered()
      await enter(world, browser)
      const his = world.visitor({ address: '198.51.100.9' })
      await his.signIn(bob)
      return { world, browser, his, hers: await idsOf(browser), own: await idsOf(his) }
    }
    const posts = (id: string): [path: string, form: [string, string][]][] => [
      ['remove', [['device', id]]],
      ['forget', [['device', id]]],
      [
        'name',
        [
          ['device', id],
          ['name', 'mine now'],
        ],
      ],
    ]

    test("E-11: nobody sees, names, forgets or deletes another's devices", async () => {
      const { world, browser, his, hers, own } = await neighbours()
      expect(hers.length).toBeGreaterThan(0)
      expect(own.filter((id) => hers.includes(id))).toEqual([])
      for (const id of hers)
        for (const [path, form] of posts(id)) {
          const answer = await expectNoChange(world, () => his.post(`${LIST}/${path}`, form))
          expect([path, answer.status]).toEqual([path, 404])
        }
      // Among one's own it makes no difference: all or none.
      const mixed: [string, string][] = [...own, ...hers].map((id) => ['device', id])
      for (const path of ['remove', 'forget']) {
        const answer = await expectNoChange(world, () => his.post(`${LIST}/${path}`, mixed))
        expect(answer.status).toBe(404)
      }
      await his.post(`${LIST}/remove-others`)
      expect((await browser.get('/session')).status).toBe(200)
      expect(await idsOf(browser)).toEqual(hers)
    })

    test('E-11: an id that is none, is unknown or comes too often changes nothing', async () => {
      const { world, his, own } = await neighbours()
      const [mine = ''] = own
      const unknown = 'f'.repeat(32)
      for (const id of [
        '',
        '0',
        `${mine}0`,
        mine.slice(1),
        mine.toUpperCase() + ' ',
        '%',
        "' or 1=1",
        '../x',
      ])
        for (const [path, form] of posts(id)) {
          const answer = await expectNoChange(world, () => his.post(`${LIST}/${path}`, form))
          expect([id, path, answer.status]).toEqual([id, path, 400])
        }
      for (const [path, form] of posts(unknown))
        expect((await expectNoChange(world, () => his.post(`${LIST}/${path}`, form))).status).toBe(
          404,
        )

      const many = (count: number): [string, string][] =>
        Array.from({ length: count }, () => ['device', mine])
      const refused: [path: string, form: [string, string][]][] = [
        ['remove', many(101)],
        ['forget', many(101)],
        ['name', [...many(2), ['name', 'x']]],
        ['remove', [...many(1), ['find', 'a'], ['find', 'b']]],
        ['remove', [...many(1), ['devices', mine]]],
        ['remove', [['device[]', mine]]],
        ['remove-others', many(1)],
      ]
      for (const [path, form] of refused) {
        const answer = await expectNoChange(world, () => his.post(`${LIST}/${path}`, form))
        expect([path, form.length, answer.status]).toEqual([path, form.length, 400])
      }
      expect((await his.post(`${LIST}/forget`, many(100))).status).toBe(303)
    })

    test('E-11: looking changes nothing, whatever is looked for', async () => {
      const { world, his } = await neighbours()
      const finds = [
        '%',
        '_',
        "'",
        '\\',
        '\u0000',
        '\ud800',
        '<script>',
        'x'.repeat(5000),
        '[',
        '.*',
      ]
      await expectNoChange(world, async () => {
        for (const find of finds) {
          const query = new URLSearchParams({ find, page: find })
          const answer = await his.get(`${LIST}?${query.toString()}&device=${'f'.repeat(32)}`)
          expect([find, answer.status]).toEqual([find, 200])
          expect(await answer.text()).not.toContain('<script>')
        }
        for (const path of ['remove', 'forget', 'name', 'remove-others'])
          expect((await his.get(`${LIST}/${path}`)).status).toBe(405)
      })
    })

    test('E-05: the cookie of a deleted device is worth nothing, be it current, late or copied', async () => {
      const { world, browser } = await remembered()
      const copy = copyOf(world, browser, { address: '203.0.113.9' })
      const late = copyOf(world, browser)
      expect(await leadsTo(browser)).toBe(IN)
      const owner = world.visitor({ address: '198.51.100.7' })
      await enter(world, owner)
      const others = (await idsOf(owner)).slice(1).map((id): [string, string] => ['device', id])
      expect((await owner.post(`${LIST}/remove`, others)).headers.get('location')).toContain(
        'removed',
      )
      expect((await browser.get('/session')).status).toBe(401)
      for (const thief of [browser, late, copy]) expect(await leadsTo(thief)).toBe(CODE)
      // Nothing of it was left that could have ended.
      expect(await eventsIn(world, 'device_trust_ended')).toBe(0)
    })

    test('E-05: a device that was forgotten asks for the code, in its other tabs too', async () => {
      const { world, browser } = await remembered()
      expect(await leadsTo(browser)).toBe(IN)
      const tab = copyOf(world, browser)
      const [id = ''] = await idsOf(browser)
      await browser.post(`${LIST}/forget`, { device: id })
      expect((await browser.get('/session')).status).toBe(200)
      for (const each of [browser, tab]) expect(await leadsTo(each)).toBe(CODE)
    })

    test('E-07: a forgotten or deleted device comes back by a right second step only', async () => {
      const { world, browser } = await remembered()
      expect(await leadsTo(browser)).toBe(IN)
      const [id = ''] = await idsOf(browser)
      await browser.post(`${LIST}/remove`, { device: id })
      await browser.signIn()
      const code = await codeFor(world, browser)
      await browser.post(CODE, { code: notThe(code), remember: 'yes' })
      expect(await leadsTo(browser)).toBe(CODE)
      await browser.post(CODE, { code: await codeFor(world, browser), remember: 'yes' })
      expect(await leadsTo(browser)).toBe(IN)
      expect(await idsOf(browser)).not.toContain(id)
    })

    test('E-08: a deleted device has no allowance of its own for wrong passwords', async () => {
      const { world, browser } = await remembered()
      expect(await leadsTo(browser)).toBe(IN)
      const known = copyOf(world, browser)
      const guess = async () => {
        for (let turn = 0; turn < 12; turn++) {
          const stranger = world.visitor({ address: `203.0.113.${turn}` })
          await stranger.signIn({ email: ana.email, password: 'a guess that is wrong' })
        }
      }
      await guess()
      expect((await known.signIn()).headers.get('location')).toBe(IN)
      const [id = ''] = await idsOf(known)
      await known.post(`${LIST}/remove`, { device: id })
      expect((await known.signIn()).status).toBe(429)
      expect((await browser.signIn()).status).toBe(429)
    })

    test('E-09: whoever came in by trust alone is asked before anything is done to other devices', async () => {
      const { world, browser } = await remembered()
      const other = world.visitor({ address: '198.51.100.7' })
      await enter(world, other)
      world.pass(SECOND)
      expect(await leadsTo(browser)).toBe(IN)
      const others = (await idsOf(browser)).slice(1).map((id): [string, string] => ['device', id])
      for (const path of ['remove', 'forget', 'remove-others']) {
        const answer = await expectNoChange(
          world,
          () => browser.post(`${LIST}/${path}`, path === 'remove-others' ? [] : others),
          ['limits', 'attempts', 'messages', 'events'],
        )
        expect(answer.headers.get('location')).toBe('/account/confirm')
      }
      expect((await other.get('/session')).status).toBe(200)
    })

    test('E-10: an old token ends the trust of its device, for its owner too, who is told', async () => {
      const { world, browser } = await remembered()
      const copy = copyOf(world, browser, { address: '203.0.113.9' })
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
      const thief = copyOf(world, browser, { address: '203.0.113.9' })
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
        copyOf(world, browser, { address: '203.0.113.9' }),
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
      const elsewhere = copyOf(world, browser, { address: '203.0.113.9' })
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
