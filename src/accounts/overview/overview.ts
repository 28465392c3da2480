import type { App } from '../../app.ts'
import { dailyOf, dayOf, type Daily } from '../../store/daily.ts'
import { areMoreThan, casesWaiting } from '../../store/standings.ts'
import { kindsOf } from '../history.ts'
import { countNow, noFigures, type Figures } from './count.ts'

type Tools = Pick<App, 'db' | 'now' | 'config' | 'gateways'>

/** How it went on one day (days since 1970, UTC). */
export type DayFigures = {
  readonly day: number
  readonly protected: number
  readonly unprotected: number
  /** By the factor that counted. */
  readonly signIns: Readonly<Record<Way, number>>
  readonly refusals: number
}

export type Overview = {
  readonly now: Figures
  /** Counted at this moment, or within the last hour. */
  readonly isNow: boolean
  readonly waiting: number
  readonly days: readonly DayFigures[]
}

/** As many accounts are counted while somebody waits: a fraction of a second. */
const MOST_AT_ONCE = 5000

/** The last days of what a main account owns, or of the installation (`null`), today being one of them. */
export async function overviewOf(app: Tools, main: string | null, days: number): Promise<Overview> {
  const { db } = app
  const time = app.now()
  const today = dayOf(time)
  const owner = main ?? ''
  const daily = await dailyOf(db, owner, today - days + 1)
  const counted = (await areMoreThan(db, main, MOST_AT_ONCE)) ? countedOn(daily, today) : null
  const now = counted ?? (await countNow(app, main)).get(owner) ?? noFigures
  return {
    now,
    isNow: counted === null,
    waiting: await casesWaiting(db, main, time),
    days: daysOf(daily, today, days, now),
  }
}

function countedOn(daily: readonly Daily[], day: number): Figures | null {
  const its = daily.filter((row) => row.day === day && row.name in noFigures)
  if (its.length === 0) return null
  return { ...noFigures, ...Object.fromEntries(its.map(({ name, count }) => [name, count])) }
}

/** Where nobody counted on a day, as no server ran, it is as it was before. Pure. */
export function daysOf(
  daily: readonly Daily[],
  today: number,
  days: number,
  now: Pick<Figures, 'accounts' | 'protected'>,
): DayFigures[] {
  let standing: Pick<Figures, 'accounts' | 'protected'> = { accounts: 0, protected: 0 }
  return Array.from({ length: days }, (_, index) => {
    const day = today - days + 1 + index
    const its = daily.filter((row) => row.day === day)
    standing = day === today ? now : (countedOn(its, day) ?? standing)
    const { accounts, protected: safe } = standing
    return { day, protected: safe, unprotected: accounts - safe, ...happenedIn(its) }
  })
}

const refusals = new Set(kindsOf('refusals'))

function happenedIn(daily: readonly Daily[]): Pick<DayFigures, 'signIns' | 'refusals'> {
  const signIns: Record<Way, number> = { ...noSignIns }
  let refused = 0
  for (const { name, by, count } of daily) {
    if (name === 'signed_in') signIns[wayIn(by)] += count
    else if (refusals.has(name)) refused += count
  }
  return { signIns, refusals: refused }
}

export const ways = [
  'passkey',
  'totp',
  'sms',
  'email',
  'device',
  'recovery',
  'other',
  'password',
] as const
export type Way = (typeof ways)[number]

const noSignIns = Object.fromEntries(ways.map((way) => [way, 0])) as Record<Way, number>

/** What was shown beside the password, the last of it: from `password+email`. Pure. */
export function wayIn(by: string): Way {
  const shown = by.split('+').filter((each) => each !== 'password')
  if (shown.length === 0) return 'password'
  return ways.find((way) => way === shown.at(-1)) ?? 'other'
}
