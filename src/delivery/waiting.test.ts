import { describe, expect, test } from 'vitest'
import { databases } from '../../test/setup/databases.ts'
import { NOW, openDelivery } from '../../test/setup/delivery.ts'
import { fakeRoute, type FakeRoute } from '../../test/setup/routes.ts'
import { claimMessage, dueMessages } from '../store/messages.ts'
import type { Made } from './message.ts'
import type { Outcome } from './route.ts'

for (const kind of databases) {
  describe(`what waits, on ${kind.name}`, () => {
    test('a sixth code waits for a slow gateway no longer than for one of the five before it', async () => {
      const a = fakeRoute('a')
      const it = await openDelivery(kind, [a])
      const { promise, resolve } = Promise.withResolvers<void>()
      a.says(async () => {
        if (a.given.length <= 5) await promise
        return { accepted: true }
      })
      const ids = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6']
      for (const id of ids) it.delivery.wake(await it.insertOwn(id))
      await expect.poll(() => a.given.length).toBe(5)
      // Well within what a gateway may take (8 s).
      it.clock.at += 7_000
      resolve()
      await it.delivery.settled()
      expect(a.given.length).toBe(6)
    })

    test('many text messages by a slow gateway do not hold up mails', async () => {
      const [a, mail] = [fakeRoute('a'), fakeRoute('mail', 'email')]
      const it = await openDelivery(kind, [a, mail])
      const { promise, resolve } = Promise.withResolvers<Outcome>()
      a.says(() => promise)
      for (let i = 0; i < 206; i++) it.delivery.wake(await it.insertOwn(`m${i}`))
      it.delivery.wake(await it.insertOwn('letter', { by: 'email' }))
      await expect
        .poll(() => mail.given.length)
        .toBe(1)
        .finally(() => resolve({ accepted: true }))
    })

    test('much to one country does not hold up another', async () => {
      const [a, b] = [
        fakeRoute('a', 'sms', { countries: ['PT'] }),
        fakeRoute('b', 'sms', { countries: ['ES'] }),
      ]
      const it = await openDelivery(kind, [a, b])
      const { promise, resolve } = Promise.withResolvers<Outcome>()
      a.says(() => promise)
      for (let i = 0; i < 210; i++) await it.insert(`m${i}`)
      it.clock.at += 1
      await it.insert('spain', { country: 'ES' })
      it.clock.at += 2_000
      it.delivery.wake()
      await expect
        .poll(() => b.given.length)
        .toBe(1)
        .finally(() => resolve({ accepted: true }))
    })

    test('a code that was made before a route was seen goes out at the next look', async () => {
      const fakes: FakeRoute[] = []
      const it = await openDelivery(kind, fakes)
      const a = fakeRoute('a')
      fakes.push(a)
      it.delivery.wake(await it.insertOwn('m'))
      await it.delivery.settled()
      await it.look(2_000)
      expect(a.given.length).toBe(1)
      // What no look found a route for is nobody's until its lease is over.
      fakes.length = 0
      await it.look()
      it.delivery.wake(await it.insertOwn('n'))
      await it.look()
      fakes.push(a)
      await it.look()
      expect(a.given.length).toBe(1)
    })

    test('a test message goes by no other route, whatever a receipt says before the answer', async () => {
      const [a, b] = [fakeRoute('a'), fakeRoute('b')]
      const it = await openDelivery(kind, [a, b])
      const { promise, resolve } = Promise.withResolvers<Outcome>()
      a.says(() => promise)
      const made: Made = await it.insertOwn('m', { expiresAt: NOW + 60_000 })
      await it.db.updateTable('messages').set({ kind: 'test' }).where('id', '=', 'm').execute()
      it.delivery.tryOut(made, 'a')
      await expect.poll(() => a.given.length).toBe(1)
      const before = await it.row()
      await it.tell('a', a.given[0]!.id, 'failed')
      expect(await it.row()).toEqual(before)
      it.clock.at += 31_000
      expect(await dueMessages(it.db, it.clock.at, 'sms', 10)).toEqual([])
      expect(await claimMessage(it.db, 'm', it.clock.at, 1000)).toBe(null)
      resolve({ accepted: true })
      await it.look()
      expect(b.given.length).toBe(0)
      const failed = { failedAt: it.clock.at, reason: 'not delivered', body: null }
      expect(await it.row()).toMatchObject(failed)
    })
  })
}
