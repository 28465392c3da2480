import { afterEach, describe, expect, test } from 'vitest'
import { openBody } from '../../src/delivery/body.ts'
import type { Log } from '../../src/log.ts'
import { databases } from '../setup/databases.ts'
import {
  ana,
  bob,
  MINUTE,
  openWorld,
  protect,
  recoveryCodesIn,
  type Visitor,
  type World,
} from '../world.ts'
import { copyOf, notThe } from '../stories/story.ts'
import { codeFor, dump, enter, eventsIn, expectNoChange, rowsIn } from './tools.ts'

/** Keeps every line at every level. */
function listeningLog(): { readonly lines: string[]; readonly log: Log } {
  const lines: string[] = []
  const keep = (...said: unknown[]) => {
    const errors = (_: string, value: unknown) =>
      value instanceof Error ? `${value.message} ${value.stack}` : value
    lines.push(JSON.stringify(said, errors))
  }
  return { lines, log: { fatal: keep, error: keep, warn: keep, info: keep, debug: keep } }
}

/** Lives through everything there is, and gives all that must stay secret. */
async function everything(world: World): Promise<{ secrets: string[]; urls: string[] }> {
  const secrets = new Set([ana.password, bob.password])
  const urls: string[] = []
  const browser = world.visitor()
  const post = async (path: string, form: Record<string, string> = {}) => {
    const answer = await browser.post(path, form)
    urls.push(answer.headers.get('location') ?? '')
    for (const [name, value] of browser.cookies)
      // The id of the row stands before the secret, and is none.
      if (name !== 'language') for (const part of value.split('.').slice(1)) secrets.add(part)
    return answer
  }
  const code = async () => {
    const sent = await codeFor(world, browser)
    secrets.add(sent)
    return sent
  }
  const wrong = 'a guess that is wrong'
  secrets.add(wrong)
  await post('/sign-in', { login: ana.email, password: wrong })
  await post('/sign-in', { login: ana.email, password: ana.password })
  await post('/account/security/protect')
  const page = await (await post('/account/security/code', { code: await code() })).text()
  const again = await (await post('/account/security/codes')).text()
  const codes = recoveryCodesIn(again)
  for (const each of [...recoveryCodesIn(page), ...codes])
    for (const form of [each, each.replaceAll('-', ''), each.toLowerCase()]) secrets.add(form)
  await post('/account/security/confirm', { saved: 'yes' })
  await post('/sign-out')
  await post('/sign-in', { login: ana.email, password: ana.password })
  await post('/sign-in/second', { code: notThe(await code()) })
  world.pass(MINUTE)
  await post('/sign-in/second/send')
  await post('/sign-in/second', { code: await code(), remember: 'yes' })
  await post('/sign-out')
  await post('/sign-in', { login: ana.email, password: ana.password })
  await post('/account/security/recovery-codes')
  await post('/account/security/code', { code: codes[0]!, with: 'recovery' })
  await post('/account/security/cancel')
  await post('/account/security/unprotect')
  await code()
  await post('/sign-in', { login: ana.email, password: ana.password, to: '/account/security' })
  // The other ones wait half-way, so that all of it is in the database at this moment.
  await post('/sign-in/second', { code: await code() })
  await world.visitor().signIn()
  return { secrets: [...secrets].filter((each) => each !== ''), urls }
}

const found = (secrets: readonly string[], text: string): string[] =>
  secrets.filter((secret) => {
    // Six digits stand in many numbers by chance; a secret would stand alone.
    const alone = new RegExp(`(?<![\\w-])${secret.replace(/[^\w]/g, '\\$&')}(?![\\w-])`)
    return secret.length > 6 ? text.includes(secret) : alone.test(text)
  })

