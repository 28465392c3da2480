import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { describe, expect, onTestFinished, test } from 'vitest'
import { databases } from '../../test/setup/databases.ts'
import { startMailServer } from '../../test/setup/mail-server.ts'
import { systemRandom } from '../lib/random.ts'
import { keyFrom, type Keys } from '../lib/seal.ts'
import { claimMessage, insertMessage, type Message } from '../store/messages.ts'
import { migrate } from '../store/migrate.ts'
import { openDatabase, type Database } from '../store/open.ts'
import { openBody, sealBody, startDelivery, type Report, type World } from './deliver.ts'
import { mailBy } from '../../test/setup/routes.ts'
import type { Made } from './message.ts'
import { noRoutes } from './routes.ts'
import { usualRules } from './rules.ts'
import { LEASE, LONGEST_SEND } from './route.ts'
import { smtpRoute } from './smtp.ts'

const NOW = Date.UTC(2026, 10, 20)
const LIFE = 300_000
const NEVER = 2 ** 31 - 1
const keys: Keys = [keyFrom('k1', randomBytes(32))]

for (const { name, fresh } of databases) {
  describe(`delivery on ${name}`, () => {
    /** A database, a mail server, a clock, and delivery that looks only when it is woken. */
    async function world(
      change: Partial<World> = {},
      bounds: Parameters<typeof smtpRoute>[1] = {},
    ) {
      const { url, drop } = await fresh()
      const db = openDatabase(url)
      const server = await startMailServer()
      await migrate(db, NOW)
      const clock = { at: NOW }
      const reports: Report[] = []
      const errors: unknown[] = []
      const begin = (by: Database, poll = NEVER) =>
        startDelivery({
          db: by,
          keys,
          random: systemRandom,
          rules: async () => usualRules,
          raise: async () => [],
          now: () => clock.at,
          routes: routeTo(server.url, bounds),
          render,
          report: (what) => reports.push(what),
          onError: (error) => errors.push(error),
          poll,
          ...change,
        })
      const delivery = begin(db)
      await delivery.settled()
      onTestFinished(async () => {
        await delivery.stop()
        await server.close()
        await db.destroy()
        await drop()
      })

      const insert = (
        id: string,
        body: unknown = { code: '123456' },
        sealedWith = keys,
        lease = 0,
      ) => {
        const message = {
          id,
          accountId: 'ana',
          attemptId: null,
          by: 'email' as const,
          recipient: `${id}@x.example`,
          kind: 'code',
          body: sealBody(sealedWith, systemRandom, id, body),
          createdAt: clock.at,
          expiresAt: clock.at + LIFE,
        }
        return insertMessage(db, message, lease)
      }
      /** As a server writes its own: claimed from birth. */
      const insertOwn = async (id: string): Promise<Made> => {
        const says = { code: '123456' }
        await insert(id, says, undefined, LEASE)
        const recipient = `${id}@x.example`
        const [createdAt, expiresAt] = [clock.at, clock.at + LIFE]
        const to = { by: 'email', recipient, country: null, attemptId: null } as const
        return {
          id,
          accountId: 'ana',
          ...to,
          createdAt,
          expiresAt,
          acceptedAt: null,
          tries: 1,
          says,
        }
      }
      const row = (id: string): Promise<Message> =>
        db.selectFrom('messages').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
      const look = async () => {
        delivery.wake()
        await delivery.settled()
      }
      const inboxes = () => server.mails.map(({ to }) => to.join())
      return {
        url,
        db,
        server,
        clock,
        reports,
        errors,
        begin,
        delivery,
        insert,
        insertOwn,
        row,
        look,
        inboxes,
      }
    }

    test('a message goes out when it is woken; then its body is gone', async () => {
      const { insertOwn, delivery, server, row, reports, errors, clock } = await world()
      const made = await insertOwn('m')
      clock.at += 40
      delivery.wake(made)
      await delivery.settled()
      expect(server.mails[0]).toMatchObject({ to: ['m@x.example'] })
      expect(server.mails[0]!.parsed.text).toContain('123456')
      expect(await row('m')).toMatchObject({ acceptedAt: NOW + 40, route: 'smtp', body: null })
      expect(reports).toEqual([{ kind: 'message_accepted', ...about, route: 'smtp', ms: 40 }])
      expect(errors).toEqual([])
    })

    test('a message that nobody woke is found', async () => {
      const { insert, begin, db, server } = await world()
      await insert('m')
      const other = begin(db, 20)
      await server.waitFor(({ to }) => to.includes('m@x.example'))
      await other.stop()
      expect(server.mails).toHaveLength(1)
    })

    test('what is refused for now is tried again later, longer each time, and arrives', async () => {
      const { insert, look, server, row, reports, clock } = await world()
      await insert('m')
      server.answerWith(() => ({ code: 451, text: '4.7.1 Greylisted m@x.example, code 123456' }))
      await look()
      await look()
      expect(await row('m')).toMatchObject({ tries: 1, acceptedAt: null, failedAt: null })
      const first = (await row('m')).nextTryAt - clock.at
      clock.at += first
      await look()
      expect(await row('m')).toMatchObject({ tries: 2 })
      const second = (await row('m')).nextTryAt - clock.at
      expect([first >= 2_000, second >= 2 * first - 1]).toEqual([true, true])

      server.answerWith(() => null)
      clock.at += second - 1
      await look()
      expect(server.mails).toHaveLength(0)
      clock.at += 1
      await look()
      expect(server.mails).toHaveLength(1)
      expect(await row('m')).toMatchObject({ tries: 3, body: null, reason: null })
      const kinds = reports.map(({ kind }) => kind)
      expect(kinds).toEqual(['message_postponed', 'message_postponed', 'message_accepted'])
      expect(JSON.stringify(reports)).not.toMatch(/123456|x\.example/)
      expect(reports[0]!.reason).toBe('EENVELOPE 451 4.7.1 Greylisted …, code …')
    })

    test('what is refused for good has failed, with the reason, and is not tried again', async () => {
      const { insert, look, server, row, reports, clock } = await world()
      await insert('m')
      server.answerWith((to) => ({ code: 550, text: `5.1.1 no ${to} here` }))
      await look()
      const reason = 'EENVELOPE 550 5.1.1 no … here'
      expect(await row('m')).toMatchObject({ failedAt: NOW, route: 'smtp', reason, body: null })
      expect(reports).toMatchObject([{ kind: 'message_failed', ...about, route: 'smtp', reason }])
      server.answerWith(() => null)
      clock.at += 60_000
      await look()
      expect(server.mails).toEqual([])
    })

    test('a code that is dead before the server is back is never sent, and is wiped', async () => {
      const { insert, look, server, row, reports, clock } = await world()
      await insert('m')
      server.answerWith(() => ({ code: 450, text: 'busy' }))
      for (let tries = 1; clock.at < NOW + LIFE; tries++) {
        await look()
        const { nextTryAt, ...now } = await row('m')
        expect(now).toMatchObject({ tries, failedAt: null })
        expect(nextTryAt).toBeLessThanOrEqual(NOW + LIFE)
        clock.at = nextTryAt
      }
      server.answerWith(() => null)
      await look()
      expect(await row('m')).toMatchObject({ reason: 'expired', body: null, acceptedAt: null })
      expect(reports.at(-1)).toMatchObject({ kind: 'message_failed', reason: 'expired' })
      expect(server.mails).toEqual([])
    })

    test('a mail server that is away loses nothing', async () => {
      const away = { routes: routeTo('smtp://127.0.0.1:1') }
      const { insert, look, row, db, clock, inboxes, server } = await world(away)
      await insert('m')
      await look()
      expect(await row('m')).toMatchObject({ tries: 1, body: expect.any(String) })
      expect((await row('m')).reason).toContain('ECONNREFUSED')

      clock.at += 3_000
      const errors: unknown[] = []
      const back = startDelivery({
        db,
        keys,
        random: systemRandom,
        rules: async () => usualRules,
        raise: async () => [],
        now: () => clock.at,
        routes: routeTo(server.url),
        render,
        report: () => {},
        onError: (error) => errors.push(error),
      })
      await back.settled()
      await back.stop()
      expect(errors).toEqual([])
      expect(inboxes()).toEqual(['m@x.example'])
    })

    test('a server that hangs holds up neither the lease nor the other messages', async () => {
      const { insertOwn, delivery, look, server, row, clock } = await world({}, { socket: 300 })
      server.answerWith((to) => (to.startsWith('slow') ? 'hang' : null))
      delivery.wake(await insertOwn('slow'))
      delivery.wake(await insertOwn('m'))
      await delivery.settled()
      expect(await row('m')).toMatchObject({ acceptedAt: NOW })
      expect(await row('slow')).toMatchObject({ tries: 1, reason: expect.stringMatching(/TIMED/) })
      server.answerWith(() => null)
      clock.at += 3_000
      await look()
      expect(await row('slow')).toMatchObject({ tries: 2, body: null, failedAt: null })
    })

    test('five messages are under way at once, and no more', async () => {
      const { insert, delivery, db, server } = await world({}, { socket: 300 })
      const { promise: reached, resolve } = Promise.withResolvers<void>()
      let asked = 0
      server.answerWith(() => {
        asked += 1
        if (asked === 5) resolve()
        return 'hang'
      })
      for (let i = 0; i < 8; i++) await insert(`m${i}`)
      delivery.wake()
      await reached
      const claimed = await db.selectFrom('messages').select('id').where('tries', '>', 0).execute()
      expect(claimed).toHaveLength(5)
      await delivery.settled()
      expect(asked).toBe(8)
    })

    test('a body that does not open fails alone', async () => {
      const { insert, look, row, db, inboxes, errors } = await world()
      await insert('lost', {}, [keyFrom('k0', randomBytes(32))])
      await insert('other', {}, [keyFrom('k1', randomBytes(32))])
      await insert('unsaid', { broken: true })
      await insert('m')
      const { body } = await row('m')
      await insert('moved')
      await db.updateTable('messages').set({ body }).where('id', '=', 'moved').execute()
      await look()
      expect(inboxes()).toEqual(['m@x.example'])
      for (const id of ['lost', 'other', 'unsaid', 'moved']) {
        expect(await row(id)).toMatchObject({
          failedAt: NOW,
          body: null,
          reason: expect.stringContaining('does not open'),
        })
      }
      expect(errors).toHaveLength(4)
    })

    test('a database that is away for a while does not end delivery', async () => {
      const { insert, delivery, look, db, inboxes, errors } = await world()
      await insert('m')
      await db.schema.alterTable('messages').renameTo('away').execute()
      delivery.wake()
      await delivery.settled()
      await look()
      expect(errors.length).toBeGreaterThanOrEqual(2)
      await db.schema.alterTable('away').renameTo('messages').execute()
      await look()
      expect(inboxes()).toEqual(['m@x.example'])
    })

    test('without a route messages wait, and are wiped at their end', async () => {
      const { insertOwn, delivery, look, row, clock, reports } = await world({ routes: noRoutes })
      delivery.wake(await insertOwn('m'))
      await look()
      expect(await row('m')).toMatchObject({ tries: 1, body: expect.any(String) })
      clock.at += LIFE
      await look()
      expect(await row('m')).toMatchObject({ reason: 'expired', body: null, route: null })
      expect(reports).toEqual([{ kind: 'message_failed', ...about, reason: 'expired' }])
    })

    test('a message is its maker’s to send; when the maker is gone, another’s after the lease', async () => {
      const { url, insertOwn, begin, inboxes, clock, row } = await world()
      await insertOwn('m')
      const db = openDatabase(url)
      const other = begin(db)
      const look = async () => {
        other.wake()
        await other.settled()
      }
      clock.at += LEASE - 1
      await look()
      expect(inboxes()).toEqual([])
      clock.at += 1
      await look()
      expect(inboxes()).toEqual(['m@x.example'])
      expect(await row('m')).toMatchObject({ tries: 2, body: null })
      await other.stop()
      await db.destroy()
    })

    test('a message that waited here for long is claimed for longer, and sent', async () => {
      const { insertOwn, delivery, inboxes, clock, row } = await world()
      const made = await insertOwn('m')
      clock.at += LEASE - LONGEST_SEND + 1
      delivery.wake(made)
      await delivery.settled()
      expect(inboxes()).toEqual(['m@x.example'])
      expect(await row('m')).toMatchObject({ tries: 1, nextTryAt: clock.at + LEASE })
    })

    test('a message that waited here for too long is left to who has claimed it', async () => {
      const { insertOwn, delivery, inboxes, clock, db, row } = await world()
      const made = await insertOwn('m')
      clock.at += LEASE
      await claimMessage(db, 'm', clock.at, LEASE)
      clock.at += 1
      delivery.wake(made)
      await delivery.settled()
      expect(inboxes()).toEqual([])
      expect(await row('m')).toMatchObject({ tries: 2, nextTryAt: clock.at - 1 + LEASE })
    })

    test('what its maker has not begun when it stops is due at once for others', async () => {
      const slow = await slowServer(300)
      const { insertOwn, delivery, row, clock } = await world({ routes: routeTo(slow.url) })
      const made = []
      for (let i = 0; i < 8; i++) made.push(await insertOwn(`m${i}`))
      for (const each of made) delivery.wake(each)
      await delivery.stop()
      const rows = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((i) => row(`m${i}`)))
      expect(rows.filter(({ acceptedAt }) => acceptedAt !== null)).toHaveLength(5)
      const left = rows.filter(({ acceptedAt }) => acceptedAt === null)
      expect(left.map(({ nextTryAt }) => nextTryAt)).toEqual([clock.at, clock.at, clock.at])
    })

    test('a hundred messages and two who send them: each arrives once', async () => {
      const { url, insert, insertOwn, begin, delivery, inboxes, reports, errors } = await world()
      const db = openDatabase(url)
      const ids = Array.from({ length: 100 }, (_, i) => `m${i}`)
      // Two thirds are somebody's own, the rest are for whoever comes first.
      const made: (Made | void)[] = []
      for (const [i, id] of ids.entries())
        made.push(await (i % 3 === 2 ? insert(id) : insertOwn(id)))
      const other = begin(db)
      for (const [turn, each] of [delivery, other].entries()) {
        for (const [i, own] of made.entries()) if (own && i % 3 === turn) each.wake(own)
        each.wake()
      }
      await Promise.all([delivery.settled(), other.settled()])
      await other.stop()
      await db.destroy()
      expect(inboxes().sort()).toEqual(ids.map((id) => `${id}@x.example`).sort())
      expect(reports.filter(({ kind }) => kind === 'message_accepted')).toHaveLength(100)
      expect(errors).toEqual([])
    })

    test('a body opens only with its key and in its message', () => {
      const sealed = sealBody(keys, systemRandom, 'm', { code: '123456' })
      expect(sealed).not.toContain('123456')
      expect(openBody(keys, 'm', sealed)).toEqual({ code: '123456' })
      expect(() => openBody(keys, 'n', sealed)).toThrow(/authenticate/)
      expect(() => openBody([keyFrom('k1', randomBytes(32))], 'm', sealed)).toThrow(/authenticate/)
    })

    test('stopping lets what is under way end, and begins nothing new', async () => {
      const slow = await slowServer(300)
      const { insert, insertOwn, delivery, row, server } = await world({
        routes: routeTo(slow.url),
      })
      await insert('due')
      const [made, late] = [await insertOwn('m'), await insertOwn('late')]
      delivery.wake(made)
      await slow.reached
      const stopped = delivery.stop()
      delivery.wake(late)
      delivery.wake()
      await stopped
      expect(await row('m')).toMatchObject({ acceptedAt: NOW })
      expect(await row('due')).toMatchObject({ tries: 0, acceptedAt: null })
      expect(await row('late')).toMatchObject({ tries: 1, acceptedAt: null })
      expect(server.mails).toEqual([])
    })
  })
}

