import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { notMeToken } from '../../src/delivery/not-me.ts'
import { newId, systemRandom } from '../../src/lib/random.ts'
import { keyFrom } from '../../src/lib/seal.ts'
import { databases } from '../setup/databases.ts'
import { ana, bob, MINUTE, openWorld, protect, signInFully, type World } from '../world.ts'
import { messageTo } from '../stories/not-me-tools.ts'
import { copyOf } from '../stories/story.ts'
import { codeFor, expectNoChange } from './tools.ts'

const WIDE = { MAILS_HOUR: '100', PASSWORD_ADDRESS_REQUESTS_MINUTE: '100' }

for (const { name } of databases) {
  describe(name, () => {
    let world: World
    beforeAll(async () => {
      world = await openWorld({ database: name, people: [ana, bob], settings: WIDE })
      await protect(world, world.visitor())
      await protect(world, world.visitor(), bob)
    })
    afterAll(() => world.close())

    test('G-08: a link that was made up, cut, changed or made with another key opens nothing', async () => {
      await world.visitor().signIn()
      const { id, token } = await messageTo(world, 'code')
      const { id: bobs } = await messageTo(world, 'protected', bob.email)
      const [, key, hash] = token.split('.')
      const forged = [
        '',
        id,
        `${bobs}.${key}.${hash}`,
        notMeToken([keyFrom(key!, systemRandom(32))], id),
        notMeToken([keyFrom('ffffffff', systemRandom(32))], id),
        notMeToken(world.app.keys, newId(systemRandom, world.now())),
        token.slice(0, -1),
        `${token}A`,
        token.toUpperCase(),
        `${token}.${token}`,
        `${id}.${key}.${'A'.repeat(43)}`,
        `${id}' or '1'='1.${key}.${hash}`,
      ]
      await expectNoChange(world, async () => {
        for (const each of forged) {
          const path = `/not-me?token=${encodeURIComponent(each)}`
          expect((await world.visitor().get(path)).status, each).toBe(410)
          expect((await world.visitor().post('/not-me', { token: each })).status, each).toBe(410)
        }
      }, [])
    })

    test('G-08: the link is in no row, so a copy of the database makes none', async () => {
      const { token } = await messageTo(world, 'code')
      const hash = token.split('.')[2]!
      for (const table of ['messages', 'events', 'links', 'attempts'] as const) {
        const rows = await world.app.db.selectFrom(table).selectAll().execute()
        expect(JSON.stringify(rows), table).not.toContain(hash)
      }
    })

    test('F-17: another site cannot press the button, and a page of ours must', async () => {
      const { token } = await messageTo(world, 'code')
      await expectNoChange(world, async () => {
        const press = (headers: Record<string, string>) =>
          world.visitor().post('/not-me', { token }, headers)
        expect((await press({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
        expect((await press({ origin: 'https://evil.example' })).status).toBe(403)
        expect((await press({ origin: 'null' })).status).toBe(403)
        const twice: [string, string][] = [
          ['token', token],
          ['token', token],
        ]
        expect((await world.visitor().post('/not-me', twice)).status).toBe(400)
        expect((await world.visitor().post('/not-me', { token, to: '/' })).status).toBe(400)
      }, [])
    })

    test('somebody who reads the mail can end and stop with the link, and gets nothing for it', async () => {
      world.pass(20 * MINUTE)
      const owner = world.visitor()
      await signInFully(world, owner, ana, { remember: 'yes' })
      const rest = async () => ({
        accounts: await world.app.db.selectFrom('accounts').selectAll().orderBy('id').execute(),
        enrolments: await world.app.db.selectFrom('enrolments').selectAll().execute(),
        bobs: await world.app.db
          .selectFrom('sessions')
          .innerJoin('accounts', 'accounts.id', 'sessions.accountId')
          .select(['sessions.id', 'endedAt'])
          .where('login', '=', bob.email)
          .execute(),
      })
      const before = await rest()
      const reader = world.visitor()
      const { token, link } = await messageTo(world, 'code')
      const answers = [await reader.post('/not-me', { token }), await reader.get(link)]
      expect([...reader.cookies]).toEqual([])
      for (const each of answers) expect(each.headers.getSetCookie()).toEqual([])
      const page = await answers[1]!.text()
      for (const secret of [ana.email, ana.name]) expect(page).not.toContain(secret)
      expect(await rest()).toEqual(before)
      expect((await owner.get('/session')).status).toBe(401)
    })

    test('in a browser where somebody else is signed in, the link is about its own account', async () => {
      world.pass(61 * MINUTE)
      const [bobs, anas] = [world.visitor(), world.visitor()]
      await signInFully(world, bobs, bob)
      await signInFully(world, anas)
      const { token } = await messageTo(world, 'code')
      await bobs.post('/not-me', { token })
      expect((await bobs.get('/session')).status).toBe(200)
      expect((await anas.get('/session')).status).toBe(401)
    })

    test('G-11: an attempt that was ended signs in nobody, whoever kept its cookie', async () => {
      world.pass(61 * MINUTE)
      const thief = world.visitor()
      await thief.signIn()
      const code = await codeFor(world, thief)
      const { token } = await messageTo(world, 'code')
      await world.visitor().post('/not-me', { token })
      for (const each of [thief, copyOf(world, thief)])
        expect((await each.post('/sign-in/second', { code })).status).toBe(401)
    })
  })
}
