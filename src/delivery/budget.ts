import { readLimits, writeLimits } from '../store/limits.ts'
import type { Database } from '../store/open.ts'
import type { DeliveryRules } from './rules.ts'

const DAY = 24 * 60 * 60_000

/** What is nearly used up (80 %), or is. */
export type BudgetAlarm = {
  readonly kind: 'budget_near' | 'budget_over'
  readonly what: 'messages' | 'money'
  /** The main account whose share it is; `null`: the whole installation's. */
  readonly accountId: string | null
  readonly used: number
  readonly most: number
}

type Pot = Pick<BudgetAlarm, 'what' | 'accountId' | 'most'> & { readonly key: string }

/** The pots that a message of this account is paid from, on the day (UTC) of `now`. Pure. */
export function potsOf(rules: DeliveryRules, accountId: string, now: number): Pot[] {
  const day = new Date(now).toISOString().slice(0, 10)
  const pot = (what: Pot['what'], most: number | null, id: string | null): Pot[] =>
    most === null ? [] : [{ key: `sms-${what}:${day} ${id ?? ''}`, what, accountId: id, most }]
  return [
    ...pot('messages', rules.messagesDay, null),
    ...pot('money', rules.moneyDay, null),
    ...pot('messages', rules.accountMessagesDay, accountId),
    ...pot('money', rules.accountMoneyDay, accountId),
  ]
}

/**
 * Pays for one message from all pots, or from none: then it must not be sent. In a transaction, nobody
 * else pays from them until its end. What it gives beside is to be told to the operators, once a day.
 */
export async function spendBudget(
  db: Database,
  rules: DeliveryRules,
  { accountId, cost, now }: { accountId: string; cost: number; now: number },
): Promise<{ readonly isPaid: boolean; readonly alarms: readonly BudgetAlarm[] }> {
  const pots = potsOf(rules, accountId, now)
  const keys = pots.map(({ key }) => key)
  const used = await readLimits(db, [...keys, ...keys.map(told)])
  const countOf = (key: string): number => used.get(key)?.count ?? 0
  const after = ({ key, what }: Pot): number => countOf(key) + (what === 'money' ? cost : 1)
  const isPaid = pots.every((pot) => after(pot) <= pot.most)
  const alarms = pots.flatMap((pot) => alarmOf(pot, after(pot), countOf(told(pot.key))))
  const row = (count: number) => ({ count, since: now, last: now, endsAt: now + 2 * DAY })
  const paid = isPaid ? pots.map((pot) => [pot.key, row(after(pot))] as const) : []
  const said = alarms.map(({ pot, level }) => [told(pot.key), row(level)] as const)
  await writeLimits(db, new Map([...paid, ...said]))
  return { isPaid, alarms: alarms.map(({ alarm }) => alarm) }
}

/** Is there anything left to pay one more message with? Changes nothing. */
export async function isWithinBudget(
  db: Database,
  rules: DeliveryRules,
  accountId: string,
  now: number,
): Promise<boolean> {
  const pots = potsOf(rules, accountId, now)
  const used = await readLimits(
    db,
    pots.map(({ key }) => key),
  )
  return pots.every(({ key, most }) => (used.get(key)?.count ?? 0) < most)
}

/** What was said about a pot: 1 that it is nearly used up, 2 that it is. */
const told = (key: string): string => `${key} told`

const NEAR = 0.8

function alarmOf(pot: Pot, used: number, said: number) {
  const level = used >= pot.most ? 2 : used >= NEAR * pot.most ? 1 : 0
  if (level <= said) return []
  const { what, accountId, most } = pot
  const kind = level === 2 ? 'budget_over' : 'budget_near'
  const alarm: BudgetAlarm = { kind, what, accountId, used: Math.min(used, most), most }
  return [{ pot, level, alarm }]
}