test('stopping takes at most 5 seconds; what hangs is put off for whoever comes next', async () => {
  const slow = await slowServer(60_000)
  const [{ fresh }] = databases as [(typeof databases)[0]]
  const { url, drop } = await fresh()
  const db = openDatabase(url)
  await migrate(db, NOW)
  onTestFinished(async () => {
    await db.destroy()
    await drop()
  })
  await insertMessage(db, {
    id: 'm',
    accountId: 'ana',
    attemptId: null,
    by: 'email',
    recipient: 'm@x.example',
    kind: 'code',
    body: sealBody(keys, systemRandom, 'm', { code: '123456' }),
    createdAt: NOW,
    expiresAt: NOW + LIFE,
  })
  const errors: unknown[] = []
  const delivery = startDelivery({
    db,
    keys,
    random: systemRandom,
    rules: async () => usualRules,
    raise: async () => [],
    now: () => NOW,
    routes: routeTo(slow.url),
    render,
    report: () => {},
    onError: (error) => errors.push(error),
  })
  await slow.reached
  const begin = Date.now()
  await delivery.stop()
  expect(Date.now() - begin).toBeLessThan(5_000)
  const row = await db.selectFrom('messages').selectAll().executeTakeFirstOrThrow()
  expect(row).toMatchObject({ tries: 1, acceptedAt: null, failedAt: null })
  expect(row.nextTryAt).toBeLessThan(NOW + 3_000)
  expect(errors).toEqual([])
})

const routeTo = (url: string, bounds: Parameters<typeof smtpRoute>[1] = {}) =>
  mailBy(
    smtpRoute({ url, from: 'door@n.example', tls: 'off', dkim: null, name: 'n.example' }, bounds),
  )

const about = { id: 'm', accountId: 'ana', by: 'email' } as const

const render = { mail, sms: (_id: string, body: unknown) => mail(_id, body).text }

function mail(_id: string, body: unknown) {
  const { code, broken } = body as { code: string; broken?: boolean }
  if (broken) throw new Error('there is no such text')
  return { subject: 'Your code', text: `Your code is ${code}.`, html: `<p>${code}</p>` }
}

/** Takes mail, and thinks for so many milliseconds before it says yes. */
async function slowServer(ms: number): Promise<{ url: string; reached: Promise<void> }> {
  const { promise: reached, resolve } = Promise.withResolvers<void>()
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    closeTimeout: 100,
    onData(stream, _session, done) {
      stream.resume().on('end', () => {
        resolve()
        setTimeout(done, ms).unref()
      })
    },
  })
  server.on('error', () => {})
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => new Promise<void>((closed) => server.close(closed)))
  return { url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`, reached }
}
