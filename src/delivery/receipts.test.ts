import { describe, expect, test } from 'vitest'
import { randomBytes } from 'node:crypto'
import { databases } from '../../test/setup/databases.ts'
import { LIFE, NOW, openDelivery } from '../../test/setup/delivery.ts'
import { fakeRoute, refuses, saysNothing } from '../../test/setup/routes.ts'
import { keyFrom } from '../lib/seal.ts'
import { clean } from '../store/clean.ts'
import { receiptToken, routeIn, takeReceipt } from './receipts.ts'
import type { Outcome } from './route.ts'
import { UNANSWERED } from './try.ts'

for (const kind of databases) {
  describe(`receipts on ${kind.name}`, () => {
    async function two() {
      const [a, b] = [fakeRoute('a'), fakeRoute('b')]
      const it = await openDelivery(kind, [a, b])
      const early = () => it.db.selectFrom('earlyReceipts').selectAll().execute()
      return { ...it, a, b, early }
    }
    /** Route a is asked, and answers when it is told to. */
    async function asked() {
      const it = await two()
      const { promise: answered, resolve: answer } = Promise.withResolvers<Outcome>()
      it.a.says(() => answered)
      await it.insert('m')
      it.delivery.wake()
      await expect.poll(() => it.a.given.length).toBe(1)
      const settle = async (outcome: Outcome) => {
        answer(outcome)
        await it.delivery.settled()
      }
      return { ...it, ours: it.a.given[0]!.id, settle }
    }
    const taken = { accepted: true, gatewayId: 'a-1' } as const

    test('delivered after the answer', async () => {
      const { insert, look, tell, row, clock, sendings } = await two()
      await insert('m')
      await look()
      clock.at += 5_000
      await tell('a', 'a-1', 'underway')
      expect(await row()).toMatchObject({ deliveredAt: null, body: expect.any(String) })
      await tell('a', 'a-1', 'delivered')
      const arrived = { deliveredAt: NOW + 5_000, acceptedAt: NOW, route: 'a', body: null }
      expect(await row()).toMatchObject(arrived)
      expect(await sendings()).toMatchObject([{ deliveredAt: NOW + 5_000, acceptedAt: NOW }])
    })

    for (const by of ['the gateway’s name', 'our name'] as const) {
      const early = async (state: 'delivered' | 'failed', outcome: Outcome) => {
        const it = await asked()
        await it.tell('a', by === 'our name' ? it.ours : 'a-1', state)
        await it.settle(outcome)
        expect(await it.early()).toEqual([])
        return it
      }

      test(`delivered before the answer, by ${by}`, async () => {
        const { row, b, reports } = await early('delivered', taken)
        const arrived = { deliveredAt: NOW, acceptedAt: NOW, failedAt: null, body: null }
        expect(await row()).toMatchObject(arrived)
        expect(b.given).toEqual([])
        expect(reports.map((each) => each.kind)).toContain('message_delivered')
      })

      test(`failed before the answer, by ${by}: the next one gets it`, async () => {
        const { row, b, story } = await early('failed', taken)
        expect(b.given.length).toBe(1)
        expect(await row()).toMatchObject({ route: 'b', acceptedAt: NOW, failedAt: null })
        expect((await story()).map(([route]) => route)).toEqual(['a', 'b'])
      })
    }

    test('delivered, where nobody knew whether it was taken', async () => {
      const { tell, settle, ours, row, b } = await asked()
      await settle(saysNothing())
      expect(b.given.length).toBe(1)
      await tell('a', ours, 'delivered')
      expect(await row()).toMatchObject({ deliveredAt: NOW, route: 'a', body: null })
    })

    test('delivered before it was said that nobody knows: the next one is not asked', async () => {
      const { tell, settle, ours, row, b } = await asked()
      await tell('a', ours, 'delivered')
      await settle(saysNothing())
      expect(b.given).toEqual([])
      expect(await row()).toMatchObject({ deliveredAt: NOW, failedAt: null, reason: null })
    })

    test('what has failed since nobody knew has arrived after all', async () => {
      const a = fakeRoute('a')
      const it = await openDelivery(kind, [a])
      a.says(() => saysNothing())
      await it.insert('m')
      await it.look()
      expect(await it.row()).toMatchObject({ failedAt: NOW })
      await it.tell('a', a.given[0]!.id, 'delivered')
      expect(await it.row()).toMatchObject({ failedAt: null, reason: null, deliveredAt: NOW })
    })

    test('doubled: nothing more happens', async () => {
      const { insert, look, tell, row, reports, delivery, b } = await two()
      await insert('m')
      await look()
      for (let i = 0; i < 3; i++) await tell('a', 'a-1', 'failed')
      await delivery.settled()
      expect(b.given.length).toBe(1)
      for (let i = 0; i < 3; i++) await tell('b', 'b-1', 'failed')
      expect(await row()).toMatchObject({ failedAt: NOW, reason: 'not delivered' })
      expect(reports.filter((each) => each.kind === 'message_failed')).toHaveLength(1)
      for (let i = 0; i < 3; i++) await tell('b', 'b-1', 'delivered')
      expect(reports.filter((each) => each.kind === 'message_delivered')).toHaveLength(1)
    })

    test('failed after delivered: it stays delivered', async () => {
      const { insert, look, tell, row, sendings, clock, b } = await two()
      await insert('m')
      await look()
      await tell('a', 'a-1', 'delivered')
      const before = [await row(), await sendings()]
      clock.at += 1
      await tell('a', 'a-1', 'failed')
      await tell('a', 'a-1', 'delivered')
      await look(LIFE)
      expect([await row(), await sendings()]).toEqual(before)
      expect(b.given).toEqual([])
    })

    test('delivered after failed: it has arrived, and a route that was asked meanwhile does no harm', async () => {
      const { insert, look, tell, row, sendings, delivery } = await two()
      await insert('m')
      await look()
      await tell('a', 'a-1', 'failed')
      await delivery.settled()
      await tell('a', 'a-1', 'delivered')
      expect(await row()).toMatchObject({ deliveredAt: NOW, route: 'a', body: null })
      await tell('b', 'b-1', 'failed')
      expect(await row()).toMatchObject({ deliveredAt: NOW, failedAt: null })
      expect((await sendings()).map((each) => each.undeliveredAt)).toEqual([null, NOW])
    })

    test('failed by the first while the second is asked: the second goes on', async () => {
      const { a, b, insert, look, tell, delivery, row, story } = await two()
      await insert('m')
      await look()
      const { promise: answered, resolve } = Promise.withResolvers<Outcome>()
      b.says(() => answered)
      await tell('a', 'a-1', 'failed')
      await expect.poll(() => b.given.length).toBe(1)
      await tell('a', 'a-1', 'failed')
      delivery.wake()
      resolve({ accepted: true, gatewayId: 'b-1' })
      await delivery.settled()
      expect([a.given.length, b.given.length]).toEqual([1, 1])
      expect(await row()).toMatchObject({ route: 'b', failedAt: null, body: null })
      expect(await story()).toHaveLength(2)
    })

    test('failed by the first while the second is asked in its place: no third is asked beside it', async () => {
      const [a, b, c] = [fakeRoute('a'), fakeRoute('b'), fakeRoute('c')]
      const { insert, look, tell, delivery, row, clock } = await openDelivery(kind, [a, b, c])
      for (const id of ['x', 'y', 'z']) {
        await insert(id)
        await look()
        await tell('a', `a-${a.given.length}`, 'delivered')
      }
      const { promise: answered, resolve } = Promise.withResolvers<Outcome>()
      b.says(() => answered)
      await insert('m')
      await look()
      clock.at += 20_000
      delivery.wake()
      await expect.poll(() => b.given.length).toBe(1)
      await tell('a', 'a-4', 'failed')
      delivery.wake()
      resolve({ accepted: true, gatewayId: 'b-1' })
      await delivery.settled()
      expect(c.given).toEqual([])
      expect(await row()).toMatchObject({ route: 'b', failedAt: null, body: expect.any(String) })
    })

    test('failed by the first after the second has taken it: the second has to do', async () => {
      const { insert, look, tell, row, db, a, b } = await two()
      for (const id of ['x', 'y', 'z']) {
        await insert(id)
        await look()
        await tell('a', `a-${a.given.length}`, 'delivered')
      }
      await insert('m')
      await look()
      await look(30_000)
      expect(b.given.length).toBe(1)
      await tell('a', 'a-4', 'failed')
      expect(await row()).toMatchObject({ failedAt: null, route: 'b' })
      await tell('b', 'b-1', 'failed')
      expect(await row()).toMatchObject({ failedAt: NOW + 30_000 })
      await db.deleteFrom('sendings').execute()
    })

    test('it failed, and the next one refuses: it has failed, and says so at the end of its life', async () => {
      const { b, insert, look, tell, delivery, row } = await two()
      b.says(() => refuses())
      await insert('m')
      await look()
      await tell('a', 'a-1', 'failed')
      await delivery.settled()
      expect(await row()).toMatchObject({ failedAt: null, reason: 'busy' })
      await look(LIFE)
      expect(await row()).toMatchObject({ failedAt: NOW + LIFE, reason: 'expired', body: null })
    })

    test('after its code died: what failed is not sent again', async () => {
      const { b, insert, look, tell, delivery, row, clock } = await two()
      await insert('m')
      await look()
      clock.at += LIFE
      await tell('a', 'a-1', 'failed')
      await delivery.settled()
      expect(b.given).toEqual([])
      expect(await row()).toMatchObject({ failedAt: clock.at, body: null })
      await tell('a', 'a-1', 'delivered')
      expect(await row()).toMatchObject({ deliveredAt: clock.at, failedAt: null })
    })

    test('a code that was typed in has not failed, whatever a receipt says', async () => {
      const a = fakeRoute('a')
      const { insert, look, tell, row, db } = await openDelivery(kind, [a])
      await insert('m')
      await look()
      await db.updateTable('messages').set({ enteredAt: NOW }).execute()
      await tell('a', 'a-1', 'failed')
      expect(await row()).toMatchObject({ failedAt: null, enteredAt: NOW })
    })

    test('of another route, or of nothing we know: no message changes', async () => {
      const { insert, look, tell, row, early } = await two()
      await insert('m')
      await look()
      const before = await row()
      for (const [route, id] of [
        ['b', 'a-1'],
        ['a', 'a-2'],
        ['a', 'm'],
        ['', 'a-1'],
      ] as const)
        for (const state of ['underway', 'failed', 'delivered'] as const)
          await tell(route, id, state)
      expect(await row()).toEqual(before)
      // They wait for an hour, for what they may be about.
      expect(await early()).toHaveLength(8)
    })

    test('what waits for nothing is gone after an hour, and is never too much', async () => {
      const { db, early, tell } = await two()
      await tell('b', 'x', 'failed')
      const one = (i: number) => ({ route: 'a', gatewayId: `x${i}`, state: 'failed', reason: null })
      const many = Array.from({ length: 995 }, (_, i) => ({ ...one(i), at: NOW + 1 }))
      await db.insertInto('earlyReceipts').values(many).execute()
      for (let i = 990; i < 1010; i++)
        await takeReceipt(db, 'a', { id: `x${i}`, state: 'failed', reason: null }, NOW + 1)
      expect(await early()).toHaveLength(1001)
      expect((await early()).map(({ gatewayId }) => gatewayId)).toContain('x1009')
      expect(await clean(db, NOW + 3_600_000)).toBe(0)
      expect(await clean(db, NOW + 3_600_001)).toBe(1)
      expect(await clean(db, NOW + 3_600_002)).toBe(1000)
      expect(await early()).toEqual([])
    })

    test('receipts of others on the same login do not keep ours away', async () => {
      const { db, clock, tell, settle, early, row } = await asked()
      const others = Array.from({ length: 1000 }, (_, i) => `marketing-${i}`)
      const about = { route: 'a', state: 'delivered', reason: null }
      const many = others.map((gatewayId, i) => ({ ...about, gatewayId, at: NOW - 1000 + i }))
      await db.insertInto('earlyReceipts').values(many).execute()
      clock.at += 1
      await tell('a', 'a-1', 'delivered')
      clock.at += 1
      await tell('a', 'marketing-1000', 'delivered')
      const kept = (await early()).map(({ gatewayId }) => gatewayId)
      expect(kept.toSorted()).toEqual([...others.slice(2), 'a-1', 'marketing-1000'].toSorted())
      await settle(taken)
      expect((await row()).deliveredAt).toBe(NOW + 2)
    })

    const hex = { accepted: true, gatewayId: '1A2B3C4D' } as const
    const decimal = String(0x1a2b3c4d)

    test('by the name in decimal that was in hex in the answer', async () => {
      const it = await asked()
      await it.settle(hex)
      await it.tell('b', decimal, 'delivered')
      await it.tell('a', String(0x1a2b3c4e), 'delivered')
      expect((await it.row()).deliveredAt).toBe(null)
      await it.tell('a', decimal, 'delivered')
      expect((await it.row()).deliveredAt).toBe(NOW)
      expect(await it.sendings()).toMatchObject([{ gatewayId: hex.gatewayId, deliveredAt: NOW }])
    })

    for (const early of [[decimal], [decimal, '1a2b3c4d'], [decimal, hex.gatewayId]])
      test(`the same before the answer: ${early.join(' and ')}`, async () => {
        const it = await asked()
        for (const id of [...early, String(0x1a2b3c4e)]) await it.tell('a', id, 'delivered')
        await it.settle(hex)
        await it.look()
        expect((await it.row()).deliveredAt).toBe(NOW)
        expect(await it.early()).toMatchObject([{ gatewayId: String(0x1a2b3c4e) }])
        expect(it.errors).toEqual([])
      })

    test('a name that is known as it is written means no other message', async () => {
      const { a, insert, look, tell, row } = await two()
      for (const [id, gatewayId] of [
        ['m', '536870912'],
        ['n', '20000000'],
      ] as const) {
        a.says(() => ({ accepted: true, gatewayId }))
        await insert(id)
        await look()
      }
      await tell('a', '536870912', 'delivered')
      expect((await row('m')).deliveredAt).toBe(NOW)
      expect((await row('n')).deliveredAt).toBe(null)
    })

    test('by a name that can be written in one way only', async () => {
      const it = await asked()
      const gatewayId = '1'.repeat(100)
      await it.settle({ accepted: true, gatewayId })
      await it.tell('a', '2'.repeat(100), 'delivered')
      await it.tell('a', gatewayId, 'delivered')
      expect((await it.row()).deliveredAt).toBe(NOW)
      expect(it.errors).toEqual([])
    })

    test('one that comes at the end is written down before delivery has stopped', async () => {
      const { db, begin, insert, look, row } = await two()
      await insert('m')
      await look()
      const { promise: away, resolve: back } = Promise.withResolvers<void>()
      let isSlow = false
      // The disk takes its time.
      const slow = db.withPlugin({
        transformQuery: ({ node }) => node,
        transformResult: async ({ result }) => {
          if (isSlow) await away
          return result
        },
      })
      const ending = begin([], slow)
      await ending.settled()
      isSlow = true
      const told = ending.receipt('a', { id: 'a-1', state: 'delivered', reason: null })
      let isTaken = false
      void told.then(() => (isTaken = true))
      const stopped = ending.stop()
      expect(isTaken).toBe(false)
      back()
      await stopped
      expect(isTaken).toBe(true)
      expect((await row()).deliveredAt).toBe(NOW)
    })

    test('one that cannot be written down fails for whoever told it, and only there', async () => {
      const { db, begin, insert, look, row, errors } = await two()
      await insert('m')
      await look()
      const broken = db.withPlugin({
        transformQuery: () => {
          throw new Error('no database')
        },
        transformResult: async ({ result }) => result,
      })
      const one = begin([], broken)
      await one.settled()
      errors.length = 0
      const its = { id: 'a-1', state: 'delivered', reason: null } as const
      await expect(one.receipt('a', its)).rejects.toThrow('no database')
      expect(errors).toEqual([])
      expect((await row()).deliveredAt).toBe(null)
    })

    test('a reason holds no number, no address and no code', async () => {
      const a = fakeRoute('a')
      const { db, insert, look, row } = await openDelivery(kind, [a])
      await insert('m')
      await look()
      const reason = 'ABSENT +351912345678\n ana@x.example 123456 \0'
      await takeReceipt(db, 'a', { id: 'a-1', state: 'failed', reason }, NOW)
      expect((await row()).reason).toBe('ABSENT +… … …')
    })

    test('whose maker died unheard: the receipt comes to nobody, and it goes by another', async () => {
      const { a, b, begin, insertOwn, tell, look, row, story, early } = await two()
      const { promise: never, resolve } = Promise.withResolvers<Outcome>()
      a.says(() => never)
      const dying = begin([a, b])
      await dying.settled()
      dying.wake(await insertOwn('m'))
      await expect.poll(() => a.given.length).toBe(1)
      await tell('a', 'a-1', 'failed')
      expect(await early()).toHaveLength(1)
      await look(30_000)
      expect(b.given.length).toBe(1)
      expect(await story()).toHaveLength(2)
      // With our name it is known whose it is.
      await tell('a', a.given[0]!.id, 'delivered')
      expect(await row()).toMatchObject({ deliveredAt: NOW + 30_000, route: 'a' })
      resolve(saysNothing())
    })

    test('fifty at once, of both kinds: it has arrived', async () => {
      const { insert, look, tell, delivery, row, reports, b } = await two()
      await insert('m')
      await look()
      const states = Array.from({ length: 50 }, (_, i) =>
        i % 2 ? ('delivered' as const) : ('failed' as const),
      )
      await Promise.all(states.map((state) => tell('a', 'a-1', state)))
      await delivery.settled()
      expect(await row()).toMatchObject({ deliveredAt: NOW, failedAt: null, body: null })
      expect(reports.filter((each) => each.kind === 'message_delivered')).toHaveLength(1)
      expect(b.given.length).toBeLessThanOrEqual(1)
    })

    test('where nobody knows about the first, what the second says is not the whole of it', async () => {
      const { a, insert, look, tell, row } = await two()
      a.says(() => saysNothing())
      await insert('m')
      await look()
      await tell('b', 'b-1', 'failed')
      expect(await row()).toMatchObject({ failedAt: NOW, reason: `timed out (${UNANSWERED})` })
    })
  })
}

describe('the address of a gateway’s receipts', () => {
  const [old, next] = ['aaaaaaa1', 'aaaaaaa2'].map((id) => keyFrom(id, randomBytes(32))) as [
    ReturnType<typeof keyFrom>,
    ReturnType<typeof keyFrom>,
  ]

  test('is its own, is kept when the keys are changed, and cannot be made up', () => {
    const token = receiptToken([old], 'a')
    expect(token).toMatch(/^a\.[\da-z]{8}\.[\w-]{43}$/)
    expect(routeIn([old], token)).toBe('a')
    expect(routeIn([next, old], token)).toBe('a')
    expect(routeIn([next], token)).toBe(null)
    expect(routeIn([old], token.replace('a.', 'b.'))).toBe(null)
    expect(routeIn([old], `${token}x`)).toBe(null)
    expect(receiptToken([old], 'a')).toBe(token)
  })
})
