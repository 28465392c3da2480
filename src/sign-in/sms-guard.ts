import { raise } from '../accounts/alarm.ts'
import { aboutNumber } from '../lib/phone.ts'
import { newId } from '../lib/random.ts'
import type { Account } from '../store/accounts.ts'
import { insertStop, standingOf } from '../store/stopped-prefixes.ts'
import { trafficTo } from '../store/traffic.ts'
import type { Refusal } from './attempt.ts'
import type { Change } from './change.ts'
import { whyMute } from './reach.ts'
import { couldBeUnusual, countedOf, isUnusual } from './unusual.ts'

const HOUR = 60 * 60_000
const DAY = 24 * HOUR
const MONTH = 30 * DAY

/**
 * Why no text message with a code may go to this number now; `null` when one may. In a transaction. What
 * is counted per number, address, account and prefix is in `smsSends` (rules.ts), and held by who asks.
 * Nobody is made to wait here: what the money allows is only looked at, and paid for by who sends.
 */
export async function whyNoSms(
  change: Change,
  account: Pick<Account, 'id'>,
  to: string,
): Promise<Refusal | null> {
  const { app, db } = change
  const why = await whyMute(app, db, account, to)
  const { country, prefix } = aboutNumber(to)
  if (why === 'country' || country === null) return { refused: 'sms_country' }
  const { freeSince } = await standingOf(db, prefix)
  const isStopped = why !== null || (await stopIfUnusual(change, { country, prefix, freeSince }))
  return isStopped ? { refused: 'sms_stopped' } : null
}

type Prefix = {
  readonly country: string
  readonly prefix: string
  /** Only what was sent since then counts. */
  readonly freeSince: number
}

/** Looks at what became of the codes to a prefix. Who is first to find it unusual stops it, once. */
async function stopIfUnusual(change: Change, whose: Prefix): Promise<boolean> {
  const { app, db, now, afterwards } = change
  const { country, prefix, freeSince } = whose
  const to = async (where: Parameters<typeof trafficTo>[1], from: number, until: number) =>
    countedOf(await trafficTo(db, where, { from, until, now }))
  const hour = await to({ prefix }, Math.max(freeSince, now - HOUR), now)
  const day = await to({ prefix }, Math.max(freeSince, now - DAY), now)
  if (!couldBeUnusual({ hour, day })) return false
  const usual = await to({ country }, now - MONTH, now - DAY)
  if (!isUnusual({ hour, day, country: usual })) return false
  const found = { prefix, country, sent: day.sent, entered: Math.round(day.entered) }
  if (await insertStop(db, { id: newId(app.random, now), ...found, stoppedAt: now })) {
    const alarm = { kind: 'prefix_stopped', ...found } as const
    afterwards.push(...(await raise(app, db, alarm)))
  }
  return true
}
