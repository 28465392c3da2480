import { glanceAtLimits, readLimits, writeLimits } from '../store/limits.ts'
import type { Database } from '../store/open.ts'
import { mainIdOf } from '../store/users.ts'
import { alarmOf, keyOf, potsOf, share, told, type BudgetAlarm, type Pot } from './pots.ts'
import type { DeliveryRules } from './rules.ts'

export { potsOf } from './pots.ts'

const DAY = 24 * 60 * 60_000

/** One message that is to be paid for: by whom, what it costs in millionths, and when. */
export type Bill = { readonly accountId: string; readonly cost: number; readonly now: number }

/**
 * Pays for one message from all pots, or from none: then it must not be sent. In a transaction, nobody
 * else pays from them until its end. What it gives beside is to be told to the operators, once a day.
 */
export async function spendBudget(
  db: Database,
  rules: DeliveryRules,
  bill: Bill,
): Promise<{ readonly isPaid: boolean; readonly alarms: readonly BudgetAlarm[] }> {
  const { cost, now } = bill
  const pots = await potsFor(db, rules, bill)
  const used = await readLimits(db, [...pots.map(keyOf), ...pots.map(told)])
  const countOf = (key: string): number => used.get(key)?.count ?? 0
  const isPaid = pots.every((pot) => countOf(pot.key) + share(pot, cost) <= pot.most)
  const after = (pot: Pot): number => countOf(pot.key) + (isPaid ? share(pot, cost) : 0)
  const alarms = pots.flatMap((pot) =>
    alarmOf(pot, after(pot), share(pot, cost), countOf(told(pot))),
  )
  const paid = isPaid ? pots.map((pot) => [pot.key, row(after(pot), now)] as const) : []
  const said = alarms.map(({ pot, level }) => [told(pot), row(level, now)] as const)
  await writeLimits(db, new Map([...paid, ...said]))
  return { isPaid, alarms: alarms.map(({ alarm }) => alarm) }
}

/**
 * Puts back what was paid for a message that a gateway has surely not taken: it costs nothing, and a
 * gateway that is down for an hour must not use up the day. `now` is when it was paid. In a transaction
 * that has held the message, as who pays does.
 */
export async function giveBack(db: Database, rules: DeliveryRules, bill: Bill): Promise<void> {
  const { cost, now } = bill
  const pots = await potsFor(db, rules, bill)
  const used = await readLimits(db, pots.map(keyOf))
  const back = pots.flatMap((pot) => {
    const count = used.get(pot.key)?.count
    if (count === undefined) return []
    return [[pot.key, row(Math.max(0, count - share(pot, cost)), now)] as const]
  })
  await writeLimits(db, new Map(back))
}

/** Is there enough left to pay for this message? Holds nothing: who sends it pays, and then it counts. */
export async function isWithinBudget(
  db: Database,
  rules: DeliveryRules,
  bill: Bill,
): Promise<boolean> {
  const pots = await potsFor(db, rules, bill)
  const used = await glanceAtLimits(db, pots.map(keyOf))
  return pots.every((pot) => (used.get(pot.key)?.count ?? 0) + share(pot, bill.cost) <= pot.most)
}

/** All whose accounts belong together share what there is for one main account. */
const potsFor = async (
  db: Database,
  rules: DeliveryRules,
  { accountId, now }: Bill,
): Promise<Pot[]> => potsOf(rules, await mainIdOf(db, accountId), now)

const row = (count: number, now: number) => ({
  count,
  since: now,
  last: now,
  endsAt: now + 2 * DAY,
})
