import { describe, expect, test } from 'vitest'
import { databases } from '../../test/setup/databases.ts'
import { LIFE, NOW, openDelivery } from '../../test/setup/delivery.ts'
import {
  fakeRoute,
  refuses,
  refusesForGood,
  saysNothing,
  type FakeRoute,
} from '../../test/setup/routes.ts'
import { insertAttempt } from '../store/attempts.ts'
import { openDatabase } from '../store/open.ts'
import { NEEDLESS } from './needless.ts'
import { LEASE, type Outcome } from './route.ts'
import { UNANSWERED } from './try.ts'

const MINUTE = 60_000
const numbers = (fake: FakeRoute): number => fake.given.length

for (const kind of databases) {
  describe(`text messages by several routes on ${kind.name}`, () => {
    const [first, second, third] = ['a', 'b', 'c'] as const
    const three = () => [fakeRoute(first), fakeRoute(second), fakeRoute(third)] as const
    const two = () => [fakeRoute(first), fakeRoute(second)] as const

    test('what the first takes no other is asked for; its price and parts are written down', async () => {
      const a = fakeRoute('a', 'sms', { prices: { PT: 45_000, '*': 90_000 } })
      const b = fakeRoute('b')
      const { insertOwn, delivery, row, sendings, reports, clock } = await openDelivery(kind, [
        a,
        b,
      ])
      const made = await insertOwn('m')
      clock.at += 40
      delivery.wake(made)
      await delivery.settled()
      expect(a.given).toMatchObject([{ to: '+351912345678', text: 'the code of m' }])
      expect(numbers(b)).toBe(0)
      const [sending, more] = await sendings()
      expect(more).toBe(undefined)
      expect(a.given[0]!.id).toBe(sending!.id)
      expect(sending).toMatchObject({ cost: 45_000, parts: 1, gatewayId: 'a-1', begunAt: NOW + 40 })
      const state = { acceptedAt: NOW + 40, route: 'a', deliveredAt: null, failedAt: null }
      // Another one could get it: its text is kept until it has arrived.
      expect(await row()).toMatchObject({ ...state, body: expect.any(String) })
      const about = { id: 'm', accountId: 'ana', by: 'sms', country: 'PT', route: 'a' }
      expect(reports).toEqual([{ kind: 'message_accepted', ...about, ms: 40 }])
    })

    test('one that errs gives way at once; the order and the reasons are written down', async () => {
      const [a, b, c] = three()
      a.says(() => refuses('503'))
      b.says(() => refusesForGood('400 bad sender'))
      const { insert, look, row, story, sendings, reports } = await openDelivery(kind, [a, b, c])
      await insert('m')
      await look()
      expect([a, b, c].map(numbers)).toEqual([1, 1, 1])
      expect(await story()).toEqual([
        ['a', '503'],
        ['b', '400 bad sender'],
        ['c', null],
      ])
      expect((await sendings()).map(({ lasting }) => lasting)).toEqual([0, 1, 0])
      expect(await row()).toMatchObject({ acceptedAt: NOW, route: 'c', reason: null, tries: 3 })
      const kinds = reports.map(({ kind, route }) => `${kind} ${route}`)
      expect(kinds).toEqual(['message_postponed a', 'message_postponed b', 'message_accepted c'])
    })

    test('one that says nothing may have it, and is never given it again', async () => {
      const [a, b] = two()
      a.says(() => saysNothing())
      b.says(() => refuses())
      const { insert, look, clock, row, story } = await openDelivery(kind, [a, b])
      await insert('m')
      while (clock.at < NOW + LIFE) await look(10_000)
      expect(numbers(a)).toBe(1)
      // Surely refused, and so asked again and again while the code lives.
      expect(numbers(b)).toBeGreaterThan(3)
      expect((await story())[0]).toEqual(['a', `timed out (${UNANSWERED})`])
      const before = numbers(b)
      await look(MINUTE)
      expect(numbers(b)).toBe(before)
      expect(await row()).toMatchObject({ body: null, acceptedAt: null, reason: UNANSWERED })
    })

    test('with one route, what nobody knows has failed, and says so', async () => {
      const a = fakeRoute('a')
      a.says(() => saysNothing())
      const { insert, look, row, reports } = await openDelivery(kind, [a])
      await insert('m')
      await look()
      const reason = `timed out (${UNANSWERED})`
      expect(await row()).toMatchObject({ failedAt: NOW, body: null, route: 'a', reason })
      expect(reports).toMatchObject([{ kind: 'message_failed', id: 'm', route: 'a', reason }])
      await look(MINUTE)
      expect(numbers(a)).toBe(1)
    })

    test('with one route, what it surely refuses is tried again, later each time, while the code lives', async () => {
      const a = fakeRoute('a')
      a.says(() => refuses())
      const { insert, clock, look, row } = await openDelivery(kind, [a])
      await insert('m')
      const waits: number[] = []
      for (;;) {
        await look()
        const { nextTryAt, body } = await row()
        if (body === null) break
        waits.push(nextTryAt - clock.at)
        clock.at = nextTryAt
      }
      expect(waits.slice(0, 4).every((ms, i) => i === 0 || ms >= 2 * waits[i - 1]! - 1)).toBe(true)
      expect(waits[0]).toBeGreaterThanOrEqual(2000)
      expect(clock.at).toBe(NOW + LIFE)
      expect(numbers(a)).toBe(waits.length)
      expect(await row()).toMatchObject({ failedAt: NOW + LIFE, reason: 'expired' })
    })

    test('and arrives when it is taken at last', async () => {
      const a = fakeRoute('a')
      a.says(() => refuses())
      const { insert, look, row, sendings, reports } = await openDelivery(kind, [a])
      await insert('m')
      await look()
      a.says(() => ({ accepted: true, gatewayId: 'yes' }))
      await look(3_000)
      // No other could take it: its text is gone.
      expect(await row()).toMatchObject({ acceptedAt: NOW + 3_000, body: null, tries: 2 })
      expect((await sendings()).map(({ refusedAt }) => refusedAt)).toEqual([NOW, null])
      expect(reports.map(({ kind }) => kind)).toEqual(['message_postponed', 'message_accepted'])
    })

    test('all refuse it for good: it has failed with what the last one said', async () => {
      const [a, b] = two()
      a.says(() => refusesForGood('unknown'))
      b.says(() => refusesForGood('no such number'))
      const { insert, look, row, reports } = await openDelivery(kind, [a, b])
      await insert('m')
      await look()
      const failed = { failedAt: NOW, body: null, route: 'b', reason: 'no such number' }
      expect(await row()).toMatchObject(failed)
      expect(reports.at(-1)).toMatchObject({ kind: 'message_failed', reason: 'no such number' })
      await look(MINUTE)
      expect([a, b].map(numbers)).toEqual([1, 1])
    })

    test('no route for its country: it has failed, and no other is asked', async () => {
      const a = fakeRoute('a', 'sms', { countries: ['ES', 'FR'] })
      const { insert, look, row } = await openDelivery(kind, [a])
      await insert('m')
      await insert('es', { country: 'ES' })
      await look()
      expect(await row()).toMatchObject({ failedAt: NOW, reason: 'no route', route: null })
      expect(await row('es')).toMatchObject({ acceptedAt: NOW })
      expect(numbers(a)).toBe(1)
    })

    test('a budget that is used up: nothing is sent, and the message says why', async () => {
      const [a, b] = two()
      const { insert, look, row, sendings, alarms } = await openDelivery(kind, [a, b], {
        messagesDay: 1,
      })
      await insert('m')
      await look()
      await insert('n')
      await look()
      expect(await row('n')).toMatchObject({ failedAt: NOW, body: null, reason: 'budget' })
      expect(await sendings('n')).toEqual([])
      expect([a, b].map(numbers)).toEqual([1, 0])
      expect(alarms).toMatchObject([{ kind: 'budget_over', what: 'messages' }])
    })

    test('a budget that ends on the way: what the first route has taken has to do', async () => {
      const [a, b] = two()
      const it = await openDelivery(kind, [a, b], { messagesDay: 1 })
      await it.insert('m')
      await it.look()
      await it.tell('a', 'a-1', 'failed')
      await it.delivery.settled()
      expect(numbers(b)).toBe(0)
      expect(await it.row()).toMatchObject({ failedAt: NOW, body: null, reason: 'budget' })
    })

    /** A route whose receipts took so long. */
    async function withReceipts(fakes: readonly FakeRoute[], took: number) {
      const it = await openDelivery(kind, fakes)
      for (const id of ['x', 'y', 'z']) {
        await it.insert(id, { country: 'PT' })
        await it.look()
        it.clock.at += took
        await it.tell('a', `a-${fakes[0]!.given.length}`, 'delivered')
      }
      expect(await it.row('z')).toMatchObject({ deliveredAt: it.clock.at, body: null })
      it.reports.length = 0
      return it
    }

    test('no receipt in its usual time: the next one gets it, once', async () => {
      const [a, b] = two()
      const it = await withReceipts([a, b], 15_000)
      const begun = it.clock.at
      await it.insert('m')
      await it.look()
      await it.look(29_999)
      expect(numbers(b)).toBe(0)
      await it.look(1)
      expect(numbers(b)).toBe(1)
      expect(await it.row()).toMatchObject({ acceptedAt: begun, route: 'b', body: null })
      await it.look(10 * MINUTE)
      expect([numbers(a), numbers(b)]).toEqual([4, 1])
      expect(await it.row()).toMatchObject({ acceptedAt: begun, failedAt: null })
      expect(it.reports.map(({ kind }) => kind)).toEqual(['message_accepted'])
    })

    test('a receipt in its usual time: the next one is not asked', async () => {
      const [a, b] = two()
      const it = await withReceipts([a, b], 15_000)
      await it.insert('m')
      await it.look()
      await it.look(29_000)
      await it.tell('a', 'a-4', 'delivered')
      await it.look(10 * MINUTE)
      expect(numbers(b)).toBe(0)
      expect(it.reports).toMatchObject([
        { kind: 'message_accepted' },
        { kind: 'message_delivered', ms: 29_000, route: 'a' },
      ])
    })

    test('one that has never brought receipts is not hurried', async () => {
      const [a, b] = two()
      const it = await openDelivery(kind, [a, b])
      await it.insert('m')
      await it.look()
      await it.look(LIFE)
      expect(numbers(b)).toBe(0)
      expect(await it.row()).toMatchObject({ acceptedAt: NOW, failedAt: null, body: null })
    })

    test('a code that was typed in goes no other way, nor one that is asked for no more', async () => {
      const [a, b] = two()
      const it = await withReceipts([a, b], 15_000)
      for (const id of ['used', 'over', 'open']) await it.insert(id, { attemptId: id })
      await it.look()
      await it.db.updateTable('messages').set({ enteredAt: NOW }).where('id', '=', 'used').execute()
      const attempt = { door: 'page', purpose: 'sign-in', accountId: 'ana' } as const
      const kept = { sessionId: null, proofs: [], asked: null, draft: null, goal: null }
      const times = { nextSendAt: 0, createdAt: NOW, expiresAt: NOW + 9e6, endedAt: NOW + 1 }
      const counts = { triesLeft: 3, sends: 1 }
      const id = { id: 'over', secretHash: 'x' }
      await insertAttempt(it.db, { ...id, ...attempt, ...kept, ...counts, ...times })
      await it.look(31_000)
      expect(b.given.map(({ text }) => text)).toEqual(['the code of open'])
      for (const id of ['used', 'over'])
        expect(await it.row(id)).toMatchObject({ body: null, failedAt: null, route: 'a' })
    })

    test('a code that was typed in has not failed, whatever a receipt says', async () => {
      const it = await openDelivery(kind, two())
      for (const id of ['m', 'n']) {
        await it.insert(id, { attemptId: id })
        await it.look()
      }
      await it.db.updateTable('messages').set({ enteredAt: NOW }).execute()
      await it.tell('a', 'a-1', 'failed')
      await it.look(1000)
      const accepted = 'message_accepted'
      expect(it.reports.map((each) => each.kind)).toEqual([accepted, accepted])
      expect(await it.row()).toMatchObject({ failedAt: null, body: null })
      // Nor when its time is over before anybody has looked.
      await it.tell('a', 'a-2', 'failed')
      it.clock.at += LIFE
      await it.look()
      expect(it.reports).toHaveLength(2)
      expect(await it.row('n')).toMatchObject({ failedAt: null, body: null })
    })

    test('one that nobody waits for is not paid for, and is no failure to report', async () => {
      const [a, b] = two()
      a.says(() => refuses())
      const it = await openDelivery(kind, [a, b])
      b.says(() => refuses())
      for (const id of ['m', 'n']) await it.insert(id, { attemptId: id })
      await it.look()
      await it.db.updateTable('messages').set({ enteredAt: NOW }).where('id', '=', 'n').execute()
      const own = await it.insertOwn('own', { attemptId: 'm' })
      const attempt = { door: 'page', purpose: 'sign-in', accountId: 'ana' } as const
      const kept = { sessionId: null, proofs: [], draft: null, goal: null, endedAt: null }
      const times = { nextSendAt: 0, createdAt: NOW, expiresAt: NOW + 9e6 }
      const asked = { kind: 'email', question: { until: NOW + LIFE } }
      const about = { ...attempt, ...kept, ...times, asked, triesLeft: 3, sends: 2 }
      await insertAttempt(it.db, { id: 'm', secretHash: 'x', ...about })
      const before = it.reports.length
      it.delivery.wake(own)
      await it.look(60_000)
      expect([a, b].map(numbers)).toEqual([2, 2])
      const dead = { body: null, reason: NEEDLESS, route: null }
      expect(await it.row('own')).toMatchObject({ ...dead, failedAt: expect.any(Number) })
      expect(await it.sendings('own')).toEqual([])
      expect(await it.row('m')).toMatchObject({ body: null, failedAt: it.clock.at })
      expect(await it.row('n')).toMatchObject({ body: null, failedAt: null })
      expect(it.reports.slice(before)).toEqual([])
    })

    test('asked for again, a code does not go out a third time by itself', async () => {
      const [a, b] = two()
      const it = await withReceipts([a, b], 15_000)
      await it.insert('m1', { attemptId: 'attempt', expiresAt: it.clock.at + LIFE })
      const { expiresAt } = await it.row('m1')
      await it.look()
      await it.look(29_000)
      await it.insert('m2', { attemptId: 'attempt', expiresAt })
      await it.look()
      expect((await it.row('m2')).route).toBe('b')
      await it.look(5_000)
      expect(b.given.map(({ text }) => text)).toEqual(['the code of m2'])
      expect(await it.row('m1')).toMatchObject({ body: null, failedAt: null, route: 'a' })
    })

    test('one that keeps failing rests, is asked last, and is tried again', async () => {
      const [a, b] = two()
      a.says(() => refuses('502'))
      const it = await openDelivery(kind, [a, b])
      const send = async (id: string) => {
        await it.insert(id)
        await it.look()
        return (await it.story(id)).map(([route]) => route).join('')
      }
      const ways = []
      for (const id of ['m1', 'm2', 'm3', 'm4', 'm5']) ways.push(await send(id))
      expect(ways).toEqual(['ab', 'ab', 'ab', 'b', 'b'])
      expect(it.alarms).toEqual([{ kind: 'route_rests', route: 'a', reason: '502' }])
      // While it rests it is better than nobody.
      b.says(() => refuses())
      expect(await send('m6')).toBe('ba')
      b.says(() => ({ accepted: true }))

      it.clock.at += 61_000
      expect(await send('m7')).toBe('ab')
      expect(await send('m8')).toBe('b')
      it.clock.at += 121_000
      a.says(() => ({ accepted: true }))
      expect(await send('m9')).toBe('a')
      expect(it.alarms.slice(1)).toEqual([{ kind: 'route_works', route: 'a' }])
    })

    test('one that was removed while it had something has not failed', async () => {
      const a = fakeRoute('a')
      const fakes = [a, fakeRoute('b'), fakeRoute('c', 'email')]
      const it = await openDelivery(kind, fakes)
      const { promise, resolve } = Promise.withResolvers<Outcome>()
      a.says(() => promise)
      for (const id of ['m1', 'm2', 'm3', 'm4']) await it.insert(id)
      it.delivery.wake()
      await expect.poll(() => numbers(a)).toBe(4)
      fakes.shift()
      await it.insert('letter', { by: 'email' })
      it.delivery.wake()
      await expect.poll(async () => (await it.row('letter')).acceptedAt).toBe(NOW)
      resolve(refuses())
      await it.delivery.settled()
      expect(fakes.map(numbers)).toEqual([4, 1])
      expect(await it.db.selectFrom('routeHealths').selectAll().execute()).toEqual([])
      expect(it.alarms).toEqual([])
    })

    test('many that fail in the same moment are one reason to rest, not many', async () => {
      const a = fakeRoute('a')
      const b = fakeRoute('b')
      const { promise: together, resolve } = Promise.withResolvers<void>()
      a.says(async () => {
        if (a.given.length === 5) resolve()
        await together
        return refuses('502')
      })
      const it = await openDelivery(kind, [a, b])
      for (let i = 0; i < 5; i++) await it.insert(`m${i}`)
      await it.look()
      it.clock.at += 1
      const health = await it.db.selectFrom('routeHealths').selectAll().execute()
      expect(health).toMatchObject([{ route: 'a', failures: 3 }])
      expect(it.alarms.map(({ kind }) => kind)).toEqual(['route_rests'])
    })

    test('a number that does not exist is no reason to rest', async () => {
      const [a, b] = two()
      a.says(() => refusesForGood())
      const it = await openDelivery(kind, [a, b])
      for (const id of ['m1', 'm2', 'm3', 'm4']) await it.insert(id)
      await it.look()
      expect(numbers(a)).toBe(4)
      expect(it.alarms).toEqual([])
    })

    test('one that takes everything, and then says that it did not arrive, comes to rest', async () => {
      const [a, b] = two()
      const it = await openDelivery(kind, [a, b])
      for (let i = 1; i <= 10; i++) {
        await it.insert(`m${i}`)
        await it.look(1000)
        await it.tell('a', `a-${i}`, 'failed')
        await it.tell('a', `a-${i}`, 'failed')
        await it.look()
      }
      expect([a, b].map(numbers)).toEqual([3, 10])
      expect(it.alarms).toEqual([{ kind: 'route_rests', route: 'a', reason: 'not delivered' }])
      await it.look(MINUTE)
      await it.insert('n')
      await it.look()
      expect(numbers(a)).toBe(4)
      expect(it.alarms).toHaveLength(1)
      await it.tell('a', 'a-4', 'delivered')
      expect(it.alarms.slice(1)).toEqual([{ kind: 'route_works', route: 'a' }])
    })

    test('a lone route that brings nothing is told of, and still asked', async () => {
      const a = fakeRoute('a')
      const it = await openDelivery(kind, [a])
      for (let i = 1; i <= 5; i++) {
        await it.insert(`m${i}`)
        await it.look(1000)
        await it.tell('a', `a-${i}`, 'failed')
      }
      expect(numbers(a)).toBe(5)
      expect(it.alarms.map((each) => each.kind)).toEqual(['route_rests'])
    })

    test('one that brings its receipts no more comes to rest', async () => {
      const [a, b] = two()
      const it = await withReceipts([a, b], 15_000)
      for (let i = 1; i <= 10; i++) {
        await it.insert(`m${i}`)
        await it.look(31_000)
        await it.look(31_000)
      }
      expect(numbers(b)).toBe(10)
      expect(numbers(a)).toBeLessThan(13)
      const reason = 'no receipt in its usual time'
      expect(it.alarms).toEqual([{ kind: 'route_rests', route: 'a', reason }])
    })

    test('a message is one failure, however late and however often it is said', async () => {
      const [a, b] = two()
      const it = await withReceipts([a, b], 15_000)
      for (const [i, id] of ['m1', 'm2'].entries()) {
        await it.insert(id)
        await it.look()
        await it.look(31_000)
        for (let again = 0; again < 2; again++) await it.tell('a', `a-${i + 4}`, 'failed')
      }
      const health = await it.db.selectFrom('routeHealths').selectAll().execute()
      expect(health).toMatchObject([{ route: 'a', failures: 2 }])
      expect(it.alarms).toEqual([])
    })

    test('one that gives no answer, and then says that it did not arrive, has failed once', async () => {
      const a = fakeRoute('a')
      a.says(() => saysNothing())
      const it = await openDelivery(kind, [a])
      await it.insert('m')
      await it.look()
      await it.tell('a', a.given[0]!.id, 'failed')
      const health = await it.db.selectFrom('routeHealths').selectAll().execute()
      expect(health).toMatchObject([{ route: 'a', failures: 1 }])
    })

    test('telephones that are off are no reason to rest while others get theirs', async () => {
      const [a, b] = two()
      const it = await openDelivery(kind, [a, b])
      for (let i = 1; i <= 9; i++) {
        await it.insert(`m${i}`)
        await it.look(1000)
        await it.tell('a', `a-${i}`, i % 3 === 0 ? 'delivered' : 'failed')
      }
      expect(numbers(a)).toBe(9)
      expect(it.alarms).toEqual([])
    })

    test('nor are numbers that do not exist, when a receipt says so', async () => {
      const [a, b] = two()
      const it = await openDelivery(kind, [a, b])
      for (let i = 1; i <= 5; i++) {
        await it.insert(`m${i}`)
        await it.look(1000)
        const reason = 'UNDELIVERABLE: EC_UNKNOWN_SUBSCRIBER'
        await it.delivery.receipt('a', { id: `a-${i}`, state: 'failed', reason })
        await it.delivery.settled()
      }
      expect([a, b].map(numbers)).toEqual([5, 5])
      expect(it.alarms).toEqual([])
    })

    test('sent again, it goes by another when the first has not brought it', async () => {
      const [a, b, c] = three()
      const it = await openDelivery(kind, [a, b, c])
      await it.db.deleteFrom('attempts').execute()
      for (const id of ['m1', 'm2', 'm3', 'm4']) {
        await it.insert(id, { attemptId: 'attempt' })
        await it.look(30_000)
      }
      const ways = await Promise.all(['m1', 'm2', 'm3', 'm4'].map((id) => it.row(id)))
      expect(ways.map(({ route }) => route)).toEqual(['a', 'b', 'c', 'a'])
      // Another attempt, or another person, has not waited for it.
      await it.insert('other', { attemptId: 'another' })
      await it.insert('foreign', { attemptId: 'attempt', accountId: 'bob' })
      await it.look()
      expect((await it.row('other')).route).toBe('a')
      expect((await it.row('foreign')).route).toBe('a')
    })

    test('sent again, it goes by the same when that one has brought it', async () => {
      const [a, b] = two()
      const it = await openDelivery(kind, [a, b])
      await it.insert('m1', { attemptId: 'attempt' })
      await it.look()
      await it.tell('a', 'a-1', 'delivered')
      await it.insert('m2', { attemptId: 'attempt' })
      await it.look()
      expect((await it.row('m2')).route).toBe('a')
    })

    test('two kinds, and two countries, do not hold each other up', async () => {
      const { promise: open, resolve } = Promise.withResolvers<Outcome>()
      const slow = fakeRoute('slow', 'sms', { countries: ['PT'] })
      slow.says(() => open)
      const spanish = fakeRoute('es', 'sms', { countries: ['ES'] })
      const mail = fakeRoute('mail', 'email')
      const it = await openDelivery(kind, [slow, spanish, mail])
      for (let i = 0; i < 10; i++) await it.insert(`pt${i}`)
      it.delivery.wake()
      await expect.poll(() => numbers(slow)).toBe(5)
      await it.insert('es', { country: 'ES' })
      it.delivery.wake(await it.insertOwn('mail', { by: 'email' }))
      it.delivery.wake()
      await expect.poll(() => [numbers(spanish), numbers(mail)]).toEqual([1, 1])
      await expect.poll(async () => (await it.row('mail')).acceptedAt).toBe(NOW)
      expect(numbers(slow)).toBe(5)
      resolve({ accepted: true })
      await it.delivery.settled()
      expect(numbers(slow)).toBe(10)
    })

    test('a code that dies while it is written down is not sent', async () => {
      const [a, b] = two()
      const it = await openDelivery(kind, [a, b])
      // The disk takes its time.
      const slow = it.db.withPlugin({
        transformQuery: ({ node }) => {
          if (node.kind === 'InsertQueryNode' && JSON.stringify(node).includes('"sendings"'))
            it.clock.at = NOW + LIFE
          return node
        },
        transformResult: async ({ result }) => result,
      })
      await it.insert('m')
      const other = it.begin([a, b], slow)
      await other.settled()
      expect(it.errors).toEqual([])
      expect([a, b].map(numbers)).toEqual([0, 0])
      expect(await it.row()).toMatchObject({ acceptedAt: null, reason: 'expired', body: null })
    })

    test('of two who send it, the one that was overtaken sends nothing', async () => {
      const [a, b] = two()
      const it = await openDelivery(kind, [a, b])
      const db = openDatabase(it.url)
      const other = it.begin([a, b], db)
      await other.settled()
      for (let i = 0; i < 30; i++) await it.insert(`m${i}`)
      it.delivery.wake()
      other.wake()
      await Promise.all([it.delivery.settled(), other.settled()])
      await other.stop()
      await db.destroy()
      const texts = a.given.map(({ text }) => text)
      expect(new Set(texts).size).toBe(30)
      expect([texts.length, numbers(b)]).toEqual([30, 0])
      expect(it.errors).toEqual([])
    })

    test('whose maker has died on the way goes by another after the lease, never by the same', async () => {
      const [a, b] = two()
      const { promise: late, resolve } = Promise.withResolvers<Outcome>()
      a.says(() => late)
      const it = await openDelivery(kind, [a, b])
      const dying = it.begin([a, b])
      await dying.settled()
      dying.wake(await it.insertOwn('m'))
      await expect.poll(() => numbers(a)).toBe(1)
      await it.look(LEASE - 1)
      expect(numbers(b)).toBe(0)
      await it.look(1)
      expect([numbers(a), numbers(b)]).toEqual([1, 1])
      expect(await it.story()).toEqual([
        ['a', null],
        ['b', null],
      ])
      expect(await it.row()).toMatchObject({ route: 'b', failedAt: null })
      // It was not dead, only slow.
      resolve({ accepted: true, gatewayId: 'late' })
      await dying.settled()
      expect(await it.row()).toMatchObject({ acceptedAt: it.clock.at, failedAt: null, body: null })
      await it.tell('a', 'late', 'failed')
      expect(await it.row()).toMatchObject({ failedAt: null })
      await it.tell('b', 'b-1', 'failed')
      expect(await it.row()).toMatchObject({ failedAt: it.clock.at })
    })
  })
}