for (const { name } of databases) {
  describe(name, () => {
    const open: World[] = []
    afterEach(async () => {
      for (const world of open.splice(0)) await world.close()
    })
    async function openWith(given: { log?: Log } = {}): Promise<World> {
      const world = await openWorld({ database: name, people: [ana, bob], given })
      open.push(world)
      return world
    }

    test('Q-01, Q-02, Q-04, Q-05: no secret is in the database, the log, an event or a URL', async () => {
      const { lines, log } = listeningLog()
      const world = await openWith({ log })
      const { secrets, urls } = await everything(world)
      expect(secrets.length).toBeGreaterThan(40)
      const stored = Object.entries(await dump(world)).map(
        ([table, rows]) => `${table}\n${rows.join('\n')}`,
      )
      for (const table of stored)
        expect([table.split('\n')[0], ...found(secrets, table)]).toHaveLength(1)
      expect(lines.length).toBeGreaterThan(15)
      expect(found(secrets, lines.join('\n'))).toEqual([])
      expect(found(secrets, urls.join('\n'))).toEqual([])
      expect(found(secrets, await world.app.metrics.text())).toEqual([])
    })

    test('Q-02: whatever stands in a stolen database signs nobody in', async () => {
      const world = await openWith()
      await everything(world)
      const rows = Object.values(await dump(world)).flat()
      const values = rows.flatMap((row) => Object.values(JSON.parse(row) as object))
      const texts = values.filter((each): each is string => typeof each === 'string')
      const tried = [...new Set(texts)].filter((text) => /^[\w.~-]{16,100}$/.test(text))
      expect(tried.length).toBeGreaterThan(20)
      await expectNoChange(world, async () => {
        for (const text of tried) {
          const thief = world.visitor()
          for (const cookie of ['session', 'attempt']) thief.cookies.set(cookie, text)
          expect((await thief.get('/session')).status).toBe(401)
          expect((await thief.get('/sign-in/second')).status).toBe(303)
        }
      }, [])
    })

    async function halfway(): Promise<{ world: World; browser: Visitor; recovery: string[] }> {
      const world = await openWith()
      const recovery = await protect(world, world.visitor())
      const browser = world.visitor()
      await browser.signIn()
      return { world, browser, recovery }
    }
    const theAttempt = (world: World) =>
      world.app.db
        .selectFrom('attempts')
        .select(['id', 'asked', 'proofs'])
        .where('endedAt', 'is', null)
        .orderBy('id', 'desc')
        .executeTakeFirstOrThrow()
    const putAsked = (world: World, id: string, asked: string | null) =>
      world.app.db.updateTable('attempts').set({ asked }).where('id', '=', id).execute()

    /** Every letter of it turned into another, one at a time. */
    const flipped = (text: string, from: number, to: number): string[] =>
      Array.from({ length: to - from }, (_, at) => {
        const letter = text[from + at] === 'A' ? 'B' : 'A'
        return text.slice(0, from + at) + letter + text.slice(from + at + 1)
      })

    test('Q-01: a sealed message put into the place of another does not open', async () => {
      const { world, browser } = await halfway()
      await browser.signIn()
      const rows = await world.app.db
        .selectFrom('messages')
        .select(['id', 'body'])
        .where('body', 'is not', null)
        .execute()
      const [one, two] = rows as { id: string; body: string }[]
      expect(openBody(world.app.keys, one!.id, one!.body)).toBeDefined()
      expect(() => openBody(world.app.keys, one!.id, two!.body)).toThrow()
      // The last letter of a part has bits that mean nothing, so those stay as they are.
      const parts = one!.body.split('.')
      const at = one!.body.length - parts[3]!.length
      const broken = [
        ...flipped(one!.body, at, one!.body.length - 1),
        ...flipped(one!.body, parts[0]!.length + 1, parts[0]!.length + 16),
        one!.body.slice(0, -2),
        one!.body.slice(0, at),
        `${parts[0]}...`,
        `other000.${parts.slice(1).join('.')}`,
        '',
        '{}',
      ]
      for (const body of broken) expect(() => openBody(world.app.keys, one!.id, body)).toThrow()
    })

    test('Q-01, B-07: a question put into another attempt is answered by nobody', async () => {
      const { world, browser } = await halfway()
      const mine = await theAttempt(world)
      const code = await codeFor(world, browser)
      await protect(world, world.visitor(), bob)
      const other = world.visitor({ address: '198.51.100.2' })
      await other.signIn(bob)
      const theirs = await theAttempt(world)
      expect(theirs.id).not.toBe(mine.id)
      await putAsked(world, theirs.id, mine.asked)
      world.pass(MINUTE)
      expect((await other.post('/sign-in/second', { code })).status).toBe(401)
      const before = await rowsIn(world, 'messages')
      expect((await other.post('/sign-in/second/send')).status).toBeGreaterThanOrEqual(400)
      expect(await rowsIn(world, 'messages')).toBe(before)
      expect((await other.get('/session')).status).toBe(401)
    })

    test('A-13: a question that was tampered with lets nobody in, and sends no code', async () => {
      const { world, browser } = await halfway()
      const { id, asked } = await theAttempt(world)
      const code = await codeFor(world, browser)
      world.pass(MINUTE)
      const { kind, question } = JSON.parse(asked!)
      const { hash, sealed } = question as { hash: string; sealed: string }
      const sessions = await rowsIn(world, 'sessions')
      const messages = await rowsIn(world, 'messages')

      const end = hash.length - 1
      const hashes = [
        ...flipped(hash, 0, 3),
        ...flipped(hash, end - 6, end),
        '',
        '.',
        'x.y',
        hash.slice(0, -3),
      ]
      const broken = [
        ...hashes.map((each) => ({ kind, question: { ...question, hash: each } })),
        { kind: 'totp', question },
        { kind: 'recovery', question },
        { kind, question: null },
        { kind },
        {},
        'text',
      ].map((each) => JSON.stringify(each))
      for (const text of [...broken, 'not json', '']) {
        await putAsked(world, id, text)
        await world.app.db.updateTable('attempts').set({ triesLeft: 5 }).execute()
        await world.app.db.deleteFrom('limits').execute()
        const answer = await browser.post('/sign-in/second', { code })
        expect([text, answer.status >= 400]).toEqual([text, true])
        expect(answer.headers.getSetCookie()).toEqual([])
      }
      const seals = [...flipped(sealed, 10, 14), '', sealed.slice(0, -4)]
      for (const each of seals) {
        await putAsked(world, id, JSON.stringify({ kind, question: { ...question, sealed: each } }))
        expect((await browser.post('/sign-in/second/send')).status).toBeGreaterThanOrEqual(400)
      }
      expect(await rowsIn(world, 'sessions')).toBe(sessions)
      expect(await rowsIn(world, 'messages')).toBe(messages)
    })

    test('A-13: what is kept of a factor and cannot be read lets nobody in', async () => {
      const { world, browser, recovery } = await halfway()
      const { db } = world.app
      const { state } = await db
        .selectFrom('enrolments')
        .select('state')
        .where('kind', '=', 'recovery')
        .executeTakeFirstOrThrow()
      const { salt, hashes } = JSON.parse(state) as { salt: string; hashes: string[] }
      const form = { code: recovery[0]!, with: 'recovery' }
      const sessions = await rowsIn(world, 'sessions')
      const states = [
        ...flipped(salt, 0, 3).map((each) => JSON.stringify({ salt: each, hashes })),
        ...flipped(hashes[0]!, 9, 12).map((each) =>
          JSON.stringify({ salt, hashes: [each, ...hashes.slice(1)] }),
        ),
        JSON.stringify({ salt, hashes: [] }),
        JSON.stringify({ salt, hashes: null }),
        JSON.stringify({ salt, hashes: [recovery[0]] }),
        JSON.stringify({ hashes }),
        'null',
        '{}',
        'not json',
      ]
      for (const each of states) {
        await db
          .updateTable('enrolments')
          .set({ state: each })
          .where('kind', '=', 'recovery')
          .execute()
        await db.updateTable('attempts').set({ triesLeft: 5 }).execute()
        await db.deleteFrom('limits').execute()
        const answer = await browser.post('/sign-in/second', form)
        expect([each, answer.status >= 400]).toEqual([each, true])
      }
      expect(await rowsIn(world, 'sessions')).toBe(sessions)
      expect(await eventsIn(world, 'recovery_code_used')).toBe(0)
      await db.updateTable('enrolments').set({ state }).where('kind', '=', 'recovery').execute()
      await db.updateTable('attempts').set({ triesLeft: 5 }).execute()
      expect((await browser.post('/sign-in/second', form)).status).toBe(303)
    })

    test('A-13, A-17: a factor this program does not know lets nobody in, and protects still', async () => {
      const world = await openWith()
      const inside = world.visitor()
      const codes = await protect(world, inside)
      const { db } = world.app
      const sent = await eventsIn(world, 'code_sent')
      const sessions = await rowsIn(world, 'sessions')
      // The last two are known, but this is no state of theirs.
      const kinds = ['sms', '', 'Email', '__proto__', 'constructor', 'totp', 'passkey']
      for (const kind of kinds) {
        await db.updateTable('enrolments').set({ kind }).where('kind', '!=', 'recovery').execute()
        await db.deleteFrom('limits').execute()
        const browser = world.visitor()
        const answer = await browser.signIn()
        expect([kind, answer.headers.get('location')]).toEqual([kind, '/sign-in/second'])
        for (const [way, code] of [
          ['passkey', '{}'],
          ['totp', '123456'],
          ['email', '123456'],
          ['recovery', 'AAAA-BBBB-CCCC-DDDD'],
          [kind, '123456'],
        ] as const) {
          const { status } = await browser.post('/sign-in/second', { code, with: way })
          expect([kind, way, status >= 400]).toEqual([kind, way, true])
        }
        expect((await browser.get('/session')).status).toBe(401)
        const page = await (await inside.get('/account/security')).text()
        expect([kind, /undefined|\[object/.exec(page)]).toEqual([kind, null])
      }
      expect(await eventsIn(world, 'code_sent')).toBe(sent)
      expect(await rowsIn(world, 'sessions')).toBe(sessions)
      // What is left to show is a recovery code.
      await db
        .updateTable('enrolments')
        .set({ kind: 'sms' })
        .where('kind', '=', 'passkey')
        .execute()
      const back = world.visitor({ address: '198.51.100.3' })
      await back.signIn()
      const form = { code: codes[0]!, with: 'recovery' }
      expect((await back.post('/sign-in/second', form)).status).toBe(303)
      expect((await back.get('/session')).status).toBe(200)

      for (const state of ['not json', '', '{']) {
        await db
          .updateTable('enrolments')
          .set({ kind: 'email', state })
          .where('kind', '!=', 'recovery')
          .execute()
        const answer = await expectNoChange(world, () => world.visitor().signIn())
        expect([state, answer.status >= 400]).toEqual([state, true])
      }
      // The recovery codes alone are a second step as well.
      await db.deleteFrom('enrolments').where('kind', '!=', 'recovery').execute()
      const browser = world.visitor()
      expect((await browser.signIn()).headers.get('location')).toBe('/sign-in/second')
      expect((await browser.get('/session')).status).toBe(401)
    })

    test('A-13: a draft that was tampered with does not switch protection on', async () => {
      const world = await openWith()
      const browser = world.visitor()
      await browser.signIn()
      await browser.post('/account/security/protect')
      await browser.post('/account/security/code', { code: await codeFor(world, browser) })
      const { db } = world.app
      for (const draft of ['not json', 'null', '{}', '{"recovery":null}', null]) {
        await db.updateTable('attempts').set({ draft }).where('purpose', '=', 'protect').execute()
        const confirm = () => browser.post('/account/security/confirm', { saved: 'yes' })
        const answer = await expectNoChange(world, confirm)
        expect([draft, answer.status >= 400]).toEqual([draft, true])
      }
      expect(await rowsIn(world, 'enrolments')).toBe(0)
    })

    test('A-13: proofs that were tampered with are no session', async () => {
      const { world, browser } = await halfway()
      const { id } = await theAttempt(world)
      const code = await codeFor(world, browser)
      for (const proofs of ['not json', '', '{}', 'null']) {
        await world.app.db.updateTable('attempts').set({ proofs }).where('id', '=', id).execute()
        const work = () => browser.post('/sign-in/second', { code })
        const answer = await expectNoChange(world, work, ['limits', 'attempts', 'events'])
        expect([proofs, answer.status >= 400]).toEqual([proofs, true])
      }
    })

    test('A-16: an account that is gone leaves nobody signed in', async () => {
      const world = await openWith()
      const browser = world.visitor()
      await protect(world, browser)
      const half = world.visitor()
      await half.signIn()
      const code = await codeFor(world, half)
      const waiting = copyOf(world, half)
      await world.app.db.deleteFrom('accounts').where('login', '=', ana.email).execute()
      for (const path of ['/session', '/account', '/account/security'])
        expect((await browser.get(path)).status).not.toBe(200)
      expect((await waiting.post('/sign-in/second', { code })).status).toBe(401)
      expect(await rowsIn(world, 'sessions')).toBe(0)
      expect((await enter(world, world.visitor())).status).toBe(401)
    })
  })
}
