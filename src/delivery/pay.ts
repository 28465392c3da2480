import type { Database } from '../store/open.ts'
import type { Afterwards, Raise } from './alarm.ts'
import { spendBudget, type Bill } from './budget.ts'
import type { DeliveryRules } from './rules.ts'

/** Pays for one message, and tells the operators what that leaves. False: then it must not be sent. */
export async function pay(
  db: Database,
  rules: DeliveryRules,
  bill: Bill,
  raise: Raise,
  then: (more: Afterwards) => void,
): Promise<boolean> {
  const { isPaid, alarms } = await spendBudget(db, rules, bill)
  for (const alarm of alarms) then(await raise(db, alarm))
  return isPaid
}
