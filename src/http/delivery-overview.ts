import type { App } from '../app.ts'
import type { Alarm } from '../delivery/alarm.ts'
import { potsOf } from '../delivery/budget.ts'
import { countIn } from '../delivery/count.ts'
import { linesOf, slicesOf, totalsOf } from '../delivery/figures.ts'
import type { DeliveryRules } from '../delivery/rules.ts'
import { maskEmail } from '../lib/email.ts'
import type { ShownAlarm } from '../pages/alarms.ts'
import type { Overview } from '../pages/deliveries.ts'
import { findAccount } from '../store/accounts.ts'
import type { Stretch } from '../store/delivery-figures.ts'
import { ownEvents } from '../store/events.ts'
import { readLimits } from '../store/limits.ts'

type World = Pick<App, 'db' | 'now' | 'gateways'>

/** How delivery went in these stretches of time, oldest first, and how it stands today. */
export async function overviewOf(
  app: World,
  rules: DeliveryRules,
  stretches: readonly Stretch[],
): Promise<Omit<Overview, 'most'>> {
  const counted = await countIn(app.db, stretches)
  const totals = totalsOf(counted)
  return {
    budgets: await budgetsOf(app, rules),
    alarms: await alarmsSince(app, stretches[0]!.from),
    slices: slicesOf(counted),
    lines: linesOf(counted),
    totals: totals.map((total) => ({ ...total, country: null, route: null })),
  }
}

/** What the whole installation has used today; nothing where it sends no text messages. */
async function budgetsOf(
  { db, now, gateways }: World,
  rules: DeliveryRules,
): Promise<Overview['budgets']> {
  const pots = potsOf(rules, '', now()).filter(({ accountId }) => accountId === null)
  const used = await readLimits(
    db,
    pots.map(({ key }) => key),
  )
  const isLinked = (await gateways.linked(db)).some(({ by }) => by === 'sms')
  if (!isLinked && used.size === 0) return []
  return pots.map(({ key, what, most }) => ({ what, used: used.get(key)?.count ?? 0, most }))
}

const kinds = [
  'route_rests',
  'route_works',
  'prefix_stopped',
  'budget_near',
  'budget_over',
] as const satisfies readonly Alarm['kind'][]

const MOST_ALARMS = 20

async function alarmsSince({ db }: World, since: number): Promise<Overview['alarms']> {
  const events = await ownEvents(db, kinds, since, MOST_ALARMS)
  const alarms = events.map(({ at, kind, detail }) => ({
    at: new Date(at),
    alarm: { ...detail, kind } as unknown as Alarm,
  }))
  return Promise.all(
    alarms.map(async ({ at, alarm }) => ({ at, alarm: await withAccount(db, alarm) })),
  )
}

async function withAccount(db: App['db'], alarm: Alarm): Promise<ShownAlarm> {
  if (!('accountId' in alarm)) return alarm
  const { accountId, ...rest } = alarm
  const account = accountId === null ? null : await findAccount(db, accountId)
  const isGone = accountId !== null && account === null
  return { ...rest, account: account ? maskEmail(account.email) : isGone ? '•••' : null }
}
