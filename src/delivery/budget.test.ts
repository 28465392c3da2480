import { describe, expect, onTestFinished, test } from 'vitest'
import { databases } from '../../test/setup/databases.ts'
import { nothingWanted } from '../accounts/new-account.ts'
import { insertAccount } from '../store/accounts.ts'
import { migrate } from '../store/migrate.ts'
import { openDatabase } from '../store/open.ts'
import { write } from '../store/write.ts'
import { giveBack, isWithinBudget, potsOf, spendBudget } from './budget.ts'
import type { BudgetAlarm } from './pots.ts'
import { usualRules, type DeliveryRules } from './rules.ts'

const NOW = Date.parse('2026-11-20T12:00:00Z')
const HOUR = 60 * 60_000
const EURO = 1_000_000

const rules: DeliveryRules = {
  ...usualRules,
  countries: ['PT'],
  messagesDay: 10,
  accountMessagesDay: 6,
}
const rich = { ...rules, messagesDay: 100_000, accountMessagesDay: 100_000 }

const inShort = ({ kind, what, accountId, used, most }: BudgetAlarm): string =>
  `${kind} ${what} ${accountId ?? 'all'} ${used}/${most}`

test('a message is paid from the pots of the installation and of its account, by day', () => {
  const all = { ...rules, moneyDay: 5, accountMoneyDay: 3 }
  const keys = potsOf(all, 'ana', Date.parse('2026-11-20T23:59:59.999Z')).map(({ key }) => key)
  expect(keys).toEqual([
    'sms-messages:2026-11-20 ',
    'sms-money-EUR:2026-11-20 ',
    'sms-messages:2026-11-20 ana',
    'sms-money-EUR:2026-11-20 ana',
  ])
  expect(potsOf(rules, 'ana', NOW)).toHaveLength(2)
})

