import type { Alarm } from '../../src/delivery/alarm.ts'
import { spendBudget } from '../../src/delivery/budget.ts'
import { usualRules } from '../../src/delivery/rules.ts'
import { newId, systemRandom } from '../../src/lib/random.ts'
import { dayOf, type Daily } from '../../src/store/daily.ts'
import { insertEvent } from '../../src/store/events.ts'
import type { Database } from '../../src/store/open.ts'
import { write } from '../../src/store/write.ts'
import { gave, wrote } from '../stories/deliveries-tools.ts'

const HOUR = 60 * 60_000
const numbers = { PT: '+351912345678', EG: '+201001234567', CN: '+8613812345678' } as const

/**
 * Days of messages in every state, to several countries by several routes, with alarms and a budget.
 * Gives the id of one that took a long way.
 */
export async function sendMuch(db: Database, accountId: string, now: number): Promise<string> {
  let latest = ''
  for (let n = 0; n < 150; n++) latest = await sendOne(db, n, now - (150 - n) * HOUR)
  const rules = { ...usualRules, moneyDay: 400_000 }
  const { alarms } = await write(db, (tx) =>
    spendBudget(tx, rules, { accountId, cost: 350_000, now }),
  )
  const all: readonly Alarm[] = [
    { kind: 'route_rests', route: 'Big قلم', reason: 'HTTP 503 Busy' },
    { kind: 'route_works', route: 'Big قلم' },
    { kind: 'prefix_stopped', prefix: '+351912', country: 'PT', sent: 20, entered: 1 },
    { kind: 'budget_near', what: 'messages', currency: 'EUR', accountId, used: 40, most: 50 },
    ...alarms,
  ]
  for (const alarm of all) await tell(db, alarm, now)
  return latest
}

/** Two months of sign-ins, refusals and more and more protection, as they are counted by day. */
export async function countMuch(db: Database, now: number): Promise<void> {
  const rows = Array.from({ length: 60 }, (_, n): Daily[] => {
    const count = (name: string, amount: number, by = ''): Daily => ({
      owner: '',
      day: dayOf(now) - 60 + n,
      name,
      by,
      count: amount,
    })
    return [
      count('accounts', 900 + 5 * n),
      count('protected', 300 + 11 * n),
      count('signed_in', 400 - 5 * n, 'password'),
      count('signed_in', 30 + 4 * n, 'password+totp'),
      count('signed_in', 40 + (n % 9), 'password+email'),
      count('signed_in', 70, 'password+device'),
      count('second_step_refused', (n * 7) % 23),
    ]
  })
  await db.insertInto('daily').values(rows.flat()).execute()
}

async function tell(db: Database, { kind, ...detail }: Alarm, now: number): Promise<void> {
  const whose = { accountId: null, attemptId: null, sessionId: null, deviceId: null }
  const where = { address: '', userAgent: '', requestId: 'test' }
  await insertEvent(db, { id: newId(systemRandom, now), at: now, kind, ...whose, ...where, detail })
}

async function sendOne(db: Database, n: number, at: number): Promise<string> {
  if (n % 4 === 0) {
    const became = n % 8 === 0 ? { acceptedAt: at + 900, route: 'smtp' } : {}
    return wrote(db, { createdAt: at, kind: 'new_device', ...became })
  }
  const [country, recipient] = Object.entries(numbers)[n % 3]!
  const hasArrived = n % 5 !== 0
  const isEntered = hasArrived && n % 7 !== 0
  const id = await wrote(db, {
    by: 'sms',
    country,
    recipient,
    createdAt: at,
    attemptId: String(n),
    route: 'Local 1',
    acceptedAt: at + 700,
    deliveredAt: hasArrived ? at + 5_000 : null,
    enteredAt: isEntered ? at + 20_000 : null,
    failedAt: hasArrived ? null : at + 9_000,
    reason: hasArrived ? null : 'UNDELIV 1B',
  })
  const there = { country, begunAt: at }
  await gave(db, id, { ...there, routeName: 'Big قلم', refusedAt: at, reason: 'HTTP 503 Busy' })
  await gave(db, id, { ...there, routeName: 'Slow', acceptedAt: at + 100, gatewayId: '8Fa-77' })
  await gave(db, id, {
    ...there,
    routeName: 'Local 1',
    acceptedAt: at + 700,
    deliveredAt: hasArrived ? at + 5_000 : null,
    undeliveredAt: hasArrived ? null : at + 9_000,
    reason: hasArrived ? null : 'UNDELIV 1B',
  })
  return id
}
