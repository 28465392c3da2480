import type { ExpressionBuilder } from 'kysely'
import type { Proof } from '../factors/factor.ts'
import { idOf } from '../lib/random.ts'
import type { Database } from './open.ts'
import { statement, values } from './statement.ts'
import type { SessionsTable, Tables } from './tables.ts'

type Session = {
  readonly id: string
  readonly tokenHash: string
  readonly accountId: string
  readonly deviceId: string
  readonly attemptId: string
  readonly proofs: readonly Proof[]
  readonly createdAt: number
  readonly seenAt: number
  /** What a policy says, beside the settings (ms). */
  readonly longestIdle: number | null
  readonly longestLife: number | null
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
        'longestIdle',
        'longestLife',
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
  now: number
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
    .where('accounts.disabledAt', 'is', null)
    .where((e) => within(e, 'sessions.longestIdle', 'sessions.seenAt', value.now))
    .where((e) => within(e, 'sessions.longestLife', 'sessions.createdAt', value.now))

/** Is the time since then shorter than what a policy allows, if one does? */
const within = (
  e: ExpressionBuilder<Tables, 'sessions'>,
  longest: 'sessions.longestIdle' | 'sessions.longestLife',
  since: 'sessions.seenAt' | 'sessions.createdAt',
  now: number,
) => e.or([e(longest, 'is', null), e(e(longest, '+', e.ref(since)), '>', now)])

const shownBy = (tokenHash: string, timeouts: Timeouts, now: number): Shown => ({
  id: idOf(tokenHash),
  tokenHash,
  createdAfter: now - timeouts.absolute,
  seenAfter: now - timeouts.idle,
  seenBefore: now + timeouts.idle,
  now,
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
    'accounts.privilege',
    'accounts.mainId',
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

/** The attempt a session came from. */
export async function attemptOfSession(db: Database, id: string): Promise<string | null> {
  const row = await db
    .selectFrom('sessions')
    .select('attemptId')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.attemptId ?? null
}
