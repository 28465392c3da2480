import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { databases, type FreshDatabase } from '../../test/setup/databases.ts'
import {
  acceptMessage,
  claimMessage,
  dueMessages,
  expireMessages,
  failMessage,
  insertMessage,
  postponeMessage,
  waitingMessages,
  type Message,
} from './messages.ts'
import { migrate } from './migrate.ts'
import { openDatabase, type Database } from './open.ts'

const NOW = 1_800_000_000_000
const END = NOW + 300_000
const LEASE = 30_000

const dueIds = async (db: Database, now: number, most: number): Promise<string[]> =>
  (await dueMessages(db, now, 'email', most)).map(({ id }) => id)

for (const { name, fresh } of databases) {
  describe(`messages on ${name}`, () => {
    let place: FreshDatabase
    let db: Database
    beforeAll(async () => {
      place = await fresh()
      db = openDatabase(place.url)
      await migrate(db, NOW)
    })
    beforeEach(async () => {
      await db.deleteFrom('messages').execute()
    })
    afterAll(async () => {
      await db.destroy()
      await place.drop()
    })

    const insert = (id = 'm', change: { createdAt?: number } = {}) =>
      insertMessage(db, {
        id,
        accountId: 'ana',
        attemptId: null,
        by: 'email',
        recipient: 'ana@x.example',
        kind: 'code',
        body: 'sealed',
        createdAt: NOW,
        expiresAt: END,
        ...change,
      })
    const insertWith = async (change: Partial<Message>) => {
      await insert()
      await db.updateTable('messages').set(change).execute()
    }
    const row = (id = 'm') =>
      db.selectFrom('messages').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

    test('a message is due at once, and claiming it counts a try and starts the lease', async () => {
      await insert()
      expect(await dueIds(db, NOW, 10)).toEqual(['m'])
      expect(await claimMessage(db, 'm', NOW, LEASE)).toEqual(await row())
      expect(await row()).toMatchObject({ tries: 1, nextTryAt: NOW + LEASE, body: 'sealed' })
      expect(await dueIds(db, NOW + LEASE - 1, 10)).toEqual([])
      expect(await dueIds(db, NOW + LEASE, 10)).toEqual(['m'])
    })

    test('claiming, accepting, putting off and giving up touch one message only', async () => {
      await insert()
      await insert('other')
      const other = await row('other')
      await claimMessage(db, 'm', NOW, LEASE)
      await postponeMessage(db, { id: 'm', tries: 1 }, 'busy', NOW)
      expect(await row('other')).toEqual(other)
      await claimMessage(db, 'other', NOW, LEASE)
      await postponeMessage(db, { id: 'm', tries: 1 }, 'busy', NOW)
      await failMessage(db, { id: 'm', tries: 1 }, 'smtp', 'no', NOW)
      await acceptMessage(db, 'm', 'smtp', NOW)
      expect(await row('other')).toEqual({ ...other, tries: 1, nextTryAt: NOW + LEASE })
    })

    test('of twenty who claim a message at the same moment one gets it', async () => {
      await insert()
      const claims = Array.from({ length: 20 }, () => claimMessage(db, 'm', NOW, LEASE))
      expect((await Promise.all(claims)).filter((each) => each !== null)).toHaveLength(1)
    })

    const closed: [string, Partial<Message>][] = [
      ['accepted', { acceptedAt: NOW, body: null }],
      ['failed', { failedAt: NOW, body: null }],
      ['wiped', { body: null }],
      ['waiting for its next try', { nextTryAt: NOW + 1 }],
      ['expired', { expiresAt: NOW }],
    ]
    for (const [state, change] of closed) {
      test(`what is ${state} is not due and cannot be claimed`, async () => {
        await insertWith(change)
        expect(await dueIds(db, NOW, 10)).toEqual([])
        expect(await claimMessage(db, 'm', NOW, LEASE)).toBe(null)
        expect(await row()).toMatchObject({ tries: 0, ...change })
      })
    }

    test('the longest waiting is due first, and no more than were asked for', async () => {
      await insert('b', { createdAt: NOW - 1 })
      await insert('a')
      await insert('c', { createdAt: NOW - 2 })
      expect(await dueIds(db, NOW, 2)).toEqual(['c', 'b'])
    })

    test('an accepted message keeps its route and loses its body and an earlier reason', async () => {
      await insertWith({ reason: 'busy' })
      expect(await acceptMessage(db, 'm', 'smtp', NOW + 5)).toBe(true)
      expect(await row()).toMatchObject({
        acceptedAt: NOW + 5,
        route: 'smtp',
        body: null,
        reason: null,
        failedAt: null,
      })
    })

    test('a failed message keeps the reason and loses its body', async () => {
      await insert()
      expect(await failMessage(db, { id: 'm', tries: 0 }, 'smtp', 'no such box', NOW)).toBe(true)
      expect(await row()).toMatchObject({
        failedAt: NOW,
        route: 'smtp',
        reason: 'no such box',
        body: null,
        acceptedAt: null,
      })
    })

    for (const state of ['acceptedAt', 'failedAt'] as const) {
      test(`a finished message never changes again: ${state}`, async () => {
        await insertWith({ [state]: NOW, body: null, reason: 'first', nextTryAt: NOW })
        const before = await row()
        const claim = { id: 'm', tries: 0 }
        expect(await acceptMessage(db, 'm', 'other', END)).toBe(false)
        expect(await postponeMessage(db, claim, 'later', END)).toBe(false)
        expect(await failMessage(db, claim, 'other', 'later', END)).toBe(false)
        expect(await expireMessages(db, END)).toEqual([])
        expect(await row()).toEqual(before)
      })
    }

    test('who was too slow cannot put off or give up what another has claimed since', async () => {
      await insert()
      const slow = (await claimMessage(db, 'm', NOW, LEASE))!
      await claimMessage(db, 'm', NOW + LEASE, LEASE)
      const before = await row()
      expect(await postponeMessage(db, slow, 'late', NOW)).toBe(false)
      expect(await failMessage(db, slow, 'smtp', 'late', NOW)).toBe(false)
      expect(await row()).toEqual(before)
      expect(await acceptMessage(db, 'm', 'smtp', NOW)).toBe(true)
    })

    test('what is put off is due again at that moment', async () => {
      await insert()
      const claim = (await claimMessage(db, 'm', NOW, LEASE))!
      expect(await postponeMessage(db, claim, 'busy', NOW + 2000)).toBe(true)
      expect(await row()).toMatchObject({ reason: 'busy', body: 'sealed' })
      expect(await claimMessage(db, 'm', NOW + 1999, LEASE)).toBe(null)
      expect(await claimMessage(db, 'm', NOW + 2000, LEASE)).toMatchObject({ tries: 2 })
    })

    test('at the end of its life a message has failed, with its body wiped, once', async () => {
      await insert()
      expect(await expireMessages(db, END - 1)).toEqual([])
      const about = { id: 'm', kind: 'code', accountId: 'ana', by: 'email', country: null }
      expect(await expireMessages(db, END)).toEqual([{ ...about, reason: 'expired' }])
      expect(await row()).toMatchObject({ failedAt: END, reason: 'expired', body: null })
      expect(await expireMessages(db, END)).toEqual([])
    })

    test('what is being sent at the end of its life is not given up before the lease ends', async () => {
      await insert()
      await claimMessage(db, 'm', END - 1, LEASE)
      expect(await expireMessages(db, END)).toEqual([])
      expect(await row()).toMatchObject({ failedAt: null, body: 'sealed' })
      expect(await expireMessages(db, END - 1 + LEASE)).toHaveLength(1)
    })

    test('the outbox shows what is unsent and alive, newest first', async () => {
      await insert('old', { createdAt: NOW - 1 })
      await insert('new')
      await insert('sent')
      await acceptMessage(db, 'sent', 'smtp', NOW)
      await insert('dead')
      await failMessage(db, { id: 'dead', tries: 0 }, null, 'no', NOW)
      await insert('wiped')
      await db.updateTable('messages').set({ body: null }).where('id', '=', 'wiped').execute()
      // As a text message that was accepted, and is not there yet.
      await db.updateTable('messages').set({ body: 'x' }).where('id', '=', 'sent').execute()
      const ids = async (now: number, most = 10) =>
        (await waitingMessages(db, now, most)).map(({ id }) => id)
      expect(await ids(NOW)).toEqual(['new', 'old'])
      expect(await ids(NOW, 1)).toEqual(['new'])
      expect(await ids(END)).toEqual([])
    })
  })
}
