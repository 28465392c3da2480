import { glanceAtLimits, readLimits, writeLimits } from '../store/limits.ts'
import type { Database } from '../store/open.ts'
import type { DeliveryRules } from './rules.ts'

const DAY = 24 * 60 * 60_000

/** What is nearly used up (80 %), or has nothing left for one more message like the last. */
export type BudgetAlarm = {
  readonly kind: 'budget_near' | 'budget_over'
  readonly what: 'messages' | 'money'
  /** The main account whose share it is; `null`: the whole installation's. */
  readonly accountId: string | null
  /** Messages, or millionths of the currency. */
  readonly used: number
  readonly most: number
  readonly currency: string
}

type Pot = Pick<BudgetAlarm, 'what' | 'accountId' | 'most' | 'currency'> & { readonly key: string }

/** One message that is to be paid for: by whom, what it costs in millionths, and when. */
type Bill = { readonly accountId: string; readonly cost: number; readonly now: number }

/** Whose share is used by messages of this account. Until accounts have others below them, its own. */
export const mainOf = (accountId: string): string => accountId

/** The pots that a message of this account is paid from, on the day (UTC) of `now`. Pure. */
export function potsOf(rules: DeliveryRules, accountId: string, now: number): Pot[] {
  const day = new Date(now).toISOString().slice(0, 10)
  const main = mainOf(accountId)
  const { currency } = rules
  const pot = (what: Pot['what'], most: number | null, id: string | null): Pot[] =>
    most === null
      ? []
      : [{ key: `sms-${what}:${day} ${id ?? ''}`, what, accountId: id, most, currency }]
  return [
    ...pot('messages', rules.messagesDay, null),
    ...pot('money', rules.moneyDay, null),
    ...pot('messages', rules.accountMessagesDay, main),
    ...pot('money', rules.accountMoneyDay, main),
  ]
}

const share = ({ what }: Pot, cost: number): number => (what === 'money' ? cost : 1)

/**
 * Pays for one message from all pots, or from none: then it must not be sent. In a transaction, nobody
 * else pays from them until its end. What it gives beside is to be told to the operators, once a day.
 */
export async function spendBudget(
  db: Database,
  rules: DeliveryRules,
  { accountId, cost, now }: Bill,
): Promise<{ readonly isPaid: boolean; readonly alarms: readonly BudgetAlarm[] }> {
  const pots = potsOf(rules, accountId, now)
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
export async function giveBack(
  db: Database,
  rules: DeliveryRules,
  { accountId, cost, now }: Bill,
): Promise<void> {
  const pots = potsOf(rules, accountId, now)
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
  { accountId, cost, now }: Bill,
): Promise<boolean> {
  const pots = potsOf(rules, accountId, now)
  const used = await glanceAtLimits(db, pots.map(keyOf))
  return pots.every((pot) => (used.get(pot.key)?.count ?? 0) + share(pot, cost) <= pot.most)
}

const row = (count: number, now: number) => ({
  count,
  since: now,
  last: now,
  endsAt: now + 2 * DAY,
})

const keyOf = ({ key }: Pot): string => key

/** What was said about a pot of this size: 1 that it is nearly used up, 2 that it is. */
const told = ({ key, most }: Pot): string => `${key} told ${most}`

const NEAR = 0.8

function alarmOf(pot: Pot, used: number, next: number, said: number) {
  const isOver = used >= pot.most || used + next > pot.most
  const level = isOver ? 2 : used >= NEAR * pot.most ? 1 : 0
  if (level <= said) return []
  const { what, accountId, most, currency } = pot
  const kind = level === 2 ? 'budget_over' : 'budget_near'
  const alarm: BudgetAlarm = { kind, what, accountId, used, most, currency }
  return [{ pot, level, alarm }]
}
