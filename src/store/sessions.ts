import type { Proof } from '../factors/factor.ts'
import { idOf, idsFrom } from '../lib/random.ts'
import type { Database } from './open.ts'
import { statement, values } from './statement.ts'
import type { Which } from './devices.ts'
import type { SessionsTable } from './tables.ts'

type Session = {
  readonly id: string
  readonly tokenHash: string
  readonly accountId: string
  readonly deviceId: string
  readonly attemptId: string
  readonly proofs: readonly Proof[]
  readonly createdAt: number
  readonly seenAt: number
}

const insert = statement((db, row: SessionsTable) =>
  db
    .insertInto('sessions')
    .values(
      values(
        row,
        'id',
        'tokenHash',
        'accountId',
        'deviceId',
        'attemptId',
        'proofs',
        'createdAt',
        'seenAt',
        'endedAt',
      ),
    ),
)

export async function insertSession(db: Database, session: Session): Promise<void> {
  await insert(db, { ...session, proofs: JSON.stringify(session.proofs), endedAt: null })
}

export type Timeouts = { readonly idle: number; readonly absolute: number }

type Shown = {
  id: string
  tokenHash: string
  createdAfter: number
  seenAfter: number
  seenBefore: number
}

/** The one session that this token opens, and its account; none when it has ended or run out. */
const living = (db: Database, value: Shown) =>
  db
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.id', 'sessions.accountId')
    .where('sessions.id', '=', value.id)
    .where('sessions.tokenHash', '=', value.tokenHash)
    .where('sessions.endedAt', 'is', null)
    .where('sessions.createdAt', '>', value.createdAfter)
    .where('sessions.seenAt', '>', value.seenAfter)
    // Made by a clock that was ahead, it would live until that time and longer.
    .where('sessions.seenAt', '<', value.seenBefore)

const shownBy = (tokenHash: string, timeouts: Timeouts, now: number): Shown => ({
  id: idOf(tokenHash),
  tokenHash,
  createdAfter: now - timeouts.absolute,
  seenAfter: now - timeouts.idle,
  seenBefore: now + timeouts.idle,
})

const whole = statement((db, value: Shown) =>
  living(db, value).select([
    'sessions.id',
    'sessions.accountId',
    'sessions.deviceId',
    'sessions.createdAt',
    'sessions.seenAt',
    'accounts.name',
    'accounts.email',
    'accounts.language',
  ]),
)

/** Who holds this token, if the session still lives. Timeouts in milliseconds. */
export async function findSession(
  db: Database,
  tokenHash: string,
  timeouts: Timeouts,
  now: number,
) {
  return (await whole(db, shownBy(tokenHash, timeouts, now))).rows[0] ?? null
}

const brief = statement((db, value: Shown) =>
  living(db, value).select([
    'sessions.accountId',
    'accounts.name',
    'accounts.email',
    'accounts.language',
  ]),
)

/** The same in brief, at once where the database can: for those who ask at every request. */
export function findHolder(db: Database, tokenHash: string, timeouts: Timeouts, now: number) {
  const found = brief(db, shownBy(tokenHash, timeouts, now))
  const first = ({ rows }: Awaited<typeof found>) => rows[0] ?? null
  return found instanceof Promise ? found.then(first) : first(found)
}

export type Holder = NonNullable<Awaited<ReturnType<typeof findHolder>>>

export type SignedIn = NonNullable<Awaited<ReturnType<typeof findSession>>>

/** Moves the idle limit on. A session that ended meanwhile stays ended. */
export async function seeSession(db: Database, id: string, now: number): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ seenAt: now })
    .where('id', '=', id)
    .where('endedAt', 'is', null)
    .where('seenAt', '<', now)
    .execute()
}

/** What was shown in a session, at sign-in and since. Of one that has ended, nothing counts. */
export async function proofsIn(db: Database, id: string): Promise<Proof[]> {
  const row = await db
    .selectFrom('sessions')
    .select('proofs')
    .where('id', '=', id)
    .where('endedAt', 'is', null)
    .executeTakeFirst()
  return row ? (JSON.parse(row.proofs) as Proof[]) : []
}

/**
 * Another token for a living session, and what was shown in it; whoever has the old token is out.
 * False when the session has ended.
 */
export async function replaceToken(
  db: Database,
  id: string,
  tokenHash: string,
  proofs: readonly Proof[],
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sessions')
    .set({ tokenHash, proofs: JSON.stringify(proofs) })
    .where('id', '=', id)
    .where('endedAt', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Ends the session that holds this token, and says whose it was. `null`: there was none. */
export async function endSession(
  db: Database,
  tokenHash: string,
  now: number,
): Promise<{ id: string; accountId: string; deviceId: string } | null> {
  const row = await db
    .updateTable('sessions')
    .set({ endedAt: now })
    .where('id', '=', idOf(tokenHash))
    .where('tokenHash', '=', tokenHash)
    .where('endedAt', 'is', null)
    .returning(['id', 'accountId', 'deviceId'])
    .executeTakeFirst()
  return row ?? null
}

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
}

const windowOf = (accountId: string, timeouts: Timeouts, now: number): Window => ({
  accountId,
  madeAfter: idsFrom(now - timeouts.absolute),
  createdAfter: now - timeouts.absolute,
  seenAfter: now - timeouts.idle,
  seenBefore: now + timeouts.idle,
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
    .where((e) =>
      'ids' in which ? e('deviceId', 'in', which.ids) : e('deviceId', '<>', which.allBut),
    )
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
  await db
    .updateTable('sessions')
    .set({ endedAt: now })
    .where('accountId', '=', accountId)
    .where((e) =>
      'ids' in which ? e('deviceId', 'in', which.ids) : e('deviceId', '<>', which.allBut),
    )
    .where('endedAt', 'is', null)
    .execute()
}

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
  const { numUpdatedRows } = await db
    .updateTable('sessions')
    .set({ endedAt: now })
    .where('id', 'in', ids)
    .where('endedAt', 'is', null)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** The attempt a session came from. */
export async function attemptOfSession(db: Database, id: string): Promise<string | null> {
  const row = await db
    .selectFrom('sessions')
    .select('attemptId')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.attemptId ?? null
}

/** Ends every session of an account; `but`: not this one. Gives how many there were to end. */
export async function endSessionsOf(
  db: Database,
  accountId: string,
  now: number,
  but: string | null = null,
): Promise<number> {
  let query = db
    .updateTable('sessions')
    .set({ endedAt: now })
    .where('accountId', '=', accountId)
    .where('endedAt', 'is', null)
  if (but !== null) query = query.where('id', '<>', but)
  const { numUpdatedRows } = await query.executeTakeFirst()
  return Number(numUpdatedRows)
}
