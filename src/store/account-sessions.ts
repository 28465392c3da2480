import type { ExpressionBuilder } from 'kysely'
import { idsFrom } from '../lib/random.ts'
import type { Which } from './devices.ts'
import type { Database } from './open.ts'
import type { Timeouts } from './sessions.ts'
import { statement } from './statement.ts'
import type { Tables } from './tables.ts'

// The sessions of an account, several at a time. One alone, by its token, is in sessions.ts.

const tooMany = statement((db, value: Window & { most: number }) =>
  livingOf(db, value)
    .select(['id', 'deviceId'])
    .orderBy('id', 'desc')
    // SQLite knows no offset without a limit. So many at once is more than there can be.
    .limit(ALL)
    .offset(value.most),
)

const ALL = 1_000_000

/**
 * The living sessions of an account beyond the newest `most`. Where its row is held, no other sign-in
 * counts meanwhile.
 */
export async function sessionsBeyond(
  db: Database,
  accountId: string,
  most: number,
  timeouts: Timeouts,
  now: number,
): Promise<{ id: string; deviceId: string }[]> {
  return (await tooMany(db, { ...windowOf(accountId, timeouts, now), most })).rows
}

type Window = {
  accountId: string
  /** Ids sort by the time of making, and the index by account and id. */
  madeAfter: string
  createdAfter: number
  seenAfter: number
  seenBefore: number
  now: number
}

const windowOf = (accountId: string, timeouts: Timeouts, now: number): Window => ({
  accountId,
  madeAfter: idsFrom(now - timeouts.absolute),
  createdAfter: now - timeouts.absolute,
  seenAfter: now - timeouts.idle,
  seenBefore: now + timeouts.idle,
  now,
})

const livingOf = (db: Database, value: Window) =>
  db
    .selectFrom('sessions')
    .where('accountId', '=', value.accountId)
    .where('id', '>', value.madeAfter)
    .where('endedAt', 'is', null)
    .where('createdAt', '>', value.createdAfter)
    .where('seenAt', '>', value.seenAfter)
    .where('seenAt', '<', value.seenBefore)
    .where((e) =>
      e.or([
        e('longestIdle', 'is', null),
        e(e('longestIdle', '+', e.ref('seenAt')), '>', value.now),
      ]),
    )
    .where((e) =>
      e.or([
        e('longestLife', 'is', null),
        e(e('longestLife', '+', e.ref('createdAt')), '>', value.now),
      ]),
    )

/** When each device of an account was last seen in a session, and whether one lives on it now. */
export async function useOfDevices(
  db: Database,
  accountId: string,
  timeouts: Timeouts,
  now: number,
): Promise<{ deviceId: string; seenAt: number; isIn: boolean }[]> {
  const living = livingOf(db, windowOf(accountId, timeouts, now))
    .select('deviceId')
    .distinct()
  const [seen, signedIn] = await Promise.all([
    db
      .selectFrom('sessions')
      .select((e) => ['deviceId', e.fn.max('seenAt').as('seenAt')])
      .where('accountId', '=', accountId)
      .groupBy('deviceId')
      .execute(),
    living.execute(),
  ])
  const isIn = new Set(signedIn.map(({ deviceId }) => deviceId))
  return seen.map(({ deviceId, seenAt }) => ({ deviceId, seenAt, isIn: isIn.has(deviceId) }))
}

/** The living sessions on some devices of an account. */
export async function livingSessionsOn(
  db: Database,
  accountId: string,
  which: Which,
  timeouts: Timeouts,
  now: number,
): Promise<{ id: string; deviceId: string }[]> {
  if ('ids' in which && which.ids.length === 0) return []
  return livingOf(db, windowOf(accountId, timeouts, now))
    .select(['id', 'deviceId'])
    .where(isOn(which))
    .orderBy('id')
    .execute()
}

/** Ends all sessions on some devices of an account, also those that have run out. */
export async function endSessionsOn(
  db: Database,
  accountId: string,
  which: Which,
  now: number,
): Promise<void> {
  await ending(db, now).where('accountId', '=', accountId).where(isOn(which)).execute()
}

const isOn = (which: Which) => (e: ExpressionBuilder<Tables, 'sessions'>) =>
  'ids' in which ? e('deviceId', 'in', which.ids) : e('deviceId', '<>', which.allBut)

/** None of those that have ended already: when they did so stays. */
const ending = (db: Database, now: number) =>
  db.updateTable('sessions').set({ endedAt: now }).where('endedAt', 'is', null)

/** What came of this attempt, and these sessions, of one account: living or not. */
export async function sessionsFrom(
  db: Database,
  accountId: string,
  attemptId: string | null,
  ids: readonly string[],
): Promise<{ id: string; deviceId: string; attemptId: string }[]> {
  return db
    .selectFrom('sessions')
    .select(['id', 'deviceId', 'attemptId'])
    .where('accountId', '=', accountId)
    .where((e) => e.or([e('attemptId', '=', attemptId ?? ''), e('id', 'in', [...ids, ''])]))
    .execute()
}

/** Ends these. Gives how many there were to end. */
export async function endSessions(
  db: Database,
  ids: readonly string[],
  now: number,
): Promise<number> {
  if (ids.length === 0) return 0
  const { numUpdatedRows } = await ending(db, now).where('id', 'in', ids).executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Ends every session of an account; `but`: not this one. Gives how many there were to end. */
export async function endSessionsOf(
  db: Database,
  accountId: string,
  now: number,
  but: string | null = null,
): Promise<number> {
  let query = ending(db, now).where('accountId', '=', accountId)
  if (but !== null) query = query.where('id', '<>', but)
  const { numUpdatedRows } = await query.executeTakeFirst()
  return Number(numUpdatedRows)
}