for (const { name, fresh } of databases) {
  describe(`budgets on ${name}`, () => {
    async function world() {
      const { url, drop } = await fresh()
      const db = openDatabase(url)
      const other = openDatabase(url)
      await migrate(db, NOW)
      onTestFinished(async () => {
        await db.destroy()
        await other.destroy()
        await drop()
      })
      const clock = { at: NOW }
      const bill = (accountId: string, cost: number) => ({ accountId, cost, now: clock.at })
      const spend = (by: DeliveryRules, accountId = 'ana', cost = 0, on = db) =>
        write(on, (tx) => spendBudget(tx, by, bill(accountId, cost)))
      const spendTimes = async (times: number, by: DeliveryRules, whose = 'ana', cost = 0) => {
        const all = []
        for (let turn = 0; turn < times; turn++) all.push(await spend(by, whose, cost))
        return {
          paid: all.filter(({ isPaid }) => isPaid).length,
          alarms: all.flatMap(({ alarms }) => alarms.map(inShort)),
        }
      }
      const back = (by: DeliveryRules, accountId = 'ana', cost = 0) =>
        write(db, (tx) => giveBack(tx, by, bill(accountId, cost)))
      const isLeft = (by: DeliveryRules, accountId = 'ana', cost = 0) =>
        isWithinBudget(db, by, bill(accountId, cost))
      const rows = () => db.selectFrom('limits').selectAll().orderBy('key').execute()
      return { db, other, clock, spend, spendTimes, back, isLeft, rows }
    }

    test('fifty at once through two handles: as many are paid as there are, exactly', async () => {
      const { db, other, spend, rows } = await world()
      const by = { ...rules, messagesDay: 23, accountMessagesDay: 100, moneyDay: 23 * EURO }
      const all = await Promise.all(
        Array.from({ length: 50 }, (_, i) => spend(by, `a${i % 7}`, EURO, i % 2 ? db : other)),
      )
      expect(all.filter(({ isPaid }) => isPaid)).toHaveLength(23)
      const counts = (await rows()).filter(({ key }) => /^sms-[\w-]+:[\d-]+ $/.test(key))
      expect(counts.map(({ count }) => count)).toEqual([23, 23 * EURO])
      const alarms = all.flatMap(({ alarms: each }) => each.map(inShort))
      expect(alarms.sort()).toEqual([
        'budget_near messages all 19/23',
        `budget_near money all ${19 * EURO}/${23 * EURO}`,
        'budget_over messages all 23/23',
        `budget_over money all ${23 * EURO}/${23 * EURO}`,
      ])
    })

    test('fifty at once of one account, through two handles: its share, exactly', async () => {
      const { db, other, spend, rows } = await world()
      const by = { ...rules, messagesDay: 100, accountMessagesDay: 9, accountMoneyDay: 7 * EURO }
      const all = await Promise.all(
        Array.from({ length: 50 }, (_, i) => spend(by, 'ana', EURO, i % 2 ? db : other)),
      )
      expect(all.filter(({ isPaid }) => isPaid)).toHaveLength(7)
      const whole = (await rows()).find(({ key }) => key === 'sms-messages:2026-11-20 ')
      expect(whole?.count).toBe(7)
    })

    test('a main account and its sub-accounts pay from one share, and others from theirs', async () => {
      const { db, spendTimes, isLeft, back } = await world()
      const person = { ...nothingWanted, name: '', nameFolded: '', country: 'PT', language: 'en' }
      const rest = { phone: null, passwordHash: '', privilege: null, createdAt: NOW }
      const since = { passwordResetAt: null, passwordKnownAt: null }
      const wishes = { preferredFactor: null, bothSince: null }
      for (const [id, mainId] of [
        ['main', null],
        ['sub', 'main'],
        ['alone', null],
      ] as const) {
        const email = `${id}@example.com`
        const own = { id, mainId, email, login: email }
        await insertAccount(db, { ...person, ...rest, ...since, ...wishes, ...own })
      }
      const wide = { ...rules, messagesDay: 100, accountMessagesDay: 3 }
      expect((await spendTimes(2, wide, 'sub')).paid).toBe(2)
      expect((await spendTimes(2, wide, 'main')).paid).toBe(1)
      expect(await isLeft(wide, 'sub')).toBe(false)
      expect((await spendTimes(2, wide, 'alone')).paid).toBe(2)
      await back(wide, 'main')
      expect(await isLeft(wide, 'sub')).toBe(true)
    })

    test('at 80 % and at 100 % it is said, each once a day, and then nothing is paid', async () => {
      const { spendTimes, clock, isLeft } = await world()
      const wide = { ...rules, accountMessagesDay: 100 }
      expect(await spendTimes(7, wide)).toEqual({ paid: 7, alarms: [] })
      expect(await spendTimes(1, wide)).toEqual({
        paid: 1,
        alarms: ['budget_near messages all 8/10'],
      })
      expect(await isLeft(wide)).toBe(true)
      expect(await spendTimes(2, wide)).toEqual({
        paid: 2,
        alarms: ['budget_over messages all 10/10'],
      })
      expect(await isLeft(wide)).toBe(false)
      expect(await spendTimes(5, wide)).toEqual({ paid: 0, alarms: [] })

      clock.at = Date.parse('2026-11-20T23:59:59.999Z')
      expect(await spendTimes(1, wide)).toEqual({ paid: 0, alarms: [] })
      clock.at += 1
      expect(await isLeft(wide)).toBe(true)
      expect(await spendTimes(11, wide)).toEqual({
        paid: 10,
        alarms: ['budget_near messages all 8/10', 'budget_over messages all 10/10'],
      })
    })

    test('one account uses up its share, and nobody else is held up', async () => {
      const { spendTimes, isLeft, rows } = await world()
      expect(await spendTimes(9, rules)).toEqual({
        paid: 6,
        alarms: ['budget_near messages ana 5/6', 'budget_over messages ana 6/6'],
      })
      expect([await isLeft(rules), await isLeft(rules, 'bob')]).toEqual([false, true])
      // What was not paid has used up nothing of anybody's, and nothing was said about it.
      const { count } = (await rows()).find(({ key }) => key === 'sms-messages:2026-11-20 ')!
      expect(count).toBe(6)
      expect((await spendTimes(9, rules, 'bob')).paid).toBe(4)
    })

    test('what one pot does not pay is said of no other', async () => {
      const { spendTimes } = await world()
      const by = { ...rules, messagesDay: 8, accountMessagesDay: 6 }
      await spendTimes(6, by)
      // The seventh would have brought the installation to 80 %.
      expect(await spendTimes(1, by)).toEqual({ paid: 0, alarms: [] })
      expect(await spendTimes(1, by, 'bob')).toEqual({
        paid: 1,
        alarms: ['budget_near messages all 7/8'],
      })
    })

    test('money counts in millionths, far past 2³¹', async () => {
      const { spendTimes, isLeft, rows } = await world()
      const by = { ...rich, moneyDay: 9_000_000 * EURO }
      expect((await spendTimes(2, by, 'ana', 4_000_000 * EURO)).paid).toBe(2)
      const { count } = (await rows()).find(({ key }) => key === 'sms-money-EUR:2026-11-20 ')!
      expect(count).toBe(8_000_000_000_000)
      expect(await isLeft(by, 'ana', 1_000_001 * EURO)).toBe(false)
      expect(await isLeft(by, 'ana', 1_000_000 * EURO)).toBe(true)
      expect((await spendTimes(1, by, 'ana', 1_000_000 * EURO)).paid).toBe(1)
      expect((await spendTimes(1, by, 'ana', 1)).paid).toBe(0)
    })

    test('what was paid in one currency is no part of another', async () => {
      const { spendTimes, isLeft } = await world()
      const euros = { ...rich, moneyDay: 100 }
      const yen = { ...euros, currency: 'JPY' }
      expect((await spendTimes(1, euros, 'ana', 90)).paid).toBe(1)
      expect([await isLeft(euros, 'ana', 90), await isLeft(yen, 'ana', 90)]).toEqual([false, true])
      expect((await spendTimes(1, yen, 'ana', 90)).paid).toBe(1)
      for (const by of [euros, yen]) expect((await spendTimes(1, by, 'ana', 90)).paid).toBe(0)
      // Messages are messages.
      const few = { ...yen, messagesDay: 2 }
      expect(await isLeft(few, 'ana', 0)).toBe(false)
    })

    test('when too little is left for one more, that is said at once; cheaper ones still go', async () => {
      const { spendTimes, isLeft } = await world()
      const by = { ...rich, moneyDay: 100 }
      expect(await spendTimes(1, by, 'ana', 60)).toEqual({
        paid: 1,
        alarms: ['budget_over money all 60/100'],
      })
      expect(await spendTimes(1, by, 'ana', 60)).toEqual({ paid: 0, alarms: [] })
      expect([await isLeft(by, 'ana', 41), await isLeft(by, 'ana', 40)]).toEqual([false, true])
      expect(await spendTimes(1, by, 'ana', 40)).toEqual({ paid: 1, alarms: [] })
    })

    test('what costs nothing uses up messages only', async () => {
      const { spendTimes, rows } = await world()
      const by = { ...rules, moneyDay: 0, accountMessagesDay: 100 }
      const { paid, alarms } = await spendTimes(12, by)
      expect(paid).toBe(10)
      expect(alarms[0]).toBe('budget_over money all 0/0')
      expect((await rows()).find(({ key }) => key.startsWith('sms-money'))?.count ?? 0).toBe(0)
    })

    test('a cap of none lets nothing out', async () => {
      const { spendTimes, isLeft } = await world()
      expect(await isLeft({ ...rules, messagesDay: 0 })).toBe(false)
      expect((await spendTimes(3, { ...rules, messagesDay: 0 })).paid).toBe(0)
    })

    test('a cap that is raised counts what was used before, and is spoken of anew', async () => {
      const { spendTimes, isLeft } = await world()
      const wide = { ...rules, accountMessagesDay: 100 }
      await spendTimes(10, wide)
      const raised = { ...wide, messagesDay: 12 }
      expect(await isLeft(raised)).toBe(true)
      expect(await spendTimes(5, raised)).toEqual({
        paid: 2,
        alarms: ['budget_near messages all 11/12', 'budget_over messages all 12/12'],
      })
    })

    test('what a gateway has surely not taken is put back, and never more than was there', async () => {
      const { spendTimes, back, isLeft, rows } = await world()
      const by = { ...rules, moneyDay: 100, accountMessagesDay: 100 }
      await spendTimes(10, by, 'ana', 10)
      expect(await isLeft(by, 'ana', 10)).toBe(false)
      await back(by, 'ana', 10)
      expect(await isLeft(by, 'ana', 10)).toBe(true)
      // It is not said a second time when it is used up again.
      expect(await spendTimes(2, by, 'ana', 10)).toEqual({ paid: 1, alarms: [] })
      for (let turn = 0; turn < 12; turn++) await back(by, 'ana', 10)
      const counts = (await rows()).filter(({ key }) => !key.includes('told'))
      expect(counts.map(({ count }) => count)).toEqual([0, 0, 0])
      await back(by, 'bob', 10)
      expect((await rows()).filter(({ key }) => key.includes('bob'))).toEqual([])
    })

    test('a look holds nobody up and changes nothing', async () => {
      const { db, other, isLeft, spend, rows } = await world()
      await spend(rules)
      const before = await rows()
      await write(db, async (tx) => {
        expect(await isWithinBudget(tx, rules, { accountId: 'ana', cost: 0, now: NOW })).toBe(true)
        // Somebody pays while the one who looked is not done: only SQLite has but one writer.
        if (name === 'PostgreSQL')
          await write(other, (its) =>
            spendBudget(its, rules, { accountId: 'ana', cost: 0, now: NOW + HOUR }),
          )
      })
      await isLeft(rules)
      const used = name === 'PostgreSQL' ? 2 : 1
      expect((await rows()).map(({ count }) => count)).toEqual(before.map(() => used))
    })
  })
}
