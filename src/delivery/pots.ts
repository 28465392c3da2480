import type { DeliveryRules } from './rules.ts'

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

/** What a day has of messages or money. */
export type Pot = Pick<BudgetAlarm, 'what' | 'accountId' | 'most' | 'currency'> & {
  readonly key: string
}

/**
 * The pots that a message is paid from whose account belongs to this main account (its id), on the day (UTC)
 * of `now`. Pure.
 */
export function potsOf(rules: DeliveryRules, main: string, now: number): Pot[] {
  const day = new Date(now).toISOString().slice(0, 10)
  const { currency } = rules
  const pot = (what: Pot['what'], most: number | null, id: string | null): Pot[] => {
    if (most === null) return []
    // What was paid in another currency is no part of this one.
    const name = what === 'money' ? `${what}-${currency}` : what
    return [{ key: `sms-${name}:${day} ${id ?? ''}`, what, accountId: id, most, currency }]
  }
  return [
    ...pot('messages', rules.messagesDay, null),
    ...pot('money', rules.moneyDay, null),
    ...pot('messages', rules.accountMessagesDay, main),
    ...pot('money', rules.accountMoneyDay, main),
  ]
}

/** How much of a pot a message takes that costs so much. Pure. */
export const share = ({ what }: Pot, cost: number): number => (what === 'money' ? cost : 1)

export const keyOf = ({ key }: Pot): string => key

/** What was said about a pot of this size: 1 that it is nearly used up, 2 that it is. */
export const told = ({ key, most }: Pot): string => `${key} told ${most}`

const NEAR = 0.8

/**
 * What is to be said when so much is used of a pot, the next message takes so much, and this was said
 * before: at 80 %, and when the next one cannot be paid. Pure.
 */
export function alarmOf(pot: Pot, used: number, next: number, said: number) {
  const isOver = used >= pot.most || used + next > pot.most
  const level = isOver ? 2 : used >= NEAR * pot.most ? 1 : 0
  if (level <= said) return []
  const { what, accountId, most, currency } = pot
  const kind = level === 2 ? 'budget_over' : 'budget_near'
  const alarm: BudgetAlarm = { kind, what, accountId, used, most, currency }
  return [{ pot, level, alarm }]
}
