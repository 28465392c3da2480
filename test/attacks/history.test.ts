import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertEvent } from '../../src/store/events.ts'
import { newId, systemRandom } from '../../src/lib/random.ts'
import { databases } from '../setup/databases.ts'
import { ana, bob, MINUTE, openWorld, protect, type Visitor, type World } from '../world.ts'
import { enter, expectNoChange } from './tools.ts'

const HERE = '/account/history'
const NASTY = `"><script>alert(1)</script>,=cmd|'/C calc'!A0`
const FORMULA = '=HYPERLINK("https://evil.example","x")'
const WIDE = { MAILS_HOUR: '100', PASSWORD_ADDRESS_REQUESTS_MINUTE: '100' }

for (const { name } of databases) {
  describe(name, () => {
    let world: World
    let anas: Visitor
    let bobs: Visitor
    let codes: string[]
    beforeAll(async () => {
      world = await openWorld({ database: name, people: [ana, bob], settings: WIDE })
      bobs = world.visitor({ address: '203.0.113.77', userAgent: NASTY })
      await protect(world, bobs, bob)
      anas = world.visitor({ address: '203.0.113.11' })
      codes = await protect(world, anas)
    })
    afterAll(() => world.close())

    const forms = async (visitor: Visitor): Promise<Record<string, string>> => ({
      page: await (await visitor.get(HERE)).text(),
      csv: await (await visitor.get(`${HERE}.csv`)).text(),
      json: await (await visitor.get(`${HERE}.json`)).text(),
    })
    const idsOf = async (login: string): Promise<string[]> => {
      const rows = await world.app.db
        .selectFrom('events')
        .innerJoin('accounts', 'accounts.id', 'events.accountId')
        .select('events.id')
        .where('login', '=', login)
        .orderBy('events.id')
        .execute()
      return rows.map(({ id }) => id)
    }

    test('E-11: nobody sees what happened to somebody else, in no form, from whatever place', async () => {
      const theirs = await idsOf(bob.email)
      for (const [form, text] of Object.entries(await forms(anas))) {
        expect(text, form).not.toContain('203.0.113.77')
        for (const id of theirs) expect(text, form).not.toContain(id)
      }
      for (const id of theirs) {
        const page = await (await anas.get(`${HERE}?before=${id}`)).text()
        expect(page).not.toContain('203.0.113.77')
      }
    })

    test('E-11: an event that points at the message or device of somebody else shows nothing of it', async () => {
      const { db } = world.app
      const message = await db
        .selectFrom('messages')
        .selectAll()
        .where('recipient', '=', bob.email)
        .executeTakeFirstOrThrow()
      const device = await db
        .updateTable('devices')
        .set({ name: 'Bob’s own laptop' })
        .where('accountId', '=', message.accountId)
        .returning('id')
        .executeTakeFirstOrThrow()
      const [, first] = await idsOf(ana.email)
      const wasOurs = await db
        .updateTable('events')
        .set({
          kind: 'code_sent',
          detail: JSON.stringify({ message: message.id }),
          deviceId: device.id,
        })
        .where('id', '=', first!)
        .returning('id')
        .execute()
      expect(wasOurs).toHaveLength(1)
      for (const [form, text] of Object.entries(await forms(anas))) {
        expect(text, form).not.toContain('b•••@')
        expect(text, form).not.toContain('Bob')
      }
    })

    test('E-11: "this was not me" about an event of somebody else, or none, is 404 and changes nothing', async () => {
      const wrong = [
        ...(await idsOf(bob.email)),
        newId(systemRandom, world.now()),
        '',
        '0',
        "' or 1=1",
        '%',
      ]
      await expectNoChange(world, async () => {
        for (const event of wrong) {
          const answer = await anas.post(`${HERE}/not-me`, { event })
          expect(answer.status, event).toBe(404)
        }
      })
      expect((await anas.post(`${HERE}/not-me`, { event: 'x'.repeat(101) })).status).toBe(400)
      expect((await bobs.get('/session')).status).toBe(200)
    })

    test('F-17: another site cannot deny an event, and a session that is not fresh is asked first', async () => {
      const [, , event] = await idsOf(ana.email)
      const other = world.visitor()
      expect((await enter(world, other)).headers.get('location')).toBe('/account')
      world.pass(6 * MINUTE)
      await expectNoChange(world, async () => {
        const form = { event: event! }
        const elsewhere = { 'sec-fetch-site': 'cross-site' }
        expect((await other.post(`${HERE}/not-me`, form, elsewhere)).status).toBe(403)
      })
      expect((await other.get(`${HERE}/not-me?event=${event}`)).status).toBe(405)
      const asked = await other.post(`${HERE}/not-me`, { event: event! })
      expect(asked.headers.get('location')).toBe('/account/confirm')
      expect((await anas.get('/session')).status).toBe(200)
    })

    test('F-08, F-16: no hash, code, token or sealed text is in the page or the files', async () => {
      const { db } = world.app
      const rows = await Promise.all([
        db.selectFrom('accounts').select('passwordHash as a').execute(),
        db.selectFrom('enrolments').select('state as a').execute(),
        db.selectFrom('sessions').select('tokenHash as a').execute(),
        db.selectFrom('devices').select('tokenHash as a').execute(),
        db.selectFrom('attempts').select('secretHash as a').execute(),
        db.selectFrom('messages').select('body as a').where('body', 'is not', null).execute(),
      ])
      const kept = rows.flat().flatMap(({ a }) => [a!, ...a!.split('.').slice(-1)])
      const cookies = [...anas.cookies.values()].flatMap((value) => value.split('.').slice(-1))
      const secrets = [...kept, ...cookies, ...codes, await world.codeTo(ana.email), ana.email]
      for (const [form, text] of Object.entries(await forms(anas)))
        for (const secret of secrets.filter((each) => each.length >= 6)) {
          // The address of the account stands in the frame of the page, as its holder's.
          if (form === 'page' && secret === ana.email) continue
          expect(text.includes(secret), `${secret} in the ${form}`).toBe(false)
        }
    })

    test('CSV injection: what could be a formula is text, and a cell ends where it ends', async () => {
      await world.app.db
        .updateTable('devices')
        .set({ name: FORMULA })
        .where('id', 'in', (e) =>
          e
            .selectFrom('events')
            .innerJoin('accounts', 'accounts.id', 'events.accountId')
            .select('deviceId')
            .where('login', '=', bob.email)
            .where('deviceId', 'is not', null),
        )
        .execute()
      const { csv, json, page } = await forms(bobs)
      const cells = csv!.split('\r\n').flatMap((line) => line.match(/"(?:[^"]|"")*"/g) ?? [])
      expect(cells.length % 7).toBe(0)
      expect(cells).toContain(`"'${FORMULA.replaceAll('"', '""')}"`)
      for (const cell of cells) expect(cell).not.toMatch(/^"\s*[=+\-@]/)
      expect(json).toContain(JSON.stringify(FORMULA).slice(1, -1))
      expect(page).not.toMatch(/<script>alert/)
    })

    test('a user agent that is a script stays text in the page, and is whole only in the file for programs', async () => {
      const { page, json, csv } = await forms(bobs)
      expect(page).not.toContain('<script>alert')
      expect(csv).not.toContain('alert(1)')
      const { events } = JSON.parse(json!) as { events: { userAgent: string }[] }
      expect(events[0]!.userAgent).toBe(NASTY)
    })

    test('an event of a newer program, or with odd details, is shown without what we do not know', async () => {
      const accountId = (
        await world.app.db
          .selectFrom('accounts')
          .select('id')
          .where('login', '=', ana.email)
          .executeTakeFirstOrThrow()
      ).id
      const about = { accountId, attemptId: null, sessionId: null, deviceId: null, userAgent: '' }
      const odd = { by: 'constructor+password', purpose: '__proto__', kind: 'toString', left: null }
      for (const [kind, detail] of [
        ['from_the_future', { secret: 'not to be seen', reason: 'hasOwnProperty' }],
        ['constructor', odd],
        ['code_sent', { message: 'no-such-message' }],
      ] as const)
        await insertEvent(world.app.db, {
          ...about,
          id: newId(systemRandom, world.now()),
          at: world.now(),
          kind,
          address: '',
          requestId: 'test',
          detail,
        })
      for (const [form, text] of Object.entries(await forms(anas))) {
        expect(text, form).toContain('Something else happened')
        expect(text, form).not.toContain('not to be seen')
        expect(text, form).not.toMatch(/native code|\[object|undefined/)
      }
    })
  })
}
