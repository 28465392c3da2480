import { describe, expect, test } from 'vitest'
import { databases } from '../../test/setup/databases.ts'
import { LIFE, NOW, openDelivery } from '../../test/setup/delivery.ts'
import { fakeRoute, refuses, refusesForGood, saysNothing } from '../../test/setup/routes.ts'

const mail = { by: 'email' } as const

for (const kind of databases) {
  describe(`mails by several routes on ${kind.name}`, () => {
    async function two() {
      const [a, b] = [fakeRoute('a', 'email'), fakeRoute('b', 'email')]
      const it = await openDelivery(kind, [a, b])
      await it.insert('m', mail)
      return { ...it, a, b, ways: () => [a.given.length, b.given.length] }
    }

    test('what the first takes is nobody else’s, and leaves no sending', async () => {
      const { look, row, story, ways } = await two()
      await look()
      expect(ways()).toEqual([1, 0])
      expect(await row()).toMatchObject({ acceptedAt: NOW, route: 'a', body: null, tries: 1 })
      expect(await story()).toEqual([])
    })

    for (const [what, outcome] of [
      ['refuses it for now', refuses('451 later')],
      ['refuses it for good', refusesForGood('550 unknown')],
      ['says nothing', saysNothing('ETIMEDOUT')],
    ] as const)
      test(`one that ${what} gives way at once, with the same letter`, async () => {
        const { a, b, look, row, story, ways, reports } = await two()
        a.says(() => outcome)
        await look()
        expect(ways()).toEqual([1, 1])
        expect(b.given[0]).toEqual(a.given[0])
        const reason = outcome.accepted ? '' : outcome.reason
        expect(await story()).toEqual([['a', reason]])
        expect(await row()).toMatchObject({ acceptedAt: NOW, route: 'b', reason: null })
        expect(reports).toMatchObject([
          { kind: 'message_postponed', by: 'email', route: 'a', reason },
          { kind: 'message_accepted', by: 'email', route: 'b' },
        ])
      })

    test('all refuse it for now: by turns, later each time, until one takes it', async () => {
      const { a, b, look, row, story, clock } = await two()
      a.says(() => refuses('451'))
      b.says(() => refuses('421'))
      await look()
      for (let i = 0; i < 3; i++) {
        const { nextTryAt } = await row()
        expect(nextTryAt - clock.at).toBeGreaterThanOrEqual(2000)
        await look(nextTryAt - clock.at - 1)
        await look(1)
      }
      expect((await story()).map(([route]) => route).join('')).toBe('ababa')
      b.says(() => ({ accepted: true }))
      await look(60_000)
      expect(await row()).toMatchObject({ acceptedAt: clock.at, route: 'b', body: null })
    })

    test('it ends with its life when nobody takes it, and is wiped', async () => {
      const { a, b, look, row, clock } = await two()
      for (const each of [a, b]) each.says(() => saysNothing())
      while (clock.at < NOW + LIFE) await look(5_000)
      expect(await row()).toMatchObject({ failedAt: NOW + LIFE, reason: 'expired', body: null })
      const given = a.given.length
      await look(60_000)
      expect(a.given.length).toBe(given)
    })

    test('all refuse it for good: it has failed with what the last one said', async () => {
      const { a, b, look, row, ways, reports } = await two()
      a.says(() => refusesForGood('550 a'))
      b.says(() => refusesForGood('550 b'))
      await look()
      await look(60_000)
      expect(ways()).toEqual([1, 1])
      expect(await row()).toMatchObject({ failedAt: NOW, route: 'b', reason: '550 b', body: null })
      expect(reports.map(({ kind: what }) => what)).toEqual(['message_postponed', 'message_failed'])
    })

    test('one for good, one for now: only the second is tried again', async () => {
      const { a, b, look, row, ways } = await two()
      a.says(() => refusesForGood())
      b.says(() => refuses())
      await look()
      b.says(() => ({ accepted: true }))
      await look(60_000)
      expect(ways()).toEqual([1, 2])
      expect(await row()).toMatchObject({ route: 'b', failedAt: null })
    })

    test('one that keeps failing is asked last, until it has rested', async () => {
      const { a, b, insert, look, alarms, clock } = await two()
      a.says(() => refuses('451'))
      for (const id of ['n', 'o', 'p', 'q']) {
        await look()
        await insert(id, mail)
      }
      await look()
      expect([a.given.length, b.given.length]).toEqual([3, 5])
      expect(alarms).toMatchObject([{ kind: 'route_rests', route: 'a' }])
      clock.at += 30_001
      a.says(() => ({ accepted: true }))
      await insert('r', mail)
      await look()
      expect(a.given.length).toBe(4)
      expect(alarms.at(-1)).toEqual({ kind: 'route_works', route: 'a' })
    })

    test('no text message goes by a mail server, and no mail by a gateway', async () => {
      const sms = fakeRoute('sms')
      const it = await openDelivery(kind, [sms])
      it.delivery.wake(await it.insertOwn('m', mail))
      await it.look()
      expect(sms.given).toEqual([])
      expect(await it.row()).toMatchObject({ tries: 1, failedAt: null })
    })
  })
}
